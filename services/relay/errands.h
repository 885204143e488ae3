// Errands: the four calls that a transfer causes, as entries of the outbox. What is in them and in
// which order they go is decided here, when they go and how often by libs/outbox.
//
//   errand            to          order key            its answer
//   Deliver           the peer    the case             becomes the DELIVERED receipt
//   HandleTransfer    the handler source and case      becomes the PROCESSED receipt
//   PostReceipt       the peer    the transfer         nothing
//   HandleReceipt     the handler the transfer         nothing
//
// So messages of one case stay in order, and receipts of one transfer; all else goes at once.

#ifndef ONETHING_SERVICES_RELAY_ERRANDS_H_
#define ONETHING_SERVICES_RELAY_ERRANDS_H_

#include <string>

#include "libs/outbox/outbox.h"
#include "onething/relay/v1/records.pb.h"
#include "services/relay/relay_rules.h"

namespace onething::relay {

// OutboxEntry::kind of each errand.
inline constexpr char kDeliver[] = "deliver";
inline constexpr char kHandleTransfer[] = "handle-transfer";
inline constexpr char kPostReceipt[] = "post-receipt";
inline constexpr char kHandleReceipt[] = "handle-receipt";

// Brings an envelope to the peer.
outbox::NewEntry Deliver(const v1::TransferRecord& record,
                         const v1::SignedEnvelope& signed_envelope, const std::string& peer);

// Hands a received transfer over for handling.
outbox::NewEntry HandleTransfer(const v1::TransferRecord& record, const v1::Envelope& envelope,
                                const std::string& handler);

// Brings a receipt of a received transfer to the peer.
outbox::NewEntry PostReceipt(const v1::TransferRecord& record, const v1::Receipt& receipt,
                             const std::string& peer);

// Tells the sender of a transfer about a receipt of it.
outbox::NewEntry HandleReceipt(const v1::TransferRecord& record, const v1::ReceiptContent& content,
                               const std::string& handler);

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_ERRANDS_H_
