#include "services/relay/errands.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace onething::relay {
namespace {

using v1::TransferRecord;

std::string ContextOf(const TransferRecord& record) {
  v1::ErrandContext context;
  context.set_transfer(record.transfer().name());
  context.set_peer(record.transfer().peer());
  context.set_envelope_digest(record.envelope_digest());
  return context.SerializeAsString();
}

template <class Request>
outbox::NewEntry Errand(const TransferRecord& record, const char* kind,
                        const std::string& destination, const std::string& order_key,
                        const char* method, Request request) {
  return {.destination = destination,
          .order_key = order_key,
          .method = absl::StrCat("/onething.relay.v1.", method),
          .request = outbox::WithRequestId(std::move(request)),
          .kind = kind,
          .context = ContextOf(record)};
}

}  // namespace

outbox::NewEntry Deliver(const TransferRecord& record, const v1::SignedEnvelope& signed_envelope,
                         const std::string& peer) {
  v1::DeliverRequest request;
  *request.mutable_signed_envelope() = signed_envelope;
  return Errand(record, kDeliver, peer, record.transfer().case_name(), "RelayPeer/Deliver",
                std::move(request));
}

outbox::NewEntry HandleTransfer(const TransferRecord& record, const v1::Envelope& envelope,
                                const std::string& handler) {
  v1::HandleTransferRequest request;
  request.set_transfer(record.transfer().name());
  *request.mutable_envelope() = envelope;
  const std::string order_key = absl::StrCat(envelope.source(), "/", envelope.case_name());
  return Errand(record, kHandleTransfer, handler, order_key, "TransferHandler/HandleTransfer",
                std::move(request));
}

outbox::NewEntry PostReceipt(const TransferRecord& record, const v1::Receipt& receipt,
                             const std::string& peer) {
  v1::PostReceiptRequest request;
  request.set_name(record.transfer().name());
  *request.mutable_receipt() = receipt;
  return Errand(record, kPostReceipt, peer, record.transfer().name(), "RelayPeer/PostReceipt",
                std::move(request));
}

outbox::NewEntry HandleReceipt(const TransferRecord& record, const v1::ReceiptContent& content,
                               const std::string& handler) {
  v1::HandleReceiptRequest request;
  request.set_transfer(record.transfer().name());
  request.set_case_name(record.transfer().case_name());
  request.set_message_key(record.message_key());
  *request.mutable_content() = content;
  return Errand(record, kHandleReceipt, handler, record.transfer().name(),
                "TransferHandler/HandleReceipt", std::move(request));
}

}  // namespace onething::relay
