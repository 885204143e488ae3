#include "services/workflow/cases.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/rpc/page_token.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/case_views.h"
#include "services/workflow/route_rules.h"

namespace onething::workflow {
namespace {

using storage::Txn;
using storage::View;
using v1::Case;
using v1::CaseRecord;

// Paths of faults begin with the field of the case that has them.
constexpr char kApplicationPath[] = "application.";

absl::string_view StateWord(Case::State state) {
  switch (state) {
    case Case::STATE_DRAFT:
      return "尚未提交";
    case Case::STATE_IN_PROGRESS:
      return "正在办理";
    case Case::STATE_CLOSED:
      return "已办结";
    case Case::STATE_WITHDRAWN:
      return "已撤回";
    default:
      return "状态不明";
  }
}

// OK when the state of the case allows the move; `verb` says what it would have been.
absl::Status CheckMove(const CaseRecord& record, CaseMove move, absl::string_view verb) {
  if (After(record.state(), move).has_value()) return absl::OkStatus();
  return CaseStateRefuses(record, absl::StrCat("办件", StateWord(record.state()), "，不能", verb));
}

// The application with the applicant's code as codes are written. A portal hands in for the subject
// it acts for and for nobody else.
absl::StatusOr<v1::Application> Canonical(const rpc::Call& call,
                                          const v1::Application& application) {
  const common::v1::Subject& applicant = application.applicant();
  if (!ActsFor(call, applicant.code())) {
    return OutOfScope("只能为当前登录的申请人办理，请核对申请人的证件号码");
  }
  v1::Application canonical = application;
  std::string* code = canonical.mutable_applicant()->mutable_code();
  absl::AsciiStrToUpper(code);
  const bool right = applicant.kind() == common::v1::SUBJECT_KIND_PERSON
                         ? codes::CitizenNumber::Parse(*code).ok()
                         : codes::CreditCode::Parse(*code).ok();
  if (!right) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_CODE_INVALID,
                     "申请人的证件号码与其类型不符，请核对",
                     {{"field", "application.applicant.code"}});
  }
  return canonical;
}

// The route of an application that names only what the bundle has and is not led out of it.
absl::StatusOr<Route> RouteOf(const CompiledBundle& compiled, const v1::Application& application) {
  RETURN_IF_ERROR(CheckNames(compiled, application, kApplicationPath));
  ASSIGN_OR_RETURN(Route route, ComputeRoute(compiled, application.answers(),
                                             application.left_out_items(), kApplicationPath));
  if (route.exclusion.has_value()) {
    return CaseExcluded(compiled.bundle().questions(route.exclusion->question).id(),
                        route.exclusion->exclusion);
  }
  return route;
}

absl::Status Submit(const Route& route, CaseChange* change) {
  common::v1::BadRequest faults =
      CheckApplication(*change->bundle().compiled, route, change->application(), kApplicationPath);
  if (route.items.empty()) {
    auto* fault = faults.add_field_violations();
    fault->set_field(absl::StrCat(kApplicationPath, "left_out_items"));
    fault->set_description("没有要办理的事项，请至少保留一项");
  }
  if (faults.field_violations_size() > 0) return CaseIncomplete(faults);
  std::vector<int> positions;
  for (const RouteItem& item : route.items) {
    positions.push_back(item.item);
  }
  return change->Submit(positions);
}

// Which cases a listing takes.
struct CaseFilter {
  std::string applicant_code;
  std::string bundle;
  Case::State state = Case::STATE_UNSPECIFIED;

  bool Takes(const CaseRecord& record) const {
    return (applicant_code.empty() || record.applicant_code() == applicant_code) &&
           (bundle.empty() || BundleOfVersion(record.bundle()) == bundle) &&
           (state == Case::STATE_UNSPECIFIED || record.state() == state);
  }
};

// What may be listed at all: a portal's own subject, or what supervision asks for.
absl::StatusOr<CaseFilter> FilterOf(const rpc::Call& call, const v1::ListCasesRequest& request) {
  CaseFilter filter = {.applicant_code = absl::AsciiStrToUpper(request.applicant_code()),
                       .bundle = request.bundle(),
                       .state = request.state()};
  const bool oversees = call.caller.Has(options::v1::ROLE_SUPERVISOR);
  if (!SubjectOf(call).empty() && call.caller.Has(options::v1::ROLE_PORTAL)) {
    filter.applicant_code = SubjectOf(call);
  } else if (!oversees) {
    return OutOfScope("请先确认代表哪位申请人查询");
  }
  if (filter.applicant_code.empty() && filter.bundle.empty() &&
      filter.state == Case::STATE_UNSPECIFIED) {
    return FieldInvalid("applicant_code", "申请人、一件事、状态至少给出一个");
  }
  return filter;
}

}  // namespace

absl::StatusOr<Cases::Admission> Cases::PrepareCreate(const View& view, const rpc::Call& call,
                                                      const v1::CreateCaseRequest& request) const {
  ASSIGN_OR_RETURN(v1::Application application, Canonical(call, request.application()));
  ASSIGN_OR_RETURN(std::shared_ptr<const CaseBundle> bundle,
                   parts_.bundles.FindNewest(view, request.bundle()));
  ASSIGN_OR_RETURN(Route route, RouteOf(*bundle->compiled, application));
  RETURN_IF_ERROR(availability_.CheckRoute(*bundle->compiled, route, view.now(), call.deadline));
  return Admission{std::move(bundle), std::move(application), std::move(route)};
}

absl::StatusOr<Case> Cases::CreateCase(Txn& txn, const rpc::Call& call,
                                       const v1::CreateCaseRequest& request,
                                       const Admission& admission) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const CaseBundle> bundle,
                   parts_.bundles.FindNewest(txn, request.bundle()));
  const v1::Application& application = admission.application;
  CaseRecord record;
  record.set_name(NextName(txn));
  record.set_bundle(bundle->compiled->name());
  record.set_state(Case::STATE_DRAFT);
  record.set_create_us(absl::ToUnixMicros(txn.now()));
  CaseChange change(parts_, txn, call.caller.identity, {std::move(record), bundle});
  change.PutApplication(application);
  if (bundle == admission.bundle) {
    RETURN_IF_ERROR(request.submit() ? Submit(admission.route, &change)
                                     : change.Tell(CaseCreated()));
  } else {
    // A newer version was published in between, its items checked by that.
    ASSIGN_OR_RETURN(const Route route, RouteOf(*bundle->compiled, application));
    RETURN_IF_ERROR(request.submit() ? Submit(route, &change) : change.Tell(CaseCreated()));
  }
  change.Save();
  return ShowCase(change.record(), *bundle, application);
}

absl::StatusOr<Case> Cases::UpdateCase(Txn& txn, const rpc::Call& call,
                                       const v1::UpdateCaseRequest& request) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadOwn(txn, call, request.name()));
  RETURN_IF_ERROR(CheckMove(running.record, CaseMove::kUpdate, "修改"));
  RETURN_IF_ERROR(
      CheckEtag(request.name(), request.etag(), absl::StrCat(running.record.revision())));
  ASSIGN_OR_RETURN(const v1::Application application, Canonical(call, request.application()));
  RETURN_IF_ERROR(RouteOf(*running.bundle->compiled, application).status());
  CaseChange change(parts_, txn, call.caller.identity, std::move(running));
  change.PutApplication(application);
  RETURN_IF_ERROR(change.Tell(CaseUpdated()));
  change.Save();
  return ShowCase(change.record(), change.bundle(), application);
}

absl::StatusOr<Cases::Admission> Cases::PrepareSubmit(const View& view, const rpc::Call& call,
                                                      const v1::SubmitCaseRequest& request) const {
  ASSIGN_OR_RETURN(const RunningCase running, LoadOwn(view, call, request.name()));
  RETURN_IF_ERROR(CheckMove(running.record, CaseMove::kSubmit, "提交"));
  ASSIGN_OR_RETURN(v1::Application application, ReadApplication(view, request.name()));
  ASSIGN_OR_RETURN(Route route, RouteOf(*running.bundle->compiled, application));
  RETURN_IF_ERROR(
      availability_.CheckRoute(*running.bundle->compiled, route, view.now(), call.deadline));
  return Admission{running.bundle, std::move(application), std::move(route)};
}

absl::StatusOr<Case> Cases::SubmitCase(Txn& txn, const rpc::Call& call,
                                       const v1::SubmitCaseRequest& request,
                                       const Admission&) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadOwn(txn, call, request.name()));
  RETURN_IF_ERROR(CheckMove(running.record, CaseMove::kSubmit, "提交"));
  RETURN_IF_ERROR(
      CheckEtag(request.name(), request.etag(), absl::StrCat(running.record.revision())));
  RETURN_IF_ERROR(parts_.bundles.CheckSubmittable(txn, *running.bundle));
  CaseChange change(parts_, txn, call.caller.identity, std::move(running));
  // The draft may have been changed in between: what is submitted is what is stored now.
  ASSIGN_OR_RETURN(const Route route, RouteOf(*change.bundle().compiled, change.application()));
  RETURN_IF_ERROR(Submit(route, &change));
  change.Save();
  return ShowCase(change.record(), change.bundle(), change.application());
}

absl::StatusOr<Case> Cases::WithdrawCase(Txn& txn, const rpc::Call& call,
                                         const v1::WithdrawCaseRequest& request) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadOwn(txn, call, request.name()));
  RETURN_IF_ERROR(CheckMove(running.record, CaseMove::kWithdraw, "撤回"));
  if (AnyDecided(running.record)) {
    return CaseStateRefuses(running.record, "已有事项作出决定，不能再撤回");
  }
  CaseChange change(parts_, txn, call.caller.identity, std::move(running));
  RETURN_IF_ERROR(change.Withdraw(request.reason()));
  change.Save();
  return ShowCase(change.record(), change.bundle(), change.application());
}

absl::StatusOr<Case> Cases::GetCase(const View& view, const rpc::Call& call,
                                    const v1::GetCaseRequest& request) const {
  ASSIGN_OR_RETURN(const Seen seen, Load(view, call, request.name()));
  const auto& [record, bundle] = seen.running;
  if (seen.sight != Sight::kAll) return ShowCase(record, *bundle);
  ASSIGN_OR_RETURN(const v1::Application application, ReadApplication(view, record.name()));
  return ShowCase(record, *bundle, application);
}

absl::StatusOr<v1::ListCasesResponse> Cases::ListCases(const View& view, const rpc::Call& call,
                                                       const v1::ListCasesRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  ASSIGN_OR_RETURN(const storage::Page<CaseRecord> found, FindCases(view, call, page, request));
  v1::ListCasesResponse response;
  for (const CaseRecord& record : found.records) {
    ASSIGN_OR_RETURN(const auto bundle, parts_.bundles.Find(view, record.bundle()));
    *response.add_cases() = ShowCase(record, *bundle);
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::ListTimelineResponse> Cases::ListTimeline(
    const View& view, const rpc::Call& call, const v1::ListTimelineRequest& request) const {
  ASSIGN_OR_RETURN(const Seen seen, Load(view, call, request.name()));
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  uint64_t shown = 0;
  if (!page.cursor.empty() && !storage::DecodeFields(page.cursor, &shown)) {
    return rpc::PageTokenInvalid();
  }
  v1::ListTimelineResponse response;
  // A row is found by the last of its events, so the first row behind the last event shown has the
  // next one, perhaps not as its first.
  for (const v1::TimelineRecord& row :
       parts_.tables.timeline.List(view, page, nullptr, request.name()).records) {
    const uint64_t first = row.last_sequence() - static_cast<uint64_t>(row.events_size()) + 1;
    while (shown < row.last_sequence() && response.events_size() < static_cast<int>(page.size)) {
      ++shown;
      *response.add_events() = ShowEvent(row, static_cast<int>(shown - first));
    }
  }
  if (shown < static_cast<uint64_t>(seen.running.record.timeline_count())) {
    response.set_next_page_token(tokens.Encode(storage::EncodeFields(shown)));
  }
  return response;
}

absl::StatusOr<Cases::Seen> Cases::Load(const View& view, const rpc::Call& call,
                                        const std::string& name) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadCase(parts_, view, name));
  const Sight sight = SightOf(call, running.record, *running.bundle);
  if (sight == Sight::kNothing) return CaseNotFound(name);
  return Seen{std::move(running), sight};
}

absl::StatusOr<RunningCase> Cases::LoadOwn(const View& view, const rpc::Call& call,
                                           const std::string& name) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadCase(parts_, view, name));
  if (!ActsFor(call, running.record.applicant_code())) return CaseNotFound(name);
  return running;
}

absl::StatusOr<v1::Application> Cases::ReadApplication(const View& view,
                                                       const std::string& name) const {
  std::optional<v1::ApplicationRecord> stored = parts_.tables.applications.Find(view, name);
  if (!stored.has_value()) return RecordCorrupt(absl::StrCat(name, " has no application"));
  return std::move(*stored->mutable_application());
}

std::string Cases::NextName(Txn& txn) const {
  const auto year = calendar::DateInChina(txn.now()).year();
  const uint64_t serial = txn.NextInSequence(absl::StrCat("cases/", year));
  return absl::StrFormat("cases/%s-%d-%07d", province_, year, serial);
}

// The index of the narrowest filter leads; the other filters pick.
absl::StatusOr<storage::Page<CaseRecord>> Cases::FindCases(
    const View& view, const rpc::Call& call, const storage::PageRequest& page,
    const v1::ListCasesRequest& request) const {
  ASSIGN_OR_RETURN(const CaseFilter filter, FilterOf(call, request));
  const auto takes = [&](const CaseRecord& record) {
    if (!filter.Takes(record)) return false;
    if (call.caller.regions.empty()) return true;
    const auto bundle = parts_.bundles.Find(view, record.bundle());
    if (!bundle.ok()) view.Poison(bundle.status());
    return bundle.ok() && SightOf(call, record, **bundle) != Sight::kNothing;
  };
  const Tables& tables = parts_.tables;
  if (!filter.applicant_code.empty()) {
    return tables.cases.ListBy(view, tables.cases_by_applicant, page, takes, filter.applicant_code);
  }
  if (!filter.bundle.empty()) {
    return tables.cases.ListBy(view, tables.cases_by_bundle, page, takes, filter.bundle);
  }
  return tables.cases.ListBy(view, tables.cases_by_state, page, takes,
                             static_cast<uint32_t>(filter.state));
}

}  // namespace onething::workflow
