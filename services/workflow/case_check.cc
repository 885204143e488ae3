#include "services/workflow/case_check.h"

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/case_views.h"

namespace onething::workflow {
namespace {

using storage::View;
using v1::CaseItem;
using v1::CaseRecord;
using v1::Task;
using v1::TaskRecord;

absl::Status CheckRows(const Tables& tables, const View& view, const CaseRecord& record) {
  if (!tables.applications.Contains(view, record.name())) {
    return RecordCorrupt(absl::StrCat(record.name(), " has no application"));
  }
  uint64_t events = 0;
  bool in_order = true;
  tables.timeline.ForEach(
      view,
      [&](const v1::TimelineRecord& row) {
        events += static_cast<uint64_t>(row.events_size());
        in_order = in_order && row.events_size() > 0 && row.last_sequence() == events;
        return true;
      },
      record.name());
  if (!in_order || events != static_cast<uint64_t>(record.timeline_count())) {
    return RecordCorrupt(absl::StrCat(record.name(), " has another timeline than it counts"));
  }
  for (int place = 0; place < record.item_state_size(); ++place) {
    if (record.item_state(place) == CaseItem::STATE_IN_PROGRESS && record.item_task(place) == 0) {
      return RecordCorrupt(absl::StrCat(record.name(), " has an item without its task"));
    }
  }
  return absl::OkStatus();
}

// The state in which an item stands by its task; nothing else ends an item that has one.
bool Fits(Task::State task, v1::Decision decision, CaseItem::State item) {
  switch (task) {
    case Task::STATE_OPEN:
    case Task::STATE_CLAIMED:
      return item == CaseItem::STATE_IN_PROGRESS;
    case Task::STATE_DONE:
      return item == (decision == v1::DECISION_APPROVE ? CaseItem::STATE_APPROVED
                                                       : CaseItem::STATE_REFUSED);
    case Task::STATE_CANCELLED:
      return item == CaseItem::STATE_NOT_HANDLED || item == CaseItem::STATE_WITHDRAWN;
    default:
      return false;
  }
}

absl::Status CheckTask(const Tables& tables, const View& view, const TaskRecord& task) {
  const auto corrupt = [&] {
    return RecordCorrupt(absl::StrCat(TaskName(task.number()), " does not fit its case"));
  };
  if (!task.transfer().empty()) {
    const auto hand_over = tables.hand_overs.Find(view, task.transfer());
    return hand_over.has_value() && hand_over->task() == task.number() ? absl::OkStatus()
                                                                       : corrupt();
  }
  const auto record = tables.cases.Find(view, task.case_name());
  const auto place = static_cast<int>(task.place());
  if (!record.has_value() || place >= record->item_task_size() ||
      record->item_task(place) != task.number() ||
      !Fits(task.state(), task.decision(), record->item_state(place))) {
    return corrupt();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCases(const Tables& tables, const CaseBundles& bundles, const View& view) {
  absl::Status status;
  tables.cases.ForEach(view, [&](const CaseRecord& record) {
    const auto bundle = bundles.Find(view, record.bundle());
    status = bundle.ok() ? CheckCase((*bundle)->flow, record) : bundle.status();
    if (status.ok()) status = CheckRows(tables, view, record);
    return status.ok();
  });
  RETURN_IF_ERROR(status);
  tables.tasks.ForEach(view, [&](const TaskRecord& task) {
    status = CheckTask(tables, view, task);
    return status.ok();
  });
  RETURN_IF_ERROR(status);
  return view.status();
}

}  // namespace onething::workflow
