// The case engine: which moves a case, an item and a task allow, and what a move of one item does
// to the others. Pure functions over CaseRecord; who carries a move out — tasks, transfers,
// licences, timeline — is case_change.h. How an item moves inside its authority (acceptance,
// correction, clock stops) is not known here: an item is with its authority until it is decided.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_RULES_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/records.pb.h"
#include "onething/workflow/v1/tasks.pb.h"

namespace onething::workflow {

// What can happen to a case. kClose follows by itself from the end of the last item.
enum class CaseMove { kUpdate, kSubmit, kWithdraw, kClose };

// What can happen to an item of a case.
enum class ItemMove {
  // Everything it needs is approved: it goes to its authority, or to another province.
  kStart,
  kHandOver,
  // It is decided.
  kApprove,
  kRefuse,
  // It is not handled, because another was refused.
  kStop,
  // The applicant withdraws the case.
  kWithdraw,
};

// What can happen to a task.
enum class TaskMove { kClaim, kComplete, kCancel };

// The state after a move; nullopt when the state does not allow it. Whether a withdrawal is too
// late because an item is decided, and whether a task is another officer's, are not questions of
// state.
std::optional<v1::Case::State> After(v1::Case::State state, CaseMove move);
std::optional<v1::CaseItem::State> After(v1::CaseItem::State state, ItemMove move);
std::optional<v1::Task::State> After(v1::Task::State state, TaskMove move);

// Whether an item has come to its end, and whether by a decision.
bool HasEnded(v1::CaseItem::State state);
bool IsDecided(v1::CaseItem::State state);

// What the engine has to know of an item of a bundle. Items are named by their position there.
struct FlowItem {
  // Items whose approval comes first, and those for which the approval of this one does.
  std::vector<int> needs;
  std::vector<int> dependants;
  // Another province handles it.
  bool handed_over = false;
  // Its refusal ends all that is not decided (ON_REFUSAL_ALL_STOP).
  bool refusal_stops_all = false;
};

// The items of a bundle version.
using Flow = std::vector<FlowItem>;

// Fills in `dependants` from `needs`.
void LinkDependants(Flow* flow);

// What a move did, by places in the case, each list rising. Their states, times and counters stand
// in the record already; what is left to do is for the caller.
struct Step {
  // Went to their authority or to another province: need a task or a transfer.
  std::vector<int> started;
  // Ended without a decision: a task they have is to be cancelled.
  std::vector<int> stopped;
  // The last item has ended.
  bool closed = false;
};

// Submits a draft: its items are those of `positions` (rising, not empty), and those that need none
// of the others start. A need on an item not among them is void.
Step SubmitItems(const Flow& flow, absl::Span<const int> positions, absl::Time now,
                 v1::CaseRecord* record);

// The item at `place`, which is with its authority or another province, is approved: what waits for
// nothing else now starts.
Step ApproveItem(const Flow& flow, int place, absl::Time now, v1::CaseRecord* record);

// It is refused: all that needs it, directly or not, is not handled; the others go on, unless its
// refusal stops all.
Step RefuseItem(const Flow& flow, int place, absl::Time now, v1::CaseRecord* record);

// The applicant withdraws a draft or a running case none of whose items is decided.
Step WithdrawItems(absl::Time now, v1::CaseRecord* record);

// Whether an item is decided.
bool AnyDecided(const v1::CaseRecord& record);

// The place of the item at `position` in the bundle; nullopt when it does not apply to this case.
std::optional<int> PlaceOf(const v1::CaseRecord& record, int position);

// Places of the items that the one at `place` still waits for; empty unless it is waiting.
std::vector<int> WaitsFor(const Flow& flow, const v1::CaseRecord& record, int place);

// Whether columns, counters and states of a stored case fit together and the flow: what every move
// keeps true. DATA_LOSS (RECORD_CORRUPT) naming the first thing that does not.
absl::Status CheckCase(const Flow& flow, const v1::CaseRecord& record);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_RULES_H_
