#include "services/workflow/service.h"

#include <utility>

#include "libs/base/status.h"
#include "services/workflow/case_check.h"

namespace onething::workflow {
namespace {

constexpr uint32_t kBundleCacheMaxDefault = 256;
constexpr uint32_t kTimelineRowsMaxDefault = 20'000;

uint32_t Or(uint32_t value, uint32_t default_value) { return value == 0 ? default_value : value; }

}  // namespace

Service::Service(const config::v1::WorkflowConfig& config, outbox::Outbox* outbox,
                 ItemSource* items, calendar::Calendar calendar)
    : calendar_(std::move(calendar)),
      outgoing_(*outbox),
      case_bundles_(tables_.bundles, Or(config.bundle_cache_max(), kBundleCacheMaxDefault)),
      availability_(items, {}),
      parts_{.tables = tables_,
             .bundles = case_bundles_,
             .outgoing = outgoing_,
             .calendar = calendar_,
             .invite_ratings = !config.has_invite_ratings() || config.invite_ratings(),
             .timeline_rows_max = Or(config.timeline_rows_max(), kTimelineRowsMaxDefault)},
      bundles_(tables_.bundles, case_bundles_, items, calendar_),
      cases_(parts_, availability_, config.server().province()),
      hand_overs_(parts_, config.server().province(), config.hand_over_authorities()),
      tasks_(parts_, hand_overs_),
      answers_(parts_, hand_overs_) {
  answers_.Register(outbox);
}

void Service::Register(rpc::Router& router) const {
  rpc::ServiceMethods bundles(&router, "onething.workflow.v1.Bundles");
  bundles.PreparedCommand(&bundles_, &Bundles::PreparePublish, &Bundles::PublishBundle);
  bundles.Command(&bundles_, &Bundles::RetireBundle);
  bundles.Query(&bundles_, &Bundles::GetBundle);
  bundles.Query(&bundles_, &Bundles::ListBundles);

  rpc::ServiceMethods cases(&router, "onething.workflow.v1.Cases");
  cases.PreparedCommand(&cases_, &Cases::PrepareCreate, &Cases::CreateCase);
  cases.Command(&cases_, &Cases::UpdateCase);
  cases.PreparedCommand(&cases_, &Cases::PrepareSubmit, &Cases::SubmitCase);
  cases.Command(&cases_, &Cases::WithdrawCase);
  cases.Query(&bundles_, &Bundles::PreviewCase);
  cases.Query(&cases_, &Cases::GetCase);
  cases.Query(&cases_, &Cases::ListCases);
  cases.Query(&cases_, &Cases::ListTimeline);

  rpc::ServiceMethods tasks(&router, "onething.workflow.v1.Tasks");
  tasks.Query(&tasks_, &Tasks::ListTasks);
  tasks.Query(&tasks_, &Tasks::GetTask);
  tasks.Command(&tasks_, &Tasks::ClaimTask);
  tasks.Command(&tasks_, &Tasks::CompleteTask);

  rpc::ServiceMethods transfers(&router, "onething.relay.v1.TransferHandler");
  transfers.Command(&hand_overs_, &HandOvers::HandleTransfer);
  transfers.Command(&hand_overs_, &HandOvers::HandleReceipt);
}

absl::Status Service::Check(const storage::View& view) const {
  RETURN_IF_ERROR(tables_.CheckIndexes(view));
  return CheckCases(tables_, case_bundles_, view);
}

}  // namespace onething::workflow
