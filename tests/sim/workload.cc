#include "tests/sim/workload.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "onething/license/v1/license.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "tools/onething/local_suite.h"
#include "tools/onething/sample_data.h"

namespace onething::sim {
namespace {

using workflow::v1::Case;
using workflow::v1::CaseItem;
using workflow::v1::Task;

constexpr absl::Duration kOfficerPause = absl::Seconds(40);
constexpr uint32_t kSubmitWithinMs = 120000;
constexpr uint32_t kRefusals = 150;
constexpr uint32_t kSecondOfficers = 200;
constexpr int kPageSize = 200;

// Sends a request of any type from outside.
template <class Request>
void Send(SimWorld& world, const std::string& node, const char* identity, const char* method,
          const Request& request, const std::string& subject, rpc::Channel::Done done) {
  world.Call(node, identity, method, request.SerializeAsString(), subject, std::move(done));
}

}  // namespace

Workload::Workload(SimWorld* world) : world_(*world) {}

absl::Status Workload::Prepare() {
  ASSIGN_OR_RETURN(bundle_, tool::LoadBundle("newborn"));
  RETURN_IF_ERROR(config::LoadYamlFile(tool::FindDeployDirectory() + "/demo/newborn-family.yaml",
                                       {}, &sample_, nullptr));
  ASSIGN_OR_RETURN(const auto items, tool::LoadItems("newborn"));
  for (const catalogue::v1::Item& item : items) {
    catalogue::v1::CreateItemRequest create;
    *create.mutable_item() = item;
    create.set_request_id(absl::StrCat("prepare-", ++request_count_));
    ASSIGN_OR_RETURN(const auto created, world_.Ask<catalogue::v1::Item>(
                                             "36/catalogue", "editor",
                                             "onething.catalogue.v1.Catalogue/CreateItem", create));
    catalogue::v1::PublishItemRequest publish;
    publish.set_name(created.name());
    publish.set_request_id(absl::StrCat("prepare-", ++request_count_));
    RETURN_IF_ERROR(
        world_
            .Ask<catalogue::v1::PublishItemResponse>(
                "36/catalogue", "editor", "onething.catalogue.v1.Catalogue/PublishItem", publish)
            .status());
  }
  for (const bundle::v1::BundleItem& item : bundle_.items()) {
    if (item.has_issues()) {
      RETURN_IF_ERROR(PrepareLicenseType("36", item.issues().type_code()));
    }
  }
  RETURN_IF_ERROR(PrepareLicenseType("33", tool::kSocialCardType));
  workflow::v1::PublishBundleRequest publish;
  *publish.mutable_bundle() = bundle_;
  publish.set_request_id(absl::StrCat("prepare-", ++request_count_));
  return world_
      .Ask<workflow::v1::PublishedBundle>("36/workflow", "editor",
                                          "onething.workflow.v1.Bundles/PublishBundle", publish)
      .status();
}

absl::Status Workload::PrepareLicenseType(const std::string& province, const std::string& code) {
  license::v1::CreateLicenseTypeRequest request;
  request.mutable_license_type()->set_code(code);
  request.mutable_license_type()->set_display_name(code);
  request.set_request_id(absl::StrCat("prepare-", ++request_count_));
  return world_
      .Ask<license::v1::LicenseType>(province + "/license", "editor",
                                     "onething.license.v1.Licenses/CreateLicenseType", request)
      .status();
}

void Workload::Begin(int cases) {
  wanted_cases_ = cases;
  for (int i = 0; i < cases; ++i) {
    world_.network().After(absl::Milliseconds(1 + world_.network().Random(kSubmitWithinMs)),
                           [this, i] { SubmitCase(i); });
  }
  OfficersWork();
}

workflow::v1::Application Workload::RandomApplication() {
  workflow::v1::Application application = sample_;
  for (const bundle::v1::BundleItem& item : bundle_.items()) {
    if (item.optional() && world_.network().Chance(400)) {
      application.add_left_out_items(item.id());
    }
  }
  return application;
}

void Workload::SubmitCase(int number) {
  workflow::v1::CreateCaseRequest request;
  request.set_bundle("bundles/newborn");
  *request.mutable_application() = RandomApplication();
  request.set_submit(true);
  request.set_request_id(absl::StrCat("applicant-", number));
  Send(world_, "36/workflow", "portal", "onething.workflow.v1.Cases/CreateCase", request,
       request.application().applicant().code(),
       [this, number](const absl::StatusOr<std::string>& answer) {
         Case created;
         if (answer.ok() && created.ParseFromString(*answer)) {
           cases_[absl::StrCat(number)] = created.name();
         }
       });
}

void Workload::OfficersWork() {
  for (const bundle::v1::Authority& authority : bundle_.authorities()) {
    WorkAt("36", authority.credit_code());
  }
  WorkAt("33", tool::kZhejiangAuthority);
  CitizensRate();
  world_.network().After(kOfficerPause, [this] { OfficersWork(); });
}

void Workload::WorkAt(const std::string& province, const std::string& authority) {
  workflow::v1::ListTasksRequest request;
  request.set_authority_code(authority);
  request.set_page_size(kPageSize);
  const auto page = world_.Ask<workflow::v1::ListTasksResponse>(
      province + "/workflow", "authority", "onething.workflow.v1.Tasks/ListTasks", request);
  // A service that is down has no inbox to read; officers come back later.
  for (int i = 0; page.ok() && i < page->tasks_size(); ++i) {
    Decide(province, page->tasks(i));
    if (world_.network().Chance(kSecondOfficers)) {
      Decide(province, page->tasks(i));
    }
  }
}

void Workload::Decide(const std::string& province, const Task& task) {
  workflow::v1::CompleteTaskRequest request;
  request.set_name(task.name());
  request.set_officer(absl::StrCat("officer-", world_.network().Random(3)));
  const bool refuse = world_.network().Chance(kRefusals);
  request.set_decision(refuse ? workflow::v1::DECISION_REFUSE : workflow::v1::DECISION_APPROVE);
  request.set_reason(refuse ? "材料不符" : "");
  for (const bundle::v1::BundleItem& item : bundle_.items()) {
    for (const auto& [name, source] : item.issues().elements()) {
      if (item.id() == task.item() && !sample_.form().contains(source)) {
        (*request.mutable_elements())[source] = "1";
      }
    }
  }
  request.set_request_id(absl::StrCat("officer-", ++request_count_));
  const std::string key = absl::StrCat(province, " ", task.name());
  Send(world_, province + "/workflow", "authority", "onething.workflow.v1.Tasks/CompleteTask",
       request, "",
       [this, key, decision = request.decision()](const absl::StatusOr<std::string>& answer) {
         if (answer.ok() && !decisions_.emplace(key, decision).second) {
           ++doubled_decisions_;
         }
       });
}

void Workload::CitizensRate() {
  for (const auto& [number, name] : cases_) {
    rating::v1::ListInvitationsRequest list;
    list.set_case_name(name);
    const auto page = world_.Ask<rating::v1::ListInvitationsResponse>(
        "36/rating", "supervisor", "onething.rating.v1.Ratings/ListInvitations", list);
    for (int i = 0; page.ok() && i < page->invitations_size(); ++i) {
      const rating::v1::Invitation& invitation = page->invitations(i);
      if (!invitation.rating().empty() || !world_.network().Chance(300)) {
        continue;
      }
      rating::v1::SubmitRatingRequest request;
      request.set_case_name(name);
      request.set_service_number(invitation.service().service_number());
      request.set_level(1 + static_cast<int>(world_.network().Random(5)));
      request.set_channel(rating::v1::CHANNEL_WEB);
      request.set_request_id(absl::StrCat("citizen-", ++request_count_));
      Send(world_, "36/rating", "portal", "onething.rating.v1.Ratings/SubmitRating", request,
           sample_.applicant().code(),
           [this, key = invitation.name(),
            level = request.level()](const absl::StatusOr<std::string>& answer) {
             if (answer.ok() && !ratings_.emplace(key, level).second) {
               ++doubled_decisions_;
             }
           });
    }
  }
}

std::string Workload::Unfinished() {
  if (static_cast<int>(cases_.size()) < wanted_cases_) {
    return absl::StrCat(cases_.size(), " of ", wanted_cases_, " cases are handed in");
  }
  for (const auto& [number, name] : cases_) {
    workflow::v1::GetCaseRequest request;
    request.set_name(name);
    const auto read = world_.Ask<Case>("36/workflow", "supervisor",
                                       "onething.workflow.v1.Cases/GetCase", request);
    if (!read.ok()) {
      return absl::StrCat(name, ": ", read.status().message());
    }
    std::string open;
    for (const CaseItem& item : read->items()) {
      if (item.license_pending() || !item.has_end_time()) {
        absl::StrAppend(&open, ", ", item.item(), " ", CaseItem::State_Name(item.state()),
                        item.license_pending() ? " without its licence" : "");
      }
    }
    if (read->state() != Case::STATE_CLOSED || !open.empty()) {
      return absl::StrCat(name, " is ", Case::State_Name(read->state()), open);
    }
  }
  return "";
}

absl::Status Workload::AuditCase(const std::string& name, int* invited, int* handed_over,
                                 std::set<std::string>* licenses) {
  workflow::v1::GetCaseRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      const Case read,
      world_.Ask<Case>("36/workflow", "supervisor", "onething.workflow.v1.Cases/GetCase", request));
  bool any_decided = false;
  for (const CaseItem& item : read.items()) {
    const bool decided =
        item.state() == CaseItem::STATE_APPROVED || item.state() == CaseItem::STATE_REFUSED;
    any_decided = any_decided || decided;
    *invited += decided ? 1 : 0;
    *handed_over += item.province().empty() || !decided ? 0 : 1;
    if (!item.license().empty() && item.province().empty() &&
        !licenses->insert(item.license()).second) {
      return absl::DataLossError(absl::StrCat("licence ", item.license(), " stands in two items"));
    }
    const auto decision = decisions_.find(absl::StrCat("36 ", item.task()));
    if (decision != decisions_.end() && (decision->second == workflow::v1::DECISION_APPROVE) !=
                                            (item.state() == CaseItem::STATE_APPROVED)) {
      return absl::DataLossError(
          absl::StrCat(name, " ", item.item(), " is not as it was acknowledged"));
    }
  }
  *invited += bundle_.rate_case() && any_decided ? 1 : 0;
  return absl::OkStatus();
}

absl::Status Workload::Audit() {
  if (doubled_decisions_ > 0) {
    return absl::DataLossError("a task or a service was decided or rated twice");
  }
  int invited = 0;
  int handed_over = 0;
  std::set<std::string> names;
  std::set<std::string> licenses;
  for (const auto& [number, name] : cases_) {
    if (!names.insert(name).second) {
      return absl::DataLossError(absl::StrCat(name, " answers two applications"));
    }
    RETURN_IF_ERROR(AuditCase(name, &invited, &handed_over, &licenses));
  }
  workflow::v1::ListCasesRequest list;
  list.set_bundle("bundles/newborn");
  list.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto kept,
                   world_.Ask<workflow::v1::ListCasesResponse>(
                       "36/workflow", "supervisor", "onething.workflow.v1.Cases/ListCases", list));
  if (kept.cases_size() != wanted_cases_) {
    return absl::DataLossError(
        absl::StrCat(kept.cases_size(), " cases are kept of ", wanted_cases_));
  }
  for (const char* province : {"36", "33"}) {
    relay::v1::ListTransfersRequest transfers;
    transfers.set_page_size(kPageSize);
    ASSIGN_OR_RETURN(const auto page, world_.Ask<relay::v1::ListTransfersResponse>(
                                          absl::StrCat(province, "/relay"), "operator",
                                          "onething.relay.v1.Relay/ListTransfers", transfers));
    if (page.transfers_size() != handed_over) {
      return absl::DataLossError(
          absl::StrCat(province, " has ", page.transfers_size(), " transfers of ", handed_over));
    }
  }
  rating::v1::GetStatisticsRequest count;
  count.set_region_code("36");
  ASSIGN_OR_RETURN(const auto counted, world_.Ask<rating::v1::Statistics>(
                                           "36/rating", "supervisor",
                                           "onething.rating.v1.Ratings/GetStatistics", count));
  if (counted.invited_count() != invited ||
      counted.rated_count() != static_cast<int64_t>(ratings_.size())) {
    return absl::DataLossError(absl::StrCat("ratings: ", counted.invited_count(), " invited of ",
                                            invited, ", ", counted.rated_count(), " rated of ",
                                            ratings_.size()));
  }
  return world_.CheckAll();
}

}  // namespace onething::sim
