// Items between provinces. As the handling place: a received transfer becomes a task of the
// authority that the configuration names for its basic code, and what is decided goes back as the
// result. As the sending place: receipts of the other province move the item that was handed over.
// Commands of the TransferHandler service, each with one effect however often and in which order it
// comes.

#ifndef ONETHING_SERVICES_WORKFLOW_HAND_OVERS_H_
#define ONETHING_SERVICES_WORKFLOW_HAND_OVERS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/config/v1/workflow.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/records.pb.h"
#include "services/workflow/case_change.h"

namespace onething::workflow {

// Stateless over its tables; commit loop only. Results and errors of the first two methods are
// those of the RPC of the same name in relay.proto.
class HandOvers {
 public:
  // `parts` outlives this. `province` is the own one, two digits.
  HandOvers(const CaseParts& parts, std::string province,
            const google::protobuf::RepeatedPtrField<config::v1::HandOverAuthority>& authorities);

  // INVALID_ARGUMENT (FIELD_INVALID): no hand-over, or one that contradicts its envelope.
  // FAILED_PRECONDITION: WRONG_TARGET; ITEM_NOT_AVAILABLE when nobody here handles the item.
  absl::StatusOr<relay::v1::HandleTransferResponse> HandleTransfer(
      storage::Txn& txn, const rpc::Call& call,
      const relay::v1::HandleTransferRequest& request) const;

  // NOT_FOUND (CASE_NOT_FOUND); INVALID_ARGUMENT (FIELD_INVALID): no receipt of this item, transfer
  // and province, or a result without a decision.
  absl::StatusOr<relay::v1::HandleReceiptResponse> HandleReceipt(
      storage::Txn& txn, const rpc::Call& call,
      const relay::v1::HandleReceiptRequest& request) const;

  // Carries out the decision of `task`, which came by transfer: asks for the licence that an
  // approval issues, or reports the result.
  absl::Status Decide(storage::Txn& txn, const v1::TaskRecord& task) const;

  // The licence that Decide asked for is there: the result can be reported.
  absl::Status LicenseIssued(storage::Txn& txn, uint64_t task_number,
                             const std::string& license) const;

 private:
  absl::StatusOr<v1::HandOverRecord> Check(const relay::v1::HandleTransferRequest& request) const;
  v1::TaskRecord MakeTask(storage::Txn& txn, const relay::v1::Envelope& envelope,
                          const v1::HandOverRecord& record) const;
  absl::Status TakeResult(int place, const relay::v1::ReceiptContent& content,
                          CaseChange* change) const;

  const CaseParts& parts_;
  const std::string province_;
  // By basic code. Constant after construction.
  absl::flat_hash_map<std::string, config::v1::HandOverAuthority> authorities_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_HAND_OVERS_H_
