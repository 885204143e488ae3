// Channel: how one service, the command line or a test calls another, without knowing the
// transport. OpenChannel (client.h) makes one over gRPC; InProcessChannel (in_process_channel.h)
// goes straight into a Router.

#ifndef ONETHING_LIBS_RPC_CHANNEL_H_
#define ONETHING_LIBS_RPC_CHANNEL_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace onething::rpc {

// Terms of one call.
struct CallOptions {
  // How long the caller waits. Every call has an end.
  absl::Duration timeout = absl::Seconds(10);
  // The subject for whom the call is made; empty for none.
  std::string on_behalf_of = {};
  std::string trace_id = {};
};

// A way to one callee. Safe from any thread. A refusal comes back as the callee made it, so
// ReasonOf and ViolationsOf work on it. UNAVAILABLE (PEER_UNREACHABLE): the call cannot have been
// made or its answer was lost. DEADLINE_EXCEEDED without a reason: no answer in time; a command may
// have taken effect, repeat it with the same request_id.
class Channel {
 public:
  // Takes the serialized response or the refusal, once, on any thread.
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  virtual ~Channel() = default;

  // Calls `method`, e.g. `onething.catalogue.v1.Catalogue/GetItem`, with a serialized request. Does
  // not block.
  virtual void CallAsync(absl::string_view method, std::string request, const CallOptions& options,
                         Done done) = 0;

  // Calls and waits; not from a gRPC callback or the commit loop. INTERNAL when the answer is no
  // Response.
  template <class Response>
  absl::StatusOr<Response> Call(absl::string_view method, const google::protobuf::Message& request,
                                const CallOptions& options = {}) {
    Response response;
    const absl::Status status = CallAndWait(method, request, options, &response);
    if (!status.ok()) {
      return status;
    }
    return response;
  }

 private:
  absl::Status CallAndWait(absl::string_view method, const google::protobuf::Message& request,
                           const CallOptions& options, google::protobuf::Message* response);
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_CHANNEL_H_
