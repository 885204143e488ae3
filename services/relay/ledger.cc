#include "services/relay/ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/relay/envelope.h"
#include "services/relay/errands.h"
#include "services/relay/relay_errors.h"

namespace onething::relay {
namespace {

using google::protobuf::util::TimeUtil;
using outbox::OutboxEntry;
using storage::Txn;
using storage::View;
using v1::Envelope;
using v1::Receipt;
using v1::ReceiptContent;
using v1::SignedEnvelope;
using v1::Transfer;
using v1::TransferRecord;

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

bool HasKept(const TransferRecord& record, Kind kind) {
  return std::count(record.receipt_kinds().begin(), record.receipt_kinds().end(), kind) > 0;
}

bool IsOutbound(const TransferRecord& record) {
  return record.transfer().direction() == Transfer::DIRECTION_OUTBOUND;
}

std::string FailureOf(const OutboxEntry& entry) {
  return entry.last_reason().empty() ? entry.last_error()
                                     : absl::StrCat(entry.last_reason(), ": ", entry.last_error());
}

}  // namespace

Ledger::Ledger(const Tables& tables, const PeerDirectory& peers, outbox::Outbox* outbox,
               std::string handler)
    : tables_(tables), peers_(peers), outbox_(*outbox), handler_(std::move(handler)) {
  for (const char* kind : {kDeliver, kHandleTransfer}) {
    outbox_.OnAnswer(kind, [this](Txn& txn, const OutboxEntry& entry,
                                  const absl::StatusOr<std::string>& answer) {
      return TakeAnswer(txn, entry, answer);
    });
    outbox_.OnDeadLetter(
        kind, [this](Txn& txn, const OutboxEntry& entry) { FollowDeadLetter(txn, entry); });
  }
  for (const char* kind : {kPostReceipt, kHandleReceipt}) {
    outbox_.OnAnswer(kind, [](Txn&, const OutboxEntry&, const absl::StatusOr<std::string>& answer) {
      return answer.status();
    });
  }
}

absl::StatusOr<TransferRecord> Ledger::Load(const View& view, const std::string& name) const {
  std::optional<TransferRecord> record = Find(view, name);
  if (!record.has_value()) {
    return TransferNotFound(name);
  }
  return *std::move(record);
}

absl::Status Ledger::CheckOrder(const View& view, const Envelope& envelope) const {
  const auto name_of = [&envelope](int64_t number) {
    return TransferName(envelope.source(), envelope.target(), envelope.case_name(), number);
  };
  const int64_t number = envelope.message_number();
  if (number == 1 || tables_.transfers.Contains(view, name_of(number - 1))) {
    return absl::OkStatus();
  }
  return OutOfOrder(name_of(number), name_of(number - 1));
}

absl::Status Ledger::Begin(Txn& txn, const Envelope& envelope,
                           const SignedEnvelope& signed_envelope, const Receipt& first_receipt,
                           TransferRecord* record) const {
  Transfer& transfer = *record->mutable_transfer();
  const bool outbound = IsOutbound(*record);
  const State first = FirstState(transfer.direction());
  transfer.set_name(TransferName(envelope.source(), envelope.target(), envelope.case_name(),
                                 envelope.message_number()));
  transfer.set_state(first);
  transfer.set_peer(outbound ? envelope.target() : envelope.source());
  transfer.set_case_name(envelope.case_name());
  transfer.set_message_number(envelope.message_number());
  *transfer.mutable_create_time() = ToProto(txn.now());

  v1::EnvelopeRecord kept;
  kept.set_transfer(transfer.name());
  *kept.mutable_signed_envelope() = signed_envelope;
  tables_.envelopes.Put(txn, kept);
  Keep(txn, outbound ? ReceiptContent::KIND_ACCEPTED : ReceiptContent::KIND_DELIVERED,
       first_receipt, record);
  Store(txn, record);
  if (!outbound) {
    return Pass(txn, HandleTransfer(*record, envelope, handler_));
  }
  ASSIGN_OR_RETURN(const Peer* peer, peers_.Find(transfer.peer()));
  return Pass(txn, Deliver(*record, signed_envelope, peer->destination));
}

absl::Status Ledger::Take(Txn& txn, const Receipt& receipt, TransferRecord* record) const {
  ASSIGN_OR_RETURN(const ReceiptContent content, ReadKeptReceipt(receipt));
  const Kind kind = content.kind();
  const ReceiptEffect effect = EffectOf(record->transfer().state(), kind, HasKept(*record, kind));
  if (effect == ReceiptEffect::kNone) {
    return absl::OkStatus();
  }
  Keep(txn, kind, receipt, record);
  if (effect == ReceiptEffect::kAdvance) {
    record->mutable_transfer()->set_state(StateProvedBy(kind));
    record->mutable_transfer()->clear_failure();
  }
  Store(txn, record);
  if (IsOutbound(*record)) {
    return effect == ReceiptEffect::kAdvance ? Pass(txn, HandleReceipt(*record, content, handler_))
                                             : absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Peer* peer, peers_.Find(record->transfer().peer()));
  return Pass(txn, PostReceipt(*record, receipt, peer->destination));
}

std::optional<Receipt> Ledger::FindReceipt(const View& view, const TransferRecord& record,
                                           Kind kind) const {
  std::optional<v1::ReceiptRecord> kept =
      tables_.receipts.Find(view, record.transfer().name(), static_cast<uint32_t>(kind));
  return kept.has_value() ? std::optional(std::move(*kept->mutable_receipt())) : std::nullopt;
}

Transfer Ledger::WithReceipts(const View& view, const TransferRecord& record) const {
  Transfer transfer = record.transfer();
  for (const int kind : record.receipt_kinds()) {
    std::optional<Receipt> receipt = FindReceipt(view, record, static_cast<Kind>(kind));
    if (!receipt.has_value()) {
      view.Poison(TransferCorrupt(transfer.name(), "a receipt of a transfer is not there"));
      break;
    }
    *transfer.add_receipts() = *std::move(receipt);
  }
  return transfer;
}

absl::Status Ledger::TakeAnswer(Txn& txn, const OutboxEntry& entry,
                                const absl::StatusOr<std::string>& answer) const {
  ASSIGN_OR_RETURN(const Receipt receipt, outbox::ParseAnswer<Receipt>(answer));
  v1::ErrandContext context;
  context.ParseFromString(entry.context());
  ASSIGN_OR_RETURN(TransferRecord record, Load(txn, context.transfer()));
  return Take(txn, receipt, &record);
}

void Ledger::FollowDeadLetter(Txn& txn, const OutboxEntry& entry) const {
  v1::ErrandContext context;
  context.ParseFromString(entry.context());
  std::optional<TransferRecord> record = Find(txn, context.transfer());
  if (!record.has_value()) {
    return;
  }
  Transfer& transfer = *record->mutable_transfer();
  const bool dead = entry.state() == OutboxEntry::DEAD;
  const State state = dead ? StateAfterDeadLetter(transfer.direction(), transfer.state())
                           : StateAfterReplay(transfer.direction(), transfer.state());
  if (state != transfer.state()) {
    transfer.set_state(state);
    transfer.set_failure(dead ? FailureOf(entry) : "");
    Store(txn, &*record);
  }
}

absl::Status Ledger::Pass(Txn& txn, const outbox::NewEntry& errand) const {
  return outbox_.Enqueue(txn, errand).status();
}

void Ledger::Keep(Txn& txn, Kind kind, const Receipt& receipt, TransferRecord* record) const {
  v1::ReceiptRecord kept;
  kept.set_transfer(record->transfer().name());
  kept.set_kind(kind);
  *kept.mutable_receipt() = receipt;
  tables_.receipts.Put(txn, kept);
  record->add_receipt_kinds(kind);
}

void Ledger::Store(Txn& txn, TransferRecord* record) const {
  *record->mutable_transfer()->mutable_update_time() = ToProto(txn.now());
  tables_.transfers.Put(txn, *record);
}

}  // namespace onething::relay
