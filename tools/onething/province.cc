#include "tools/onething/province.h"

#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/rpc/client.h"
#include "onething/ops/v1/operations.pb.h"

namespace onething::tool {
namespace {

constexpr char kOperations[] = "onething.ops.v1.Operations/";
constexpr char kCases[] = "onething.workflow.v1.Cases/";
constexpr char kTasks[] = "onething.workflow.v1.Tasks/";
constexpr char kLicenses[] = "onething.license.v1.Licenses/";
constexpr int kPageSize = 200;

}  // namespace

absl::StatusOr<rpc::Channel*> Province::To(absl::string_view service, absl::string_view identity) {
  std::unique_ptr<rpc::Channel>& channel = channels_[absl::StrCat(service, " ", identity)];
  if (channel == nullptr) {
    ASSIGN_OR_RETURN(channel,
                     rpc::OpenChannel({.target = suite_->file().services.at(std::string(service)),
                                       .development_identity = std::string(identity)}));
  }
  return channel.get();
}

absl::StatusOr<workflow::v1::Case> Province::GetCase(const std::string& name) {
  workflow::v1::GetCaseRequest request;
  request.set_name(name);
  return Call<workflow::v1::Case>("workflow", "supervisor", absl::StrCat(kCases, "GetCase"),
                                  request);
}

absl::StatusOr<std::vector<workflow::v1::TimelineEvent>> Province::Timeline(
    const std::string& case_name) {
  workflow::v1::ListTimelineRequest request;
  request.set_name(case_name);
  request.set_page_size(kPageSize);
  std::vector<workflow::v1::TimelineEvent> events;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     Call<workflow::v1::ListTimelineResponse>(
                         "workflow", "supervisor", absl::StrCat(kCases, "ListTimeline"), request));
    events.insert(events.end(), page.events().begin(), page.events().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return events;
}

absl::StatusOr<workflow::v1::Task> Province::FindTask(const std::string& authority,
                                                      const std::string& case_name,
                                                      const std::string& item) {
  workflow::v1::ListTasksRequest list;
  list.set_authority_code(authority);
  list.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto page,
                   Call<workflow::v1::ListTasksResponse>("workflow", "authority",
                                                         absl::StrCat(kTasks, "ListTasks"), list));
  for (const workflow::v1::Task& task : page.tasks()) {
    if (task.case_name() == case_name && task.item() == item) {
      workflow::v1::GetTaskRequest get;
      get.set_name(task.name());
      return Call<workflow::v1::Task>("workflow", "authority", absl::StrCat(kTasks, "GetTask"),
                                      get);
    }
  }
  return absl::NotFoundError(absl::StrCat("没有待办：", case_name, " ", item));
}

absl::StatusOr<workflow::v1::Task> Province::Decide(const workflow::v1::Task& task,
                                                    const std::string& officer,
                                                    const std::string& refusal,
                                                    const Elements& elements) {
  workflow::v1::ClaimTaskRequest claim;
  claim.set_name(task.name());
  claim.set_officer(officer);
  claim.set_request_id(RandomId());
  RETURN_IF_ERROR(
      Call<workflow::v1::Task>("workflow", "authority", absl::StrCat(kTasks, "ClaimTask"), claim)
          .status());
  workflow::v1::CompleteTaskRequest complete;
  complete.set_name(task.name());
  complete.set_officer(officer);
  complete.set_decision(refusal.empty() ? workflow::v1::DECISION_APPROVE
                                        : workflow::v1::DECISION_REFUSE);
  complete.set_reason(refusal);
  complete.mutable_elements()->insert(elements.begin(), elements.end());
  complete.set_request_id(RandomId());
  return Call<workflow::v1::Task>("workflow", "authority", absl::StrCat(kTasks, "CompleteTask"),
                                  complete);
}

absl::StatusOr<std::vector<license::v1::License>> Province::LicensesOf(const std::string& holder) {
  license::v1::ListLicensesRequest request;
  request.set_holder_code(holder);
  request.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto page,
                   Call<license::v1::ListLicensesResponse>(
                       "license", "service", absl::StrCat(kLicenses, "ListLicenses"), request));
  return std::vector<license::v1::License>(page.licenses().begin(), page.licenses().end());
}

absl::StatusOr<license::v1::VerifyLicenseResponse> Province::Verify(
    const license::v1::VerifyLicenseRequest& request) {
  return Call<license::v1::VerifyLicenseResponse>(
      "license", "portal", absl::StrCat(kLicenses, "VerifyLicense"), request);
}

absl::StatusOr<std::vector<relay::v1::Transfer>> Province::Transfers() {
  relay::v1::ListTransfersRequest request;
  request.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto page,
                   Call<relay::v1::ListTransfersResponse>(
                       "relay", "operator", "onething.relay.v1.Relay/ListTransfers", request));
  return std::vector<relay::v1::Transfer>(page.transfers().begin(), page.transfers().end());
}

absl::StatusOr<uint64_t> Province::VerifyAudit() {
  uint64_t rows = 0;
  for (const char* service : kServices) {
    ASSIGN_OR_RETURN(const auto verified,
                     Call<ops::v1::VerifyAuditResponse>(service, "operator",
                                                        absl::StrCat(kOperations, "VerifyAudit"),
                                                        ops::v1::VerifyAuditRequest()));
    if (!verified.intact()) {
      return absl::DataLossError(absl::StrCat(service, " 的审计链已损坏：", verified.finding()));
    }
    rows += verified.row_count();
  }
  return rows;
}

absl::Status Province::CheckStores() {
  for (const char* service : kServices) {
    ASSIGN_OR_RETURN(const auto checked,
                     Call<ops::v1::CheckStoreResponse>(service, "operator",
                                                       absl::StrCat(kOperations, "CheckStore"),
                                                       ops::v1::CheckStoreRequest()));
    for (const ops::v1::CheckResult& result : checked.results()) {
      if (!result.finding().empty()) {
        return absl::DataLossError(absl::StrCat(service, " 的存储检查未通过：", result.finding()));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace onething::tool
