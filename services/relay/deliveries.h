// The side of the relay that other provinces' relays see: envelopes are delivered and receipts
// posted, each verified before anything is kept.

#ifndef ONETHING_SERVICES_RELAY_DELIVERIES_H_
#define ONETHING_SERVICES_RELAY_DELIVERIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/relay/v1/relay.pb.h"
#include "services/relay/envelope.h"
#include "services/relay/ledger.h"
#include "services/relay/peer_directory.h"

namespace onething::relay {

// What Deliver has verified and signed before its command.
struct VerifiedEnvelope {
  v1::Envelope envelope;
  std::string envelope_digest;
  v1::Receipt delivered;
};

// Stateless over the ledger. Results and errors of each method are those of the RPC of the same
// name in relay.proto.
class Deliveries {
 public:
  // All outlive this.
  Deliveries(const Ledger& ledger, const PeerDirectory& peers, const Notary& notary)
      : ledger_(ledger), peers_(peers), notary_(notary) {}

  absl::StatusOr<VerifiedEnvelope> PrepareDeliver(const storage::View& view, const rpc::Call& call,
                                                  const v1::DeliverRequest& request) const;
  absl::StatusOr<v1::Receipt> Deliver(storage::Txn& txn, const rpc::Call& call,
                                      const v1::DeliverRequest& request,
                                      const VerifiedEnvelope& prepared) const;

  // The verified content.
  absl::StatusOr<v1::ReceiptContent> PreparePost(const storage::View& view, const rpc::Call& call,
                                                 const v1::PostReceiptRequest& request) const;
  absl::StatusOr<v1::PostReceiptResponse> PostReceipt(storage::Txn& txn, const rpc::Call& call,
                                                      const v1::PostReceiptRequest& request,
                                                      const v1::ReceiptContent& content) const;

 private:
  const Ledger& ledger_;
  const PeerDirectory& peers_;
  const Notary& notary_;
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_DELIVERIES_H_
