// What receipts do to a transfer: the rules of its states, as pure functions. Receipts may be lost,
// doubled and overtake each other; whatever arrives in whatever order, a transfer only goes forward
// and each kind counts once.

#ifndef ONETHING_SERVICES_RELAY_RELAY_RULES_H_
#define ONETHING_SERVICES_RELAY_RELAY_RULES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "onething/relay/v1/relay.pb.h"

namespace onething::relay {

using Direction = v1::Transfer::Direction;
using State = v1::Transfer::State;
using Kind = v1::ReceiptContent::Kind;

// What a relay does with a receipt.
enum class ReceiptEffect {
  // Nothing: the kind is kept already, or is not one that comes later.
  kNone,
  // It is kept as a proof; a later kind overtook it, so the state stays and nobody is told.
  kKeep,
  // It is kept and the transfer goes on to the state that it proves.
  kAdvance,
};

// What a receipt of `kind` does to a transfer in `state`; `kept`: whether one of this kind is kept.
// A dead transfer lives again by whatever proves that it got further than the step it died of.
ReceiptEffect EffectOf(State state, Kind kind, bool kept);

// The state that a receipt of `kind` proves; STATE_UNSPECIFIED for none.
State StateProvedBy(Kind kind);

// The state in which a relay takes a transfer up: ACCEPTED what it sends, DELIVERED what it
// receives.
State FirstState(Direction direction);

// The state once the step out of the first state became a dead letter: DEAD, unless a receipt has
// shown meanwhile that the step was made.
State StateAfterDeadLetter(Direction direction, State state);

// The state once that dead letter was replayed: the first one again if it was dead.
State StateAfterReplay(Direction direction, State state);

// Whether two receipts of a kind say the same, whenever it was said.
bool SaysTheSame(const v1::ReceiptContent& a, const v1::ReceiptContent& b);

// `transfers/{source}-{target}-{case id}-{message_number}`. No two keys have one name: provinces
// have two digits, a number has no dash.
std::string TransferName(absl::string_view source, absl::string_view target,
                         absl::string_view case_name, int64_t message_number);

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_RELAY_RULES_H_
