#include "services/relay/deliveries.h"

#include <optional>
#include <utility>

#include "libs/base/error.h"
#include "libs/base/status.h"
#include "services/relay/relay_errors.h"
#include "services/relay/relay_rules.h"

namespace onething::relay {

using storage::Txn;
using storage::View;
using v1::Envelope;
using v1::Receipt;
using v1::ReceiptContent;
using v1::Transfer;
using v1::TransferRecord;

absl::StatusOr<VerifiedEnvelope> Deliveries::PrepareDeliver(
    const View& view, const rpc::Call& call, const v1::DeliverRequest& request) const {
  ASSIGN_OR_RETURN(const Peer* peer, peers_.FindCaller(call.caller.identity));
  VerifiedEnvelope verified;
  ASSIGN_OR_RETURN(verified.envelope, OpenEnvelope(request.signed_envelope(), peer->signer));
  if (verified.envelope.target() != notary_.province()) {
    return WrongTarget(verified.envelope.target(), notary_.province());
  }
  verified.envelope_digest = DigestOf(request.signed_envelope());
  ASSIGN_OR_RETURN(verified.delivered, notary_.SignReceipt(ReceiptContent::KIND_DELIVERED,
                                                           verified.envelope_digest, view.now()));
  return verified;
}

absl::StatusOr<Receipt> Deliveries::Deliver(Txn& txn, const rpc::Call&,
                                            const v1::DeliverRequest& request,
                                            const VerifiedEnvelope& prepared) const {
  const Envelope& envelope = prepared.envelope;
  const std::string name = TransferName(envelope.source(), envelope.target(), envelope.case_name(),
                                        envelope.message_number());
  if (const std::optional<TransferRecord> kept = ledger_.Find(txn, name)) {
    if (kept->envelope_digest() != prepared.envelope_digest) {
      return TransferConflict(name);
    }
    std::optional<Receipt> delivered =
        ledger_.FindReceipt(txn, *kept, ReceiptContent::KIND_DELIVERED);
    if (!delivered.has_value()) {
      return TransferCorrupt(name, "a received transfer has no DELIVERED receipt");
    }
    return *std::move(delivered);
  }
  RETURN_IF_ERROR(ledger_.CheckOrder(txn, envelope));
  TransferRecord record;
  record.mutable_transfer()->set_direction(Transfer::DIRECTION_INBOUND);
  record.set_envelope_digest(prepared.envelope_digest);
  RETURN_IF_ERROR(
      ledger_.Begin(txn, envelope, request.signed_envelope(), prepared.delivered, &record));
  return prepared.delivered;
}

absl::StatusOr<ReceiptContent> Deliveries::PreparePost(
    const View& view, const rpc::Call& call, const v1::PostReceiptRequest& request) const {
  ASSIGN_OR_RETURN(const Peer* peer, peers_.FindCaller(call.caller.identity));
  const std::optional<TransferRecord> record = ledger_.Find(view, request.name());
  // Of other provinces' transfers a peer learns nothing, not even that they exist.
  if (!record.has_value() || record->transfer().direction() != Transfer::DIRECTION_OUTBOUND ||
      record->transfer().peer() != peer->signer.province) {
    return TransferNotFound(request.name());
  }
  ASSIGN_OR_RETURN(ReceiptContent content,
                   OpenReceipt(request.receipt(), peer->signer, record->envelope_digest()));
  if (content.kind() != ReceiptContent::KIND_PROCESSED &&
      content.kind() != ReceiptContent::KIND_RESULT) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                     "只能送达办理回执与结果回执");
  }
  return content;
}

absl::StatusOr<v1::PostReceiptResponse> Deliveries::PostReceipt(
    Txn& txn, const rpc::Call&, const v1::PostReceiptRequest& request,
    const ReceiptContent& content) const {
  ASSIGN_OR_RETURN(TransferRecord record, ledger_.Load(txn, request.name()));
  if (const auto kept = ledger_.FindReceipt(txn, record, content.kind())) {
    ASSIGN_OR_RETURN(const ReceiptContent said, ReadKeptReceipt(*kept));
    if (!SaysTheSame(said, content)) {
      return TransferConflict(request.name());
    }
    return v1::PostReceiptResponse();
  }
  RETURN_IF_ERROR(ledger_.Take(txn, request.receipt(), &record));
  return v1::PostReceiptResponse();
}

}  // namespace onething::relay
