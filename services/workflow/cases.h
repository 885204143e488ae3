// The life of a case as its applicant drives it — drafted, changed, submitted, withdrawn — and the
// reading of cases and their timelines. Commands and queries of the Cases service, but for the
// preview, which is bundles.h. What authorities do to a case is in tasks.h.

#ifndef ONETHING_SERVICES_WORKFLOW_CASES_H_
#define ONETHING_SERVICES_WORKFLOW_CASES_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/table.h"
#include "libs/storage/view.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/records.pb.h"
#include "services/workflow/case_change.h"
#include "services/workflow/case_scope.h"
#include "services/workflow/item_availability.h"
#include "services/workflow/route_rules.h"

namespace onething::workflow {

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in cases.proto.
class Cases {
 public:
  // What is made ready, off the commit loop, for a case to be opened: the application checked
  // against the bundle, and its items against the catalogue.
  struct Admission {
    // Shared with the cache.
    std::shared_ptr<const CaseBundle> bundle;
    v1::Application application;
    Route route;
  };

  // `parts` and `availability` outlive this. `province`, two digits, stands in the names of new
  // cases.
  Cases(const CaseParts& parts, const ItemAvailability& availability, std::string province)
      : parts_(parts), availability_(availability), province_(std::move(province)) {}

  absl::StatusOr<Admission> PrepareCreate(const storage::View& view, const rpc::Call& call,
                                          const v1::CreateCaseRequest& request) const;
  absl::StatusOr<v1::Case> CreateCase(storage::Txn& txn, const rpc::Call& call,
                                      const v1::CreateCaseRequest& request,
                                      const Admission& admission) const;
  absl::StatusOr<v1::Case> UpdateCase(storage::Txn& txn, const rpc::Call& call,
                                      const v1::UpdateCaseRequest& request) const;
  absl::StatusOr<Admission> PrepareSubmit(const storage::View& view, const rpc::Call& call,
                                          const v1::SubmitCaseRequest& request) const;
  absl::StatusOr<v1::Case> SubmitCase(storage::Txn& txn, const rpc::Call& call,
                                      const v1::SubmitCaseRequest& request,
                                      const Admission& admission) const;
  absl::StatusOr<v1::Case> WithdrawCase(storage::Txn& txn, const rpc::Call& call,
                                        const v1::WithdrawCaseRequest& request) const;

  absl::StatusOr<v1::Case> GetCase(const storage::View& view, const rpc::Call& call,
                                   const v1::GetCaseRequest& request) const;
  absl::StatusOr<v1::ListCasesResponse> ListCases(const storage::View& view, const rpc::Call& call,
                                                  const v1::ListCasesRequest& request) const;
  absl::StatusOr<v1::ListTimelineResponse> ListTimeline(
      const storage::View& view, const rpc::Call& call,
      const v1::ListTimelineRequest& request) const;

 private:
  // A case and how much of it the caller sees.
  struct Seen {
    RunningCase running;
    Sight sight;
  };

  // CASE_NOT_FOUND, also when the caller sees nothing of it.
  absl::StatusOr<Seen> Load(const storage::View& view, const rpc::Call& call,
                            const std::string& name) const;
  // The same for a change by the applicant's portal.
  absl::StatusOr<RunningCase> LoadOwn(const storage::View& view, const rpc::Call& call,
                                      const std::string& name) const;
  absl::StatusOr<v1::Application> ReadApplication(const storage::View& view,
                                                  const std::string& name) const;
  std::string NextName(storage::Txn& txn) const;
  absl::StatusOr<storage::Page<v1::CaseRecord>> FindCases(
      const storage::View& view, const rpc::Call& call, const storage::PageRequest& page,
      const v1::ListCasesRequest& request) const;

  const CaseParts& parts_;
  const ItemAvailability& availability_;
  const std::string province_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASES_H_
