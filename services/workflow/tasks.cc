#include "services/workflow/tasks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/codes/utf8.h"
#include "libs/rpc/page_token.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/case_scope.h"
#include "services/workflow/case_views.h"
#include "services/workflow/notice_rules.h"
#include "services/workflow/route_rules.h"

namespace onething::workflow {
namespace {

using storage::Txn;
using storage::View;
using v1::CaseItem;
using v1::Task;
using v1::TaskRecord;

// OK when the officer may take the task this step further.
absl::Status CheckMove(const TaskRecord& task, TaskMove move, const std::string& officer) {
  if (!After(task.state(), move).has_value()) {
    return TaskStateRefuses(task, task.state() == Task::STATE_DONE
                                      ? "该待办已作出决定，不能重复办理"
                                      : "该待办已取消，无需再办理");
  }
  if (task.state() == Task::STATE_CLAIMED && task.officer() != officer) {
    return TaskStateRefuses(task, "该待办已由其他工作人员接手");
  }
  return absl::OkStatus();
}

// 行政许可法 38: a refusal states its reason.
absl::Status CheckDecision(const v1::CompleteTaskRequest& request) {
  if (request.decision() != v1::DECISION_REFUSE || !codes::IsBlank(request.reason())) {
    return absl::OkStatus();
  }
  common::v1::BadRequest faults;
  auto* fault = faults.add_field_violations();
  fault->set_field("reason");
  fault->set_description("不予办理应当说明理由");
  return DecisionIncomplete(faults);
}

bool Uses(const RouteDemand& demand, int position) {
  return std::find(demand.needed_by.begin(), demand.needed_by.end(), position) !=
         demand.needed_by.end();
}

// The result of the item at `position` as a material of another: its licence; empty while there is
// none.
std::string LicenseOf(const v1::CaseRecord& record, int position) {
  const std::optional<int> place = PlaceOf(record, position);
  for (const v1::ItemNote& note : record.notes()) {
    if (place.has_value() && note.place() == static_cast<uint32_t>(*place) &&
        !note.license().empty()) {
      return absl::StrCat("licenses/", note.license());
    }
  }
  return "";
}

// What the applicant gave of the form and the materials that the item at `place` asks for, and why
// the other materials need not be given.
absl::Status ShowDemands(const RunningCase& running, const v1::Application& application, int place,
                         Task* shown) {
  const CompiledBundle& compiled = *running.bundle->compiled;
  const auto position = static_cast<int>(running.record.item_position(place));
  ASSIGN_OR_RETURN(const Route route,
                   ComputeRoute(compiled, application.answers(), application.left_out_items()));
  for (const RouteDemand& field : route.fields) {
    const std::string& id = compiled.bundle().fields(field.index).id();
    const auto given = application.form().find(id);
    if (Uses(field, position) && given != application.form().end()) {
      (*shown->mutable_form())[id] = given->second;
    }
  }
  for (const RouteDemand& material : route.materials) {
    if (!Uses(material, position)) continue;
    const std::string& id = compiled.bundle().materials(material.index).id();
    const auto given = application.materials().find(id);
    const std::optional<int> from = compiled.from_item_of(material.index);
    std::string source = given != application.materials().end() ? given->second : "";
    if (source.empty() && from.has_value()) source = LicenseOf(running.record, *from);
    if (source.empty()) source = ReasonOfExemption(compiled, material);
    if (!source.empty()) (*shown->mutable_materials())[id] = source;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ListTasksResponse> Tasks::ListTasks(const View& view, const rpc::Call& call,
                                                       const v1::ListTasksRequest& request) const {
  if (!call.caller.Has(options::v1::ROLE_SUPERVISOR) &&
      !call.caller.MayActFor(request.authority_code())) {
    return OutOfScope("只能查看本部门的待办");
  }
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto takes = [&](const TaskRecord& task) {
    return (request.state() == Task::STATE_UNSPECIFIED || task.state() == request.state()) &&
           SightOf(call, task) != Sight::kNothing;
  };
  const bool to_do = request.state() == Task::STATE_UNSPECIFIED || IsToDo(request.state());
  const auto found = parts_.tables.tasks.ListBy(view, parts_.tables.tasks_by_authority, page, takes,
                                                request.authority_code(), to_do);
  v1::ListTasksResponse response;
  for (const TaskRecord& task : found.records) {
    *response.add_tasks() = ShowTask(task);
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<Task> Tasks::GetTask(const View& view, const rpc::Call& call,
                                    const v1::GetTaskRequest& request) const {
  const std::optional<FoundTask> found = Find(view, request.name());
  const Sight sight = found.has_value() ? SightOf(call, found->task) : Sight::kNothing;
  if (sight == Sight::kNothing) return TaskNotFound(request.name());
  Task shown = ShowTask(found->task);
  if (sight == Sight::kAll) RETURN_IF_ERROR(ShowContent(view, found->task, &shown));
  return shown;
}

absl::StatusOr<Task> Tasks::ClaimTask(Txn& txn, const rpc::Call& call,
                                      const v1::ClaimTaskRequest& request) const {
  ASSIGN_OR_RETURN(FoundTask found, LoadOwn(txn, call, request.name()));
  TaskRecord& task = found.task;
  RETURN_IF_ERROR(CheckMove(task, TaskMove::kClaim, request.officer()));
  if (task.state() == Task::STATE_CLAIMED) return ShowTask(task);
  task.set_state(*After(task.state(), TaskMove::kClaim));
  task.set_officer(request.officer());
  Store(txn, &found);
  if (task.transfer().empty()) {
    ASSIGN_OR_RETURN(RunningCase running, LoadCaseOf(txn, &found));
    CaseChange change(parts_, txn, call.caller.identity, std::move(running));
    RETURN_IF_ERROR(change.Tell(TaskClaimed(change.Named(static_cast<int>(task.place())))));
    change.Save();
  }
  return ShowTask(task);
}

absl::StatusOr<Task> Tasks::CompleteTask(Txn& txn, const rpc::Call& call,
                                         const v1::CompleteTaskRequest& request) const {
  ASSIGN_OR_RETURN(FoundTask found, LoadOwn(txn, call, request.name()));
  TaskRecord& task = found.task;
  RETURN_IF_ERROR(CheckMove(task, TaskMove::kComplete, request.officer()));
  RETURN_IF_ERROR(CheckDecision(request));
  task.set_state(*After(task.state(), TaskMove::kComplete));
  task.set_officer(request.officer());
  task.set_decision(request.decision());
  task.set_reason(request.reason());
  *task.mutable_elements() = request.elements();
  task.set_end_us(absl::ToUnixMicros(txn.now()));
  RETURN_IF_ERROR(task.transfer().empty() ? DecideItem(txn, call, &found)
                                          : hand_overs_.Decide(txn, task));
  Store(txn, &found);
  return ShowTask(task);
}

absl::Status Tasks::DecideItem(Txn& txn, const rpc::Call& call, FoundTask* found) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadCaseOf(txn, found));
  const TaskRecord& task = found->task;
  CaseChange change(parts_, txn, call.caller.identity, std::move(running));
  const auto place = static_cast<int>(task.place());
  RETURN_IF_ERROR(task.decision() == v1::DECISION_APPROVE ? change.Approve(place, task.elements())
                                                          : change.Refuse(place, task.reason()));
  change.Save();
  return absl::OkStatus();
}

std::optional<FoundTask> Tasks::Find(const View& view, absl::string_view name) const {
  FoundTask found;
  uint64_t number = TaskNumber(name);
  if (number == 0) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(name, "/items/");
    absl::StatusOr<RunningCase> running = LoadCase(parts_, view, parts.first);
    if (!running.ok()) return std::nullopt;
    const std::optional<int> position = running->bundle->compiled->FindItem(parts.second);
    const std::optional<int> place =
        position.has_value() ? PlaceOf(running->record, *position) : std::nullopt;
    if (!place.has_value()) return std::nullopt;
    number = running->record.item_task(*place);
    found.running = *std::move(running);
  }
  std::optional<TaskRecord> task = parts_.tables.tasks.Find(view, number);
  if (!task.has_value()) return std::nullopt;
  found.task = *std::move(task);
  return found;
}

absl::StatusOr<FoundTask> Tasks::LoadOwn(const View& view, const rpc::Call& call,
                                         const std::string& name) const {
  std::optional<FoundTask> found = Find(view, name);
  if (!found.has_value() ||
      !MayDecide(call.caller, found->task.authority_code(), found->task.region_code())) {
    return TaskNotFound(name);
  }
  found->stored_keys = parts_.tables.tasks.KeysOf(found->task);
  return *std::move(found);
}

absl::StatusOr<RunningCase> Tasks::LoadCaseOf(const View& view, FoundTask* found) const {
  const TaskRecord& task = found->task;
  if (!found->running.has_value()) {
    absl::StatusOr<RunningCase> running = LoadCase(parts_, view, task.case_name());
    if (running.ok()) found->running = *std::move(running);
  }
  const auto place = static_cast<int>(task.place());
  if (!found->running.has_value() || place >= found->running->record.item_task_size() ||
      found->running->record.item_task(place) != task.number() ||
      found->running->record.item_state(place) != CaseItem::STATE_IN_PROGRESS) {
    return RecordCorrupt(absl::StrCat(TaskName(task.number()), " does not fit its case"));
  }
  return *std::exchange(found->running, std::nullopt);
}

absl::Status Tasks::ShowContent(const View& view, const TaskRecord& task, Task* shown) const {
  *shown->mutable_elements() = task.elements();
  if (!task.transfer().empty()) {
    const auto record = parts_.tables.hand_overs.Find(view, task.transfer());
    if (!record.has_value()) return RecordCorrupt("a task has no hand-over");
    *shown->mutable_applicant() = record->hand_over().applicant();
    *shown->mutable_form() = record->hand_over().form();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const RunningCase running, LoadCase(parts_, view, task.case_name()));
  const auto stored = parts_.tables.applications.Find(view, task.case_name());
  if (!stored.has_value() ||
      static_cast<int>(task.place()) >= running.record.item_position_size()) {
    return RecordCorrupt(absl::StrCat(TaskName(task.number()), " does not fit its case"));
  }
  *shown->mutable_applicant() = stored->application().applicant();
  return ShowDemands(running, stored->application(), static_cast<int>(task.place()), shown);
}

void Tasks::Store(Txn& txn, FoundTask* found) const {
  found->task.set_revision(found->task.revision() + 1);
  parts_.tables.tasks.Replace(txn, found->stored_keys, found->task);
}

}  // namespace onething::workflow
