// The access log: one line for a call that is answered. At level info only refused, failed and slow
// calls are written, at debug all, with the masked request. A line has no personal data: the
// subject is masked, of a refusal it gives reason and fields, not the sentence, which may quote
// what the handler knows; only our own faults are written out.

#ifndef ONETHING_LIBS_RPC_CALL_LOG_H_
#define ONETHING_LIBS_RPC_CALL_LOG_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/rpc/call.h"

namespace onething::rpc {

// What there is to say of an answered call.
struct AnsweredCall {
  absl::string_view method;
  // As the transport said it, known or not.
  absl::string_view identity;
  // Null when the caller is not known.
  const Call* call = nullptr;
  // Null when it was not read.
  const google::protobuf::Message* request = nullptr;
  // As the handler returned it, and as the caller got it.
  const absl::Status& status;
  const absl::Status& answer;
  int64_t micros = 0;
  size_t request_bytes = 0;
  size_t response_bytes = 0;
  bool replayed = false;
  bool slow = false;
};

// Writes the line, if the level is one that is written.
void LogCall(const AnsweredCall& answered);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_CALL_LOG_H_
