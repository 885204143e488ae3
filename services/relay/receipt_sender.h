// ReceiptSender: what stands between the outbox pump and the peers, because SM2 does not belong
// into a command: it takes half a millisecond, and a signature is random. When an errand is
// answered with what is to be kept as a receipt, the receipt is made sure of first, on the
// executor:
//
//   Deliver         the peer's DELIVERED receipt is verified; one that is wrong is a refusal
//                   (SIGNATURE_WRONG), so the errand becomes a dead letter and nothing is kept
//   HandleTransfer  the handler's OK becomes our signed PROCESSED receipt
//
// So the answers that reach Ledger are receipts that prove something, and its commands only store.
// Dying before the command costs a signature: the errand is sent again and answered the same.

#ifndef ONETHING_SERVICES_RELAY_RECEIPT_SENDER_H_
#define ONETHING_SERVICES_RELAY_RECEIPT_SENDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/outbox/sender.h"
#include "libs/rpc/executor.h"
#include "onething/ops/v1/outbox.pb.h"
#include "services/relay/envelope.h"
#include "services/relay/peer_directory.h"

namespace onething::relay {

// Safe from any thread. Destroyed after its executor was stopped; answers that come later than that
// are UNAVAILABLE, so their errands are sent again by the next pump.
class ReceiptSender final : public outbox::Sender {
 public:
  // All outlive this; `next` makes the calls.
  ReceiptSender(const PeerDirectory& peers, const Notary& notary, const Clock* clock,
                rpc::Executor* executor, outbox::Sender* next);
  ~ReceiptSender() override;
  ReceiptSender(const ReceiptSender&) = delete;
  ReceiptSender& operator=(const ReceiptSender&) = delete;

  // As Sender::Send; the OK of the two errands above is a serialized Receipt.
  void Send(const ops::v1::OutboxEntry& entry, absl::Time deadline, Done done) override;

 private:
  // What answers hold instead of the sender, which may be gone when they come.
  struct Gate {
    Mutex mutex;
    ReceiptSender* sender ABSL_GUARDED_BY(mutex) = nullptr;
  };

  // Has the receipt in an OK answer seen to; what goes wrong before that is returned and `done` not
  // called.
  static absl::Status Post(Gate& gate, const std::string& kind, const std::string& context,
                           std::string answer, const Done& done);
  absl::StatusOr<std::string> ReceiptIn(const std::string& kind, const std::string& context,
                                        const std::string& answer) const;

  // Constant after construction.
  const PeerDirectory& peers_;
  const Notary& notary_;
  const Clock& clock_;
  rpc::Executor& executor_;
  outbox::Sender& next_;
  // Shared with the calls under way.
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_RECEIPT_SENDER_H_
