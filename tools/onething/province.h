// Province: one suite of the demo and the ways into it — who calls whom as what — with the calls
// the story makes.

#ifndef ONETHING_TOOLS_ONETHING_PROVINCE_H_
#define ONETHING_TOOLS_ONETHING_PROVINCE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/rpc/channel.h"
#include "onething/license/v1/license.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tools/onething/local_suite.h"

namespace onething::tool {

// Elements that go with a decision.
using Elements = std::map<std::string, std::string>;

// Single-threaded.
class Province {
 public:
  explicit Province(std::unique_ptr<LocalSuite> suite) : suite_(std::move(suite)) {}

  LocalSuite& suite() { return *suite_; }

  // Calls `service` as `identity`, for `on_behalf_of` when that is not empty.
  template <class Response>
  absl::StatusOr<Response> Call(absl::string_view service, absl::string_view identity,
                                absl::string_view method, const google::protobuf::Message& request,
                                const std::string& on_behalf_of = "") {
    const absl::StatusOr<rpc::Channel*> channel = To(service, identity);
    if (!channel.ok()) {
      return channel.status();
    }
    return (*channel)->Call<Response>(method, request, {.on_behalf_of = on_behalf_of});
  }

  // A channel to `service` that calls as `identity`; kept.
  absl::StatusOr<rpc::Channel*> To(absl::string_view service, absl::string_view identity);

  absl::StatusOr<workflow::v1::Case> GetCase(const std::string& name);
  absl::StatusOr<std::vector<workflow::v1::TimelineEvent>> Timeline(const std::string& case_name);

  // The task to be done on an item of a case, wherever it came from; NOT_FOUND when there is none.
  absl::StatusOr<workflow::v1::Task> FindTask(const std::string& authority,
                                              const std::string& case_name,
                                              const std::string& item);

  // Claims and decides. A refusal has a reason.
  absl::StatusOr<workflow::v1::Task> Decide(const workflow::v1::Task& task,
                                            const std::string& officer, const std::string& refusal,
                                            const Elements& elements);

  absl::StatusOr<std::vector<license::v1::License>> LicensesOf(const std::string& holder);
  absl::StatusOr<license::v1::VerifyLicenseResponse> Verify(
      const license::v1::VerifyLicenseRequest& request);
  absl::StatusOr<std::vector<relay::v1::Transfer>> Transfers();

  // Whether every service's audit chain is intact; the number of rows.
  absl::StatusOr<uint64_t> VerifyAudit();
  // Whether every service's indexes and counts agree with its rows.
  absl::Status CheckStores();

 private:
  const std::unique_ptr<LocalSuite> suite_;
  std::map<std::string, std::unique_ptr<rpc::Channel>> channels_;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_PROVINCE_H_
