#include "libs/rpc/call_log.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/rpc/masking.h"

namespace onething::rpc {
namespace {

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kDataLoss ||
         code == absl::StatusCode::kUnknown;
}

LogLevel LevelOf(const AnsweredCall& answered) {
  if (IsOurFault(answered.answer.code())) {
    return LogLevel::kError;
  }
  return answered.answer.ok() && !answered.slow ? LogLevel::kDebug : LogLevel::kInfo;
}

std::string FieldsAtFault(const absl::Status& status) {
  std::string fields;
  if (const std::optional<common::v1::BadRequest> faults = ViolationsOf(status)) {
    for (const auto& fault : faults->field_violations()) {
      absl::StrAppend(&fields, fields.empty() ? "" : " ", fault.field());
    }
  }
  return fields;
}

}  // namespace

void LogCall(const AnsweredCall& answered) {
  const LogLevel level = LevelOf(answered);
  if (!LogEnabled(level)) {
    return;
  }
  const std::optional<common::v1::ErrorInfo> info = ErrorInfoOf(answered.answer);
  const bool show_request = answered.request != nullptr && LogEnabled(LogLevel::kDebug);
  Log(level, "call",
      {{"method", answered.method},
       {"caller", answered.identity},
       {"on_behalf_of", answered.call == nullptr ? "" : MaskSubject(answered.call->on_behalf_of)},
       {"request_id", answered.call == nullptr ? "" : answered.call->request_id},
       {"trace_id", answered.call == nullptr ? "" : answered.call->trace_id},
       {"code", absl::StatusCodeToString(answered.answer.code())},
       {"reason", info.has_value() ? info->reason() : ""},
       {"fields", FieldsAtFault(answered.answer)},
       {"error", IsOurFault(answered.answer.code()) ? answered.status.ToString() : ""},
       {"us", answered.micros},
       {"request_bytes", static_cast<int64_t>(answered.request_bytes)},
       {"response_bytes", static_cast<int64_t>(answered.response_bytes)},
       {"replayed", answered.replayed ? 1 : 0},
       {"request", show_request ? MaskedText(*answered.request) : ""}});
}

}  // namespace onething::rpc
