#include "services/relay/relay_errors.h"

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::relay {

using absl::StatusCode;

absl::Status TransferNotFound(const std::string& name) {
  return MakeError(StatusCode::kNotFound, common::v1::ERROR_REASON_TRANSFER_NOT_FOUND,
                   absl::StrCat("没有中继件 ", name, "，请核对名称"), {{"transfer", name}});
}

absl::Status TransferConflict(const std::string& name) {
  return MakeError(StatusCode::kAlreadyExists, common::v1::ERROR_REASON_TRANSFER_CONFLICT,
                   absl::StrCat("中继件 ", name, " 已有不同的内容，同一序号不能用于两种内容"),
                   {{"transfer", name}});
}

absl::Status OutOfOrder(const std::string& name, const std::string& missing) {
  return MakeError(StatusCode::kAborted, common::v1::ERROR_REASON_OUT_OF_ORDER,
                   absl::StrCat("同一办件的前一中继件 ", missing, " 尚未到达，请按序号依次发送"),
                   {{"transfer", name}, {"missing", missing}});
}

absl::Status WrongState(const v1::Transfer& transfer, absl::string_view sentence) {
  return MakeError(
      StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_TRANSFER_STATE, sentence,
      {{"transfer", transfer.name()}, {"state", v1::Transfer::State_Name(transfer.state())}});
}

absl::Status PeerUnknown(absl::string_view peer) {
  return MakeError(StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_PEER_UNKNOWN,
                   absl::StrCat("对方 ", peer, " 不在本省中继的成员名单中，请联系运维人员"),
                   {{"peer", std::string(peer)}});
}

absl::Status WrongTarget(absl::string_view target, absl::string_view own) {
  return MakeError(StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_WRONG_TARGET,
                   absl::StrCat("该中继件发往 ", target, "，不是本省 ", own),
                   {{"target", std::string(target)}, {"province", std::string(own)}});
}

absl::Status SignatureWrong(absl::string_view sentence, absl::string_view signer) {
  return MakeError(StatusCode::kPermissionDenied, common::v1::ERROR_REASON_SIGNATURE_WRONG,
                   sentence, {{"signer", std::string(signer)}});
}

absl::Status TransferCorrupt(const std::string& name, absl::string_view what) {
  return MakeError(StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT, what,
                   {{"transfer", name}});
}

}  // namespace onething::relay
