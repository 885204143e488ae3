#include "services/relay/relay_rules.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace onething::relay {

using v1::ReceiptContent;
using v1::Transfer;

ReceiptEffect EffectOf(State state, Kind kind, bool kept) {
  if (kept || kind <= ReceiptContent::KIND_ACCEPTED) {
    return ReceiptEffect::kNone;
  }
  const bool further = state == Transfer::STATE_DEAD || StateProvedBy(kind) > state;
  return further ? ReceiptEffect::kAdvance : ReceiptEffect::kKeep;
}

State StateProvedBy(Kind kind) {
  switch (kind) {
    case ReceiptContent::KIND_ACCEPTED:
      return Transfer::STATE_ACCEPTED;
    case ReceiptContent::KIND_DELIVERED:
      return Transfer::STATE_DELIVERED;
    case ReceiptContent::KIND_PROCESSED:
      return Transfer::STATE_PROCESSED;
    case ReceiptContent::KIND_RESULT:
      return Transfer::STATE_RESULT;
    default:
      return Transfer::STATE_UNSPECIFIED;
  }
}

State FirstState(Direction direction) {
  return direction == Transfer::DIRECTION_OUTBOUND ? Transfer::STATE_ACCEPTED
                                                   : Transfer::STATE_DELIVERED;
}

State StateAfterDeadLetter(Direction direction, State state) {
  return state == FirstState(direction) ? Transfer::STATE_DEAD : state;
}

State StateAfterReplay(Direction direction, State state) {
  return state == Transfer::STATE_DEAD ? FirstState(direction) : state;
}

bool SaysTheSame(const ReceiptContent& a, const ReceiptContent& b) {
  return a.kind() == b.kind() && a.signer() == b.signer() &&
         a.envelope_digest() == b.envelope_digest() && a.payload_type() == b.payload_type() &&
         a.payload() == b.payload();
}

std::string TransferName(absl::string_view source, absl::string_view target,
                         absl::string_view case_name, int64_t message_number) {
  return absl::StrCat("transfers/", source, "-", target, "-",
                      absl::StripPrefix(case_name, "cases/"), "-", message_number);
}

}  // namespace onething::relay
