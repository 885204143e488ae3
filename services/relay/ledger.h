// The ledger of transfers: the rows of each, and what follows when one is taken up or a receipt of
// it comes. Every change of a transfer is made here, in one commit with the errands it causes.
// Nothing is signed or verified here: what comes in was, before the command.

#ifndef ONETHING_SERVICES_RELAY_LEDGER_H_
#define ONETHING_SERVICES_RELAY_LEDGER_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/outbox/outbox.h"
#include "libs/storage/view.h"
#include "onething/relay/v1/records.pb.h"
#include "services/relay/peer_directory.h"
#include "services/relay/relay_rules.h"
#include "services/relay/tables.h"

namespace onething::relay {

// Stateless over its tables. Functions that take a Txn run on the commit loop, the others anywhere.
class Ledger {
 public:
  // All outlive this, but `handler`, the outbox destination of the service that handles transfers.
  // Registers itself as taker of the errands' answers.
  Ledger(const Tables& tables, const PeerDirectory& peers, outbox::Outbox* outbox,
         std::string handler);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  std::optional<v1::TransferRecord> Find(const storage::View& view, const std::string& name) const {
    return tables_.transfers.Find(view, name);
  }

  // NOT_FOUND (TRANSFER_NOT_FOUND) when there is none.
  absl::StatusOr<v1::TransferRecord> Load(const storage::View& view, const std::string& name) const;

  // OK when the message may be taken up next: it is the first of its case, or the one before it is
  // there. ABORTED (OUT_OF_ORDER).
  absl::Status CheckOrder(const storage::View& view, const v1::Envelope& envelope) const;

  // A transfer that begins: its direction, digests and message key are in `record`. Keeps it with
  // its first receipt and sends it on: to the peer, or to the handler. RESOURCE_EXHAUSTED
  // (LIMIT_REACHED) when the outbox is full.
  absl::Status Begin(storage::Txn& txn, const v1::Envelope& envelope,
                     const v1::SignedEnvelope& signed_envelope, const v1::Receipt& first_receipt,
                     v1::TransferRecord* record) const;

  // Takes a receipt, opened or just signed, as the rules say: keeps it, moves the transfer on, and
  // tells the handler (outbound) or the peer (inbound). RESOURCE_EXHAUSTED as Begin.
  absl::Status Take(storage::Txn& txn, const v1::Receipt& receipt,
                    v1::TransferRecord* record) const;

  // The kept receipt of this kind; nullopt when there is none.
  std::optional<v1::Receipt> FindReceipt(const storage::View& view,
                                         const v1::TransferRecord& record, Kind kind) const;

  // The transfer with its receipts, in the order they came.
  v1::Transfer WithReceipts(const storage::View& view, const v1::TransferRecord& record) const;

 private:
  // Takes the receipt that an errand was answered with.
  absl::Status TakeAnswer(storage::Txn& txn, const outbox::OutboxEntry& entry,
                          const absl::StatusOr<std::string>& answer) const;
  // Shows on the transfer what became of the dead letter of its first errand.
  void FollowDeadLetter(storage::Txn& txn, const outbox::OutboxEntry& entry) const;

  absl::Status Pass(storage::Txn& txn, const outbox::NewEntry& errand) const;
  // Keeps a receipt that is not kept yet.
  void Keep(storage::Txn& txn, Kind kind, const v1::Receipt& receipt,
            v1::TransferRecord* record) const;
  void Store(storage::Txn& txn, v1::TransferRecord* record) const;

  const Tables& tables_;
  const PeerDirectory& peers_;
  outbox::Outbox& outbox_;
  const std::string handler_;
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_LEDGER_H_
