#include "services/workflow/case_rules.h"

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/status.h"

namespace onething::workflow {
namespace {

using v1::Case;
using v1::CaseItem;
using v1::CaseRecord;
using v1::Task;

template <class State, class Move>
struct Transition {
  State from;
  Move move;
  State to;
};

constexpr Transition<Case::State, CaseMove> kCaseTransitions[] = {
    {Case::STATE_DRAFT, CaseMove::kUpdate, Case::STATE_DRAFT},
    {Case::STATE_DRAFT, CaseMove::kSubmit, Case::STATE_IN_PROGRESS},
    {Case::STATE_DRAFT, CaseMove::kWithdraw, Case::STATE_WITHDRAWN},
    {Case::STATE_IN_PROGRESS, CaseMove::kWithdraw, Case::STATE_WITHDRAWN},
    {Case::STATE_IN_PROGRESS, CaseMove::kClose, Case::STATE_CLOSED},
};

constexpr Transition<CaseItem::State, ItemMove> kItemTransitions[] = {
    {CaseItem::STATE_WAITING, ItemMove::kStart, CaseItem::STATE_IN_PROGRESS},
    {CaseItem::STATE_WAITING, ItemMove::kHandOver, CaseItem::STATE_HANDED_OVER},
    {CaseItem::STATE_WAITING, ItemMove::kStop, CaseItem::STATE_NOT_HANDLED},
    {CaseItem::STATE_WAITING, ItemMove::kWithdraw, CaseItem::STATE_WITHDRAWN},
    {CaseItem::STATE_IN_PROGRESS, ItemMove::kApprove, CaseItem::STATE_APPROVED},
    {CaseItem::STATE_IN_PROGRESS, ItemMove::kRefuse, CaseItem::STATE_REFUSED},
    {CaseItem::STATE_IN_PROGRESS, ItemMove::kStop, CaseItem::STATE_NOT_HANDLED},
    {CaseItem::STATE_IN_PROGRESS, ItemMove::kWithdraw, CaseItem::STATE_WITHDRAWN},
    {CaseItem::STATE_HANDED_OVER, ItemMove::kApprove, CaseItem::STATE_APPROVED},
    {CaseItem::STATE_HANDED_OVER, ItemMove::kRefuse, CaseItem::STATE_REFUSED},
    {CaseItem::STATE_HANDED_OVER, ItemMove::kStop, CaseItem::STATE_NOT_HANDLED},
    {CaseItem::STATE_HANDED_OVER, ItemMove::kWithdraw, CaseItem::STATE_WITHDRAWN},
};

constexpr Transition<Task::State, TaskMove> kTaskTransitions[] = {
    {Task::STATE_OPEN, TaskMove::kClaim, Task::STATE_CLAIMED},
    {Task::STATE_OPEN, TaskMove::kComplete, Task::STATE_DONE},
    {Task::STATE_OPEN, TaskMove::kCancel, Task::STATE_CANCELLED},
    {Task::STATE_CLAIMED, TaskMove::kClaim, Task::STATE_CLAIMED},
    {Task::STATE_CLAIMED, TaskMove::kComplete, Task::STATE_DONE},
    {Task::STATE_CLAIMED, TaskMove::kCancel, Task::STATE_CANCELLED},
};

template <class State, class Move, size_t kCount>
std::optional<State> Look(const Transition<State, Move> (&table)[kCount], State state, Move move) {
  for (const Transition<State, Move>& row : table) {
    if (row.from == state && row.move == move) return row.to;
  }
  return std::nullopt;
}

uint64_t Micros(absl::Time time) { return static_cast<uint64_t>(absl::ToUnixMicros(time)); }

const FlowItem& FlowOf(const Flow& flow, const CaseRecord& record, int place) {
  return flow[record.item_position(place)];
}

// One move of one case: the state table guards every item it touches.
class Mover {
 public:
  Mover(absl::Time now, CaseRecord* record) : now_us_(Micros(now)), record_(*record) {}

  void Move(int place, ItemMove move) {
    const std::optional<CaseItem::State> next = After(record_.item_state(place), move);
    CHECK(next.has_value());
    record_.set_item_state(place, *next);
    record_.set_item_waits(place, 0);
    if (HasEnded(*next)) {
      record_.set_item_end_us(place, now_us_);
      record_.set_open_item_count(record_.open_item_count() - 1);
    } else {
      record_.set_item_start_us(place, now_us_);
    }
  }

  void Start(const FlowItem& item, int place) {
    Move(place, item.handed_over ? ItemMove::kHandOver : ItemMove::kStart);
    step_.started.push_back(place);
  }

  // Ends the item without a decision, unless it has ended.
  void Stop(int place, ItemMove move) {
    if (HasEnded(record_.item_state(place))) return;
    Move(place, move);
    step_.stopped.push_back(place);
  }

  Step Finish() {
    std::sort(step_.started.begin(), step_.started.end());
    std::sort(step_.stopped.begin(), step_.stopped.end());
    if (record_.open_item_count() == 0 && record_.state() == Case::STATE_IN_PROGRESS) {
      record_.set_state(*After(record_.state(), CaseMove::kClose));
      record_.set_close_us(static_cast<int64_t>(now_us_));
      step_.closed = true;
    }
    return std::move(step_);
  }

 private:
  const uint64_t now_us_;
  CaseRecord& record_;
  Step step_;
};

void AddColumns(int position, uint32_t waits, CaseRecord* record) {
  record->add_item_position(static_cast<uint32_t>(position));
  record->add_item_state(CaseItem::STATE_WAITING);
  record->add_item_waits(waits);
  record->add_item_task(0);
  record->add_item_start_us(0);
  record->add_item_end_us(0);
  record->add_item_due_day(0);
}

// Needs among the items of the case.
template <class Visit>
void ForEachNeed(const Flow& flow, const CaseRecord& record, int place, Visit visit) {
  for (const int need : FlowOf(flow, record, place).needs) {
    if (const std::optional<int> at = PlaceOf(record, need)) visit(*at);
  }
}

}  // namespace

std::optional<Case::State> After(Case::State state, CaseMove move) {
  return Look(kCaseTransitions, state, move);
}

std::optional<CaseItem::State> After(CaseItem::State state, ItemMove move) {
  return Look(kItemTransitions, state, move);
}

std::optional<Task::State> After(Task::State state, TaskMove move) {
  return Look(kTaskTransitions, state, move);
}

bool IsDecided(CaseItem::State state) {
  return state == CaseItem::STATE_APPROVED || state == CaseItem::STATE_REFUSED;
}

bool HasEnded(CaseItem::State state) {
  return IsDecided(state) || state == CaseItem::STATE_NOT_HANDLED ||
         state == CaseItem::STATE_WITHDRAWN;
}

void LinkDependants(Flow* flow) {
  for (size_t i = 0; i < flow->size(); ++i) {
    for (const int need : (*flow)[i].needs) {
      (*flow)[static_cast<size_t>(need)].dependants.push_back(static_cast<int>(i));
    }
  }
}

Step SubmitItems(const Flow& flow, absl::Span<const int> positions, absl::Time now,
                 CaseRecord* record) {
  const std::optional<Case::State> next = After(record->state(), CaseMove::kSubmit);
  CHECK(next.has_value() && !positions.empty() && record->item_state().empty());
  record->set_state(*next);
  record->set_submit_us(absl::ToUnixMicros(now));
  record->set_open_item_count(static_cast<int>(positions.size()));
  for (const int position : positions) {
    uint32_t waits = 0;
    for (const int need : flow[static_cast<size_t>(position)].needs) {
      waits += std::binary_search(positions.begin(), positions.end(), need) ? 1 : 0;
    }
    AddColumns(position, waits, record);
  }
  Mover mover(now, record);
  for (int place = 0; place < record->item_state_size(); ++place) {
    if (record->item_waits(place) == 0) mover.Start(FlowOf(flow, *record, place), place);
  }
  return mover.Finish();
}

Step ApproveItem(const Flow& flow, int place, absl::Time now, CaseRecord* record) {
  Mover mover(now, record);
  mover.Move(place, ItemMove::kApprove);
  for (const int position : FlowOf(flow, *record, place).dependants) {
    const std::optional<int> dependant = PlaceOf(*record, position);
    if (!dependant.has_value() || record->item_state(*dependant) != CaseItem::STATE_WAITING) {
      continue;
    }
    CHECK(record->item_waits(*dependant) > 0);
    record->set_item_waits(*dependant, record->item_waits(*dependant) - 1);
    if (record->item_waits(*dependant) == 0) {
      mover.Start(FlowOf(flow, *record, *dependant), *dependant);
    }
  }
  return mover.Finish();
}

Step RefuseItem(const Flow& flow, int place, absl::Time now, CaseRecord* record) {
  Mover mover(now, record);
  mover.Move(place, ItemMove::kRefuse);
  if (FlowOf(flow, *record, place).refusal_stops_all) {
    for (int other = 0; other < record->item_state_size(); ++other) {
      mover.Stop(other, ItemMove::kStop);
    }
    return mover.Finish();
  }
  std::vector<int> lost = {place};
  while (!lost.empty()) {
    const int from = lost.back();
    lost.pop_back();
    for (const int position : FlowOf(flow, *record, from).dependants) {
      const std::optional<int> dependant = PlaceOf(*record, position);
      if (dependant.has_value() && !HasEnded(record->item_state(*dependant))) {
        mover.Stop(*dependant, ItemMove::kStop);
        lost.push_back(*dependant);
      }
    }
  }
  return mover.Finish();
}

Step WithdrawItems(absl::Time now, CaseRecord* record) {
  const std::optional<Case::State> next = After(record->state(), CaseMove::kWithdraw);
  CHECK(next.has_value() && !AnyDecided(*record));
  record->set_state(*next);
  record->set_close_us(absl::ToUnixMicros(now));
  Mover mover(now, record);
  for (int place = 0; place < record->item_state_size(); ++place) {
    mover.Stop(place, ItemMove::kWithdraw);
  }
  return mover.Finish();
}

bool AnyDecided(const CaseRecord& record) {
  return std::any_of(record.item_state().begin(), record.item_state().end(),
                     [](int state) { return IsDecided(static_cast<CaseItem::State>(state)); });
}

std::optional<int> PlaceOf(const CaseRecord& record, int position) {
  const auto& positions = record.item_position();
  const auto found =
      std::lower_bound(positions.begin(), positions.end(), static_cast<uint32_t>(position));
  if (found == positions.end() || *found != static_cast<uint32_t>(position)) return std::nullopt;
  return static_cast<int>(found - positions.begin());
}

std::vector<int> WaitsFor(const Flow& flow, const CaseRecord& record, int place) {
  std::vector<int> waits;
  if (record.item_state(place) != CaseItem::STATE_WAITING) return waits;
  ForEachNeed(flow, record, place, [&](int need) {
    if (record.item_state(need) != CaseItem::STATE_APPROVED) waits.push_back(need);
  });
  return waits;
}

absl::Status CheckCase(const Flow& flow, const CaseRecord& record) {
  const auto corrupt = [&record](absl::string_view what) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                     absl::StrCat("the stored ", record.name(), " contradicts itself: ", what));
  };
  const int count = record.item_position_size();
  for (const int size :
       {record.item_state_size(), record.item_waits_size(), record.item_task_size(),
        record.item_start_us_size(), record.item_end_us_size(), record.item_due_day_size()}) {
    if (size != count) return corrupt("its columns differ in length");
  }
  const auto& positions = record.item_position();
  if (std::adjacent_find(positions.begin(), positions.end(), std::greater_equal<>()) !=
          positions.end() ||
      (count > 0 && record.item_position(count - 1) >= flow.size())) {
    return corrupt("its items are not those of its bundle in their order");
  }
  if ((record.state() == Case::STATE_DRAFT && count > 0) ||
      ((record.state() == Case::STATE_IN_PROGRESS || record.state() == Case::STATE_CLOSED) &&
       count == 0)) {
    return corrupt("its state does not fit its number of items");
  }
  int open = 0;
  for (int place = 0; place < count; ++place) {
    const CaseItem::State state = record.item_state(place);
    open += HasEnded(state) ? 0 : 1;
    if (HasEnded(state) != (record.item_end_us(place) != 0)) return corrupt("an end time");
    const size_t waits = WaitsFor(flow, record, place).size();
    if (record.item_waits(place) != waits) return corrupt("a join counter");
    if (state == CaseItem::STATE_WAITING && waits == 0) return corrupt("an item waits for nothing");
    for (const int need : WaitsFor(flow, record, place)) {
      if (HasEnded(record.item_state(need))) return corrupt("an item waits for what has ended");
    }
  }
  if (open != record.open_item_count()) return corrupt("the count of open items");
  if ((open > 0) != (record.state() == Case::STATE_IN_PROGRESS)) {
    return corrupt("its state does not fit its open items");
  }
  return absl::OkStatus();
}

}  // namespace onething::workflow
