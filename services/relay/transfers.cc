#include "services/relay/transfers.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/crypto/sm3.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/request_digest.h"
#include "services/relay/relay_errors.h"
#include "services/relay/relay_rules.h"

namespace onething::relay {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;
using v1::ReceiptContent;
using v1::Transfer;
using v1::TransferRecord;

// What makes two submissions of a number the same.
std::string ContentDigest(v1::SubmitTransferRequest request) {
  request.clear_request_id();
  return std::string(crypto::AsBytes(rpc::DigestOf({}, request)));
}

}  // namespace

absl::StatusOr<SignedTransfer> Transfers::PrepareSubmit(
    const View& view, const rpc::Call&, const v1::SubmitTransferRequest& request) const {
  RETURN_IF_ERROR(peers_.Find(request.target()).status());
  SignedTransfer prepared;
  v1::Envelope& envelope = prepared.envelope;
  envelope.set_source(notary_.province());
  envelope.set_target(request.target());
  envelope.set_case_name(request.case_name());
  envelope.set_message_number(request.message_number());
  envelope.set_mode(request.mode());
  envelope.set_catalog_code(request.catalog_code());
  envelope.set_purpose(request.purpose());
  envelope.set_payload_type(request.payload_type());
  envelope.set_payload(request.payload());
  *envelope.mutable_accept_time() =
      TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(view.now()));
  ASSIGN_OR_RETURN(prepared.signed_envelope, notary_.SignEnvelope(envelope));
  prepared.envelope_digest = DigestOf(prepared.signed_envelope);
  ASSIGN_OR_RETURN(prepared.accepted, notary_.SignReceipt(ReceiptContent::KIND_ACCEPTED,
                                                          prepared.envelope_digest, view.now()));
  return prepared;
}

absl::StatusOr<Transfer> Transfers::SubmitTransfer(Txn& txn, const rpc::Call&,
                                                   const v1::SubmitTransferRequest& request,
                                                   const SignedTransfer& prepared) const {
  const std::string name = TransferName(notary_.province(), request.target(), request.case_name(),
                                        request.message_number());
  const std::string digest = ContentDigest(request);
  if (const std::optional<TransferRecord> kept = ledger_.Find(txn, name)) {
    if (kept->request_digest() != digest) {
      return TransferConflict(name);
    }
    return ledger_.WithReceipts(txn, *kept);
  }
  RETURN_IF_ERROR(ledger_.CheckOrder(txn, prepared.envelope));
  TransferRecord record;
  record.mutable_transfer()->set_direction(Transfer::DIRECTION_OUTBOUND);
  record.set_envelope_digest(prepared.envelope_digest);
  record.set_message_key(request.message_key());
  record.set_request_digest(digest);
  RETURN_IF_ERROR(
      ledger_.Begin(txn, prepared.envelope, prepared.signed_envelope, prepared.accepted, &record));
  return ledger_.WithReceipts(txn, record);
}

absl::StatusOr<SignedResult> Transfers::PrepareReport(
    const View& view, const rpc::Call&, const v1::ReportResultRequest& request) const {
  ASSIGN_OR_RETURN(const TransferRecord record, ledger_.Load(view, request.name()));
  if (record.transfer().direction() != Transfer::DIRECTION_INBOUND) {
    return WrongState(record.transfer(), "只能对收到的中继件报告办理结果");
  }
  SignedResult prepared;
  if (!ledger_.FindReceipt(view, record, ReceiptContent::KIND_PROCESSED).has_value()) {
    ASSIGN_OR_RETURN(prepared.processed, notary_.SignReceipt(ReceiptContent::KIND_PROCESSED,
                                                             record.envelope_digest(), view.now()));
  }
  ASSIGN_OR_RETURN(prepared.result,
                   notary_.SignReceipt(ReceiptContent::KIND_RESULT, record.envelope_digest(),
                                       view.now(), request.payload_type(), request.payload()));
  return prepared;
}

absl::StatusOr<Transfer> Transfers::ReportResult(Txn& txn, const rpc::Call&,
                                                 const v1::ReportResultRequest& request,
                                                 const SignedResult& prepared) const {
  ASSIGN_OR_RETURN(TransferRecord record, ledger_.Load(txn, request.name()));
  if (const auto kept = ledger_.FindReceipt(txn, record, ReceiptContent::KIND_RESULT)) {
    ASSIGN_OR_RETURN(const ReceiptContent said, ReadKeptReceipt(*kept));
    ASSIGN_OR_RETURN(const ReceiptContent says, ReadKeptReceipt(prepared.result));
    if (!SaysTheSame(said, says)) {
      return WrongState(record.transfer(), "该中继件已报告过不同的办理结果，不能更改");
    }
    return ledger_.WithReceipts(txn, record);
  }
  // Receipts are never removed: what was kept when this was prepared still is.
  if (prepared.processed.has_value()) {
    RETURN_IF_ERROR(ledger_.Take(txn, *prepared.processed, &record));
  }
  RETURN_IF_ERROR(ledger_.Take(txn, prepared.result, &record));
  return ledger_.WithReceipts(txn, record);
}

absl::StatusOr<Transfer> Transfers::GetTransfer(const View& view, const rpc::Call&,
                                                const v1::GetTransferRequest& request) const {
  ASSIGN_OR_RETURN(const TransferRecord record, ledger_.Load(view, request.name()));
  Transfer transfer = ledger_.WithReceipts(view, record);
  std::optional<v1::EnvelopeRecord> envelope = tables_.envelopes.Find(view, request.name());
  if (!envelope.has_value()) {
    return TransferCorrupt(request.name(), "the envelope of a transfer is not there");
  }
  *transfer.mutable_signed_envelope() = std::move(*envelope->mutable_signed_envelope());
  return transfer;
}

absl::StatusOr<v1::ListTransfersResponse> Transfers::ListTransfers(
    const View& view, const rpc::Call& call, const v1::ListTransfersRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto matches = [&request](const TransferRecord& record) {
    const Transfer& transfer = record.transfer();
    return (request.state() == Transfer::STATE_UNSPECIFIED ||
            request.state() == transfer.state()) &&
           (request.peer().empty() || request.peer() == transfer.peer()) &&
           (request.direction() == Transfer::DIRECTION_UNSPECIFIED ||
            request.direction() == transfer.direction());
  };
  storage::Page<TransferRecord> found;
  if (request.state() != Transfer::STATE_UNSPECIFIED) {
    found = tables_.transfers.ListBy(view, tables_.by_state, page, matches,
                                     static_cast<uint32_t>(request.state()));
  } else if (!request.peer().empty()) {
    found = tables_.transfers.ListBy(view, tables_.by_peer, page, matches, request.peer());
  } else {
    found = tables_.transfers.ListBy(view, tables_.by_time, page, matches);
  }
  v1::ListTransfersResponse response;
  for (TransferRecord& record : found.records) {
    *response.add_transfers() = std::move(*record.mutable_transfer());
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

}  // namespace onething::relay
