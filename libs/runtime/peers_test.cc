#include "libs/runtime/peers.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

#include "libs/base/error.h"

namespace onething::runtime {
namespace {

// Remembers what it was asked and answers at once.
struct FakeChannel final : rpc::Channel {
  void CallAsync(absl::string_view of_method, std::string of_request,
                 const rpc::CallOptions& options, Done done) override {
    method = std::string(of_method);
    request = std::move(of_request);
    timeout = options.timeout;
    done(answer);
  }

  absl::StatusOr<std::string> answer = "response";
  std::string method;
  std::string request;
  absl::Duration timeout;
};

struct Fixture {
  Fixture() {
    auto owned = std::make_unique<FakeChannel>();
    channel = owned.get();
    Channels channels;
    channels["relay.33"] = std::move(owned);
    peers.emplace(std::move(channels), &metrics, &clock);
  }

  absl::StatusOr<std::string> Send(const std::string& destination) {
    ops::v1::OutboxEntry entry;
    entry.set_destination(destination);
    entry.set_method("/onething.relay.v1.Relay/Deliver");
    entry.set_request("request");
    std::optional<absl::StatusOr<std::string>> answer;
    peers->Send(entry, clock.Now() + absl::Seconds(7),
                [&](absl::StatusOr<std::string> response) { answer = std::move(response); });
    return answer.value();
  }

  double Sends(const std::string& destination, const std::string& result) {
    return metrics.outbox.sends.With({destination, result}).Value();
  }

  telemetry::Metrics metrics;
  FakeClock clock;
  FakeChannel* channel = nullptr;
  std::optional<Peers> peers;
};

TEST_CASE("an entry is sent to the peer of its destination, and its answer counted") {
  Fixture fixture;
  CHECK(fixture.Send("relay.33").value() == "response");
  CHECK(fixture.channel->method == "onething.relay.v1.Relay/Deliver");
  CHECK(fixture.channel->request == "request");
  CHECK(fixture.channel->timeout == absl::Seconds(7));
  fixture.channel->answer = absl::UnavailableError("down");
  CHECK(fixture.Send("relay.33").status().code() == absl::StatusCode::kUnavailable);
  fixture.channel->answer = absl::NotFoundError("no");
  CHECK(fixture.Send("relay.33").status().code() == absl::StatusCode::kNotFound);
  CHECK(fixture.Sends("relay.33", "ok") == 1);
  CHECK(fixture.Sends("relay.33", "retry") == 1);
  CHECK(fixture.Sends("relay.33", "refused") == 1);
}

TEST_CASE("a destination that the configuration does not name cannot be reached") {
  Fixture fixture;
  CHECK(fixture.peers->Find("relay.33").value() == fixture.channel);
  CHECK(fixture.peers->Find("relay").status().code() == absl::StatusCode::kFailedPrecondition);
  const absl::Status status = fixture.Send("relay").status();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
  CHECK(fixture.Sends("relay", "retry") == 1);
}

TEST_CASE("channels are opened by the names and addresses of the configuration") {
  config::v1::ServerConfig config;
  (*config.mutable_peers())["license"] = "127.0.0.1:1";
  (*config.mutable_peers())["relay.33"] = "127.0.0.1:2";
  const absl::StatusOr<Channels> channels = OpenChannels(config);
  REQUIRE(channels.ok());
  CHECK(channels->size() == 2);
  CHECK(channels->count("relay.33") == 1);
  config.mutable_tls()->set_ca("/none");
  CHECK(OpenChannels(config).status().code() == absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace onething::runtime
