// The seam through which an outbox entry leaves the process. libs/rpc sends over gRPC; the
// simulation has its own network.

#ifndef ONETHING_LIBS_OUTBOX_SENDER_H_
#define ONETHING_LIBS_OUTBOX_SENDER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "onething/ops/v1/outbox.pb.h"

namespace onething::outbox {

// Makes calls. Outlives the pump that uses it.
class Sender {
 public:
  // The answer of one call: the serialized response, or why there is none, with the ErrorInfo that
  // the other side sent (libs/base/error.h).
  using Done = std::function<void(absl::StatusOr<std::string> response)>;

  virtual ~Sender() = default;

  // Calls `entry.method()` at `entry.destination()` with `entry.request()`, without waiting.
  // `done` is called exactly once, from any thread, inside Send or later, DEADLINE_EXCEEDED soon
  // after `deadline` (an instant of the service's clock) at the latest; UNAVAILABLE
  // (PEER_UNREACHABLE) when the destination is unknown or cannot be reached. `entry` is valid
  // during Send only.
  virtual void Send(const ops::v1::OutboxEntry& entry, absl::Time deadline, Done done) = 0;
};

}  // namespace onething::outbox

#endif  // ONETHING_LIBS_OUTBOX_SENDER_H_
