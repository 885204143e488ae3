// Peers: the services that this one calls, by the names of `server.peers`. Handlers that prepare
// ask them directly; what leaves with a commit goes through the outbox, whose sender this is.

#ifndef ONETHING_LIBS_RUNTIME_PEERS_H_
#define ONETHING_LIBS_RUNTIME_PEERS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/clock.h"
#include "libs/outbox/sender.h"
#include "libs/rpc/channel.h"
#include "libs/telemetry/metrics.h"
#include "onething/config/v1/server.pb.h"

namespace onething::runtime {

// Channels by name. A destination of the outbox is such a name.
using Channels = std::map<std::string, std::unique_ptr<rpc::Channel>>;

// A channel over gRPC to every peer of the configuration; nothing is connected yet.
// FAILED_PRECONDITION when a certificate file cannot be read.
absl::StatusOr<Channels> OpenChannels(const config::v1::ServerConfig& config);

// Safe from any thread.
class Peers final : public outbox::Sender {
 public:
  // `metrics` and `clock` outlive this.
  Peers(Channels channels, const telemetry::Metrics* metrics, const Clock* clock)
      : channels_(std::move(channels)), metrics_(*metrics), clock_(*clock) {}

  // The way to a peer. FAILED_PRECONDITION when the configuration has none of that name.
  absl::StatusOr<rpc::Channel*> Find(absl::string_view name) const;

  // Calls the destination of `entry` and counts how it went.
  void Send(const ops::v1::OutboxEntry& entry, absl::Time deadline, Done done) override;

 private:
  const Channels channels_;
  const telemetry::Metrics& metrics_;
  const Clock& clock_;
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_PEERS_H_
