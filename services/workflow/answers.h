// Answers: what other services answered to the calls of outgoing.h, taken as commands. A call that
// was refused for good is left to operators as a dead letter: nothing here can mend it, and a
// replay, once its cause is mended, goes on where it stopped.

#ifndef ONETHING_SERVICES_WORKFLOW_ANSWERS_H_
#define ONETHING_SERVICES_WORKFLOW_ANSWERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/outbox/outbox.h"
#include "libs/storage/view.h"
#include "services/workflow/case_change.h"
#include "services/workflow/hand_overs.h"

namespace onething::workflow {

// Commit loop only.
class Answers {
 public:
  // Both outlive this.
  Answers(const CaseParts& parts, const HandOvers& hand_overs)
      : parts_(parts), hand_overs_(hand_overs) {}

  // Registers with the outbox, which must not outlive this.
  void Register(outbox::Outbox* outbox) const;

 private:
  using Entry = outbox::OutboxEntry;
  using Answer = absl::StatusOr<std::string>;

  // The licence of an item or of handed-over work was issued.
  absl::Status OnLicense(storage::Txn& txn, const Entry& entry, const Answer& answer) const;
  // The own relay keeps a transfer.
  absl::Status OnTransfer(storage::Txn& txn, const Entry& entry, const Answer& answer) const;

  const CaseParts& parts_;
  const HandOvers& hand_overs_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_ANSWERS_H_
