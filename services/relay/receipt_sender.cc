#include "services/relay/receipt_sender.h"

#include <utility>

#include "libs/base/status.h"
#include "libs/outbox/outbox.h"
#include "onething/relay/v1/records.pb.h"
#include "services/relay/errands.h"
#include "services/relay/relay_errors.h"

namespace onething::relay {

using v1::Receipt;
using v1::ReceiptContent;

ReceiptSender::ReceiptSender(const PeerDirectory& peers, const Notary& notary, const Clock* clock,
                             rpc::Executor* executor, outbox::Sender* next)
    : peers_(peers), notary_(notary), clock_(*clock), executor_(*executor), next_(*next) {
  MutexLock lock(&gate_->mutex);
  gate_->sender = this;
}

ReceiptSender::~ReceiptSender() {
  MutexLock lock(&gate_->mutex);
  gate_->sender = nullptr;
}

void ReceiptSender::Send(const ops::v1::OutboxEntry& entry, absl::Time deadline, Done done) {
  if (entry.kind() != kDeliver && entry.kind() != kHandleTransfer) {
    next_.Send(entry, deadline, std::move(done));
    return;
  }
  next_.Send(entry, deadline,
             [gate = gate_, kind = entry.kind(), context = entry.context(),
              done = std::move(done)](absl::StatusOr<std::string> answer) {
               const absl::Status posted =
                   answer.ok() ? Post(*gate, kind, context, *std::move(answer), done)
                               : answer.status();
               if (!posted.ok()) {
                 done(posted);
               }
             });
}

absl::Status ReceiptSender::Post(Gate& gate, const std::string& kind, const std::string& context,
                                 std::string answer, const Done& done) {
  MutexLock lock(&gate.mutex);
  const ReceiptSender* sender = gate.sender;
  if (sender == nullptr) {
    return absl::UnavailableError("the relay has stopped");
  }
  return sender->executor_.Post([sender, kind, context, answer = std::move(answer), done] {
    done(sender->ReceiptIn(kind, context, answer));
  });
}

absl::StatusOr<std::string> ReceiptSender::ReceiptIn(const std::string& kind,
                                                     const std::string& context,
                                                     const std::string& answer) const {
  v1::ErrandContext errand;
  errand.ParseFromString(context);
  if (kind == kHandleTransfer) {
    ASSIGN_OR_RETURN(const Receipt processed,
                     notary_.SignReceipt(ReceiptContent::KIND_PROCESSED, errand.envelope_digest(),
                                         clock_.Now()));
    return processed.SerializeAsString();
  }
  ASSIGN_OR_RETURN(const Peer* peer, peers_.Find(errand.peer()));
  ASSIGN_OR_RETURN(const Receipt delivered, outbox::ParseAnswer<Receipt>(answer));
  ASSIGN_OR_RETURN(const ReceiptContent content,
                   OpenReceipt(delivered, peer->signer, errand.envelope_digest()));
  if (content.kind() != ReceiptContent::KIND_DELIVERED) {
    return SignatureWrong("对方出具的不是送达回执", peer->signer.province);
  }
  return answer;
}

}  // namespace onething::relay
