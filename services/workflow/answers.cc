#include "services/workflow/answers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "services/workflow/case_errors.h"

namespace onething::workflow {
namespace {

using storage::Txn;

// What the entry was for; DATA_LOSS when it cannot be read.
template <class Context>
absl::StatusOr<Context> ContextOf(const outbox::OutboxEntry& entry) {
  Context context;
  if (!context.ParseFromString(entry.context())) {
    return RecordCorrupt("the context of an outbox entry cannot be read");
  }
  return context;
}

// The case that a context names, and whether the place in it exists.
absl::StatusOr<RunningCase> CaseOf(const CaseParts& parts, Txn& txn, const std::string& name,
                                   uint32_t place) {
  ASSIGN_OR_RETURN(RunningCase running, LoadCase(parts, txn, name));
  if (place >= static_cast<uint32_t>(running.record.item_state_size())) {
    return RecordCorrupt(absl::StrCat(name, " has no item at the place of an outbox entry"));
  }
  return running;
}

// For a call whose answer says nothing more than that it was made.
absl::Status Acknowledge(Txn&, const outbox::OutboxEntry&,
                         const absl::StatusOr<std::string>& answer) {
  return answer.status();
}

}  // namespace

void Answers::Register(outbox::Outbox* outbox) const {
  outbox->OnAnswer(kLicenseAnswer, [this](Txn& txn, const Entry& entry, const Answer& answer) {
    return OnLicense(txn, entry, answer);
  });
  outbox->OnAnswer(kTransferAnswer, [this](Txn& txn, const Entry& entry, const Answer& answer) {
    return OnTransfer(txn, entry, answer);
  });
  outbox->OnAnswer(kRatingAnswer, Acknowledge);
  outbox->OnAnswer(kResultAnswer, Acknowledge);
}

absl::Status Answers::OnLicense(Txn& txn, const Entry& entry, const Answer& answer) const {
  ASSIGN_OR_RETURN(const license::v1::License license,
                   outbox::ParseAnswer<license::v1::License>(answer));
  ASSIGN_OR_RETURN(const v1::LicenseContext context, ContextOf<v1::LicenseContext>(entry));
  const std::string& identifier = license.content().identifier();
  if (identifier.empty()) return RecordCorrupt("the answer names no licence");
  if (context.case_name().empty()) {
    return hand_overs_.LicenseIssued(txn, context.task(), identifier);
  }
  ASSIGN_OR_RETURN(RunningCase running, CaseOf(parts_, txn, context.case_name(), context.place()));
  CaseChange change(parts_, txn, kSystem, std::move(running));
  RETURN_IF_ERROR(change.ConfirmLicense(static_cast<int>(context.place()), identifier));
  change.Save();
  return absl::OkStatus();
}

absl::Status Answers::OnTransfer(Txn& txn, const Entry& entry, const Answer& answer) const {
  ASSIGN_OR_RETURN(const relay::v1::Transfer transfer,
                   outbox::ParseAnswer<relay::v1::Transfer>(answer));
  ASSIGN_OR_RETURN(const v1::TransferContext context, ContextOf<v1::TransferContext>(entry));
  if (transfer.name().empty()) return RecordCorrupt("the answer names no transfer");
  ASSIGN_OR_RETURN(RunningCase running, CaseOf(parts_, txn, context.case_name(), context.place()));
  CaseChange change(parts_, txn, kSystem, std::move(running));
  RETURN_IF_ERROR(change.ConfirmTransfer(static_cast<int>(context.place()), transfer.name()));
  change.Save();
  return absl::OkStatus();
}

}  // namespace onething::workflow
