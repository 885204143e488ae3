// The demo: 新生儿出生一件事 through two provinces, from the first question to the rating, with a
// relay that is down and a service that is killed on the way. Every step checks what came of it.

#ifndef ONETHING_TOOLS_ONETHING_DEMO_H_
#define ONETHING_TOOLS_ONETHING_DEMO_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/license/v1/license.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "tools/onething/session.h"
#include "tools/onething/story.h"
#include "tools/onething/two_provinces.h"

namespace onething::tool {

struct DemoOptions {
  // Where the two suites put their data; emptied first. Empty: a new folder below /tmp, removed at
  // the end unless kept.
  std::string data_dir;
  // Leaves the services running until Ctrl-C.
  bool keep = false;
};

// One run. Single-threaded.
class Demo {
 public:
  explicit Demo(DemoOptions options) : options_(std::move(options)) {}

  // Tells the story; the process's exit code.
  int Run(const Session& session);

 private:
  // The chapters, in their order (demo_begin.cc, demo_case.cc, demo_end.cc).
  void StartProvinces();
  void PublishCatalogue();
  void ShowNotice();
  void Submit();
  void ApproveFirst();
  void ApproveInParallel();
  void SurviveKill();
  void CrossProvinces();
  void CloseCase();
  void VerifyLicenses();
  void Rate();
  void ShowTimeline();
  void CheckBooks();

  // Decides the task of `item` here: an approval, or a refusal with its reason.
  absl::StatusOr<std::string> DecideHere(const std::string& item, const std::string& officer,
                                         const std::string& refusal = "");
  absl::StatusOr<workflow::v1::CaseItem> ItemOfCase(const std::string& item);
  absl::Status ExpectItem(const std::string& item, workflow::v1::CaseItem::State state);
  // Waits for the e-licence of `item`; its identifier.
  absl::StatusOr<std::string> AwaitLicense(const std::string& item);
  absl::StatusOr<license::v1::License> LicenseOf(const std::string& item);
  absl::Status ExpectVerdict(const license::v1::VerifyLicenseRequest& request,
                             license::v1::Verdict verdict);
  // Waits until every service of the case may be rated.
  absl::StatusOr<std::vector<rating::v1::Invitation>> AwaitInvitations();
  // The open rectification and the counts, as a line.
  absl::StatusOr<std::string> DescribeRatings();
  const bundle::v1::BundleItem& BundleItemOf(const std::string& item) const;
  const bundle::v1::Authority& AuthorityOf(const std::string& item) const;

  const DemoOptions options_;
  Story story_;
  TwoProvinces provinces_;
  bundle::v1::Bundle bundle_;
  workflow::v1::Application application_;
  std::string case_name_;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_DEMO_H_
