#include "libs/base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/check.h"

namespace onething {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kReasonPrefix[] = "ERROR_REASON_";
constexpr int kFaultsInSentence = 3;

template <class Message>
std::optional<Message> PayloadOf(const absl::Status& status, absl::string_view url) {
  const absl::optional<absl::Cord> payload = status.GetPayload(url);
  Message message;
  if (!payload.has_value() || !message.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return message;
}

}  // namespace

std::string ReasonName(ErrorReason reason) {
  const std::string& name = common::v1::ErrorReason_Name(reason);
  return std::string(absl::StripPrefix(name, kReasonPrefix));
}

absl::Status MakeError(absl::StatusCode code, ErrorReason reason, absl::string_view sentence,
                       const ErrorMetadata& metadata) {
  CHECK(code != absl::StatusCode::kOk);
  absl::Status status(code, sentence);
  common::v1::ErrorInfo info;
  info.set_reason(ReasonName(reason));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status MakeViolationsError(absl::StatusCode code, ErrorReason reason,
                                 absl::string_view sentence,
                                 const common::v1::BadRequest& violations,
                                 const ErrorMetadata& metadata) {
  std::string text(sentence);
  const int count = violations.field_violations_size();
  for (int i = 0; i < count && i < kFaultsInSentence; ++i) {
    const auto& fault = violations.field_violations(i);
    absl::StrAppend(&text, i == 0 ? ": " : "; ", fault.field(), " ", fault.description());
  }
  if (count > kFaultsInSentence) {
    absl::StrAppend(&text, "; … (", count, ")");
  }
  absl::Status status = MakeError(code, reason, text, metadata);
  status.SetPayload(kBadRequestUrl, absl::Cord(violations.SerializeAsString()));
  return status;
}

std::optional<common::v1::ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  return PayloadOf<common::v1::ErrorInfo>(status, kErrorInfoUrl);
}

std::optional<common::v1::BadRequest> ViolationsOf(const absl::Status& status) {
  return PayloadOf<common::v1::BadRequest>(status, kBadRequestUrl);
}

std::optional<ErrorReason> ReasonOf(const absl::Status& status) {
  const std::optional<common::v1::ErrorInfo> info = ErrorInfoOf(status);
  ErrorReason reason = ErrorReason::ERROR_REASON_UNSPECIFIED;
  if (!info.has_value() ||
      !common::v1::ErrorReason_Parse(absl::StrCat(kReasonPrefix, info->reason()), &reason)) {
    return std::nullopt;
  }
  return reason;
}

}  // namespace onething
