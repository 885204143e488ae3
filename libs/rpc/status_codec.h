// The one place where the suite's errors meet gRPC's: an absl::Status with its ErrorInfo and
// BadRequest becomes a code, a sentence and the bytes of `grpc-status-details-bin`, and back; and
// what of a handler's status a caller may see is decided here. Codes have the same numbers on both
// sides.

#ifndef ONETHING_LIBS_RPC_STATUS_CODEC_H_
#define ONETHING_LIBS_RPC_STATUS_CODEC_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace onething::rpc {

// A status as gRPC carries it.
struct WireStatus {
  int code = 0;
  // The sentence, at most 600 bytes.
  std::string message;
  // A serialized common.v1.Status (google.rpc.Status), at most about 3000 bytes; empty when there
  // is no detail.
  std::string details;
};

// What goes on the wire. gRPC clients drop a call whose trailing metadata passes 8 KiB, so a long
// sentence is cut and of many faults as many are sent as fit, with one more that says how many were
// left out.
WireStatus EncodeStatus(const absl::Status& status);

// The status that was sent. Details that cannot be read are ignored. A code that is none becomes
// UNKNOWN.
absl::Status DecodeStatus(const WireStatus& wire);

// What the caller gets for a handler's `status`: the same with `domain` filled in unless it names
// another service already. INTERNAL and DATA_LOSS lose their sentence and metadata: those are for
// the log. A status without a reason, which none of ours should be, gets one: NOT_SERVING for
// UNAVAILABLE, DEADLINE_PASSED for DEADLINE_EXCEEDED, INTERNAL, code and all, for every other but
// CANCELLED and UNIMPLEMENTED.
absl::Status ForCaller(const absl::Status& status, absl::string_view domain);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_STATUS_CODEC_H_
