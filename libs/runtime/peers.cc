#include "libs/runtime/peers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/outbox/retry.h"
#include "libs/rpc/client.h"

namespace onething::runtime {
namespace {

const char* ResultOf(const absl::Status& status) {
  return status.ok() ? "ok" : outbox::IsRetryable(status) ? "retry" : "refused";
}

}  // namespace

absl::StatusOr<Channels> OpenChannels(const config::v1::ServerConfig& config) {
  Channels channels;
  for (const auto& [name, target] : config.peers()) {
    ASSIGN_OR_RETURN(channels[name],
                     rpc::OpenChannel({.target = target,
                                       .tls = config.has_tls() ? &config.tls() : nullptr,
                                       .development_identity = config.development_identity()}));
  }
  return channels;
}

absl::StatusOr<rpc::Channel*> Peers::Find(absl::string_view name) const {
  const auto found = channels_.find(std::string(name));
  if (found == channels_.end()) {
    return absl::FailedPreconditionError(absl::StrCat("server.peers does not name '", name, "'"));
  }
  return found->second.get();
}

void Peers::Send(const ops::v1::OutboxEntry& entry, absl::Time deadline, Done done) {
  const absl::StatusOr<rpc::Channel*> channel = Find(entry.destination());
  const int64_t start_us = SteadyMicros();
  auto counted = [&metrics = metrics_.outbox, start_us, destination = entry.destination(),
                  done = std::move(done)](absl::StatusOr<std::string> response) {
    metrics.send.With({destination}).Observe(static_cast<double>(SteadyMicros() - start_us) / 1e6);
    metrics.sends.With({destination, ResultOf(response.status())}).Increment();
    done(std::move(response));
  };
  if (!channel.ok()) {
    counted(MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                      channel.status().message()));
    return;
  }
  (*channel)->CallAsync(absl::StripPrefix(entry.method(), "/"), entry.request(),
                        {.timeout = deadline - clock_.Now()}, std::move(counted));
}

}  // namespace onething::runtime
