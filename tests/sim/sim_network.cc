#include "tests/sim/sim_network.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"

namespace onething::sim {

// One call on its way. Shared by the events that may end it.
struct SimNetwork::Pending {
  std::string target;
  std::string identity;
  std::string method;
  std::string request;
  std::string on_behalf_of;
  absl::Time deadline;
  rpc::Channel::Done done;
  // Expired once the caller's process has ended: nobody waits for the answer.
  std::weak_ptr<bool> caller;
  bool answered = false;
};

class SimChannel final : public rpc::Channel {
 public:
  SimChannel(SimNetwork* network, std::string target, std::string identity)
      : network_(*network), target_(std::move(target)), identity_(std::move(identity)) {}

  void CallAsync(absl::string_view method, std::string request, const rpc::CallOptions& options,
                 Done done) override {
    network_.Call(target_, identity_, alive_, method, std::move(request), options, std::move(done));
  }

 private:
  SimNetwork& network_;
  // Dies with the channel. Shared, so that a call on its way can tell whether its caller lives.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  const std::string target_;
  const std::string identity_;
};

std::unique_ptr<rpc::Channel> SimNetwork::ChannelTo(std::string target, std::string identity) {
  return std::make_unique<SimChannel>(this, std::move(target), std::move(identity));
}

void SimNetwork::After(absl::Duration delay, std::function<void()> event) {
  events_.emplace(clock_.Now() + delay, std::move(event));
}

bool SimNetwork::RunNext() {
  if (events_.empty()) {
    return false;
  }
  const auto next = events_.begin();
  clock_.Set(std::max(clock_.Now(), next->first));
  const std::function<void()> event = std::move(next->second);
  events_.erase(next);
  event();
  return true;
}

absl::Duration SimNetwork::Delay() {
  return absl::Microseconds(
      1 + Random(static_cast<uint32_t>(absl::ToInt64Microseconds(faults_.delay_max))));
}

void SimNetwork::Call(const std::string& target, const std::string& identity,
                      std::weak_ptr<bool> caller, absl::string_view method, std::string request,
                      const rpc::CallOptions& options, rpc::Channel::Done done) {
  auto pending = std::make_shared<Pending>();
  pending->target = target;
  pending->identity = identity;
  pending->method = absl::StrCat("/", absl::StripPrefix(method, "/"));
  pending->request = std::move(request);
  pending->on_behalf_of = options.on_behalf_of;
  pending->deadline = clock_.Now() + options.timeout;
  pending->done = std::move(done);
  pending->caller = std::move(caller);
  After(options.timeout,
        [this, pending] { Answer(pending, absl::DeadlineExceededError("no answer in time")); });
  const int copies = Chance(faults_.doubled) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if (!Chance(faults_.lost)) {
      After(Delay(), [this, pending] { Deliver(pending); });
    }
  }
}

void SimNetwork::Deliver(const std::shared_ptr<Pending>& pending) {
  runtime::Host* const host = hosts_[pending->target];
  if (host == nullptr) {
    Answer(pending, MakeError(absl::StatusCode::kUnavailable,
                              common::v1::ERROR_REASON_PEER_UNREACHABLE, "the node is down"));
    return;
  }
  host->router().Dispatch({.method = pending->method,
                           .identity = pending->identity,
                           .on_behalf_of = pending->on_behalf_of,
                           .deadline = pending->deadline,
                           .body = pending->request},
                          [this, pending](const absl::Status& status, std::string response) {
                            if (Chance(faults_.lost)) {
                              return;
                            }
                            absl::StatusOr<std::string> answer(std::move(response));
                            if (!status.ok()) {
                              answer = status;
                            }
                            After(Delay(), [this, pending, answer] { Answer(pending, answer); });
                          });
}

void SimNetwork::Answer(const std::shared_ptr<Pending>& pending,
                        absl::StatusOr<std::string> answer) {
  if (!pending->answered && !pending->caller.expired()) {
    pending->answered = true;
    pending->done(std::move(answer));
  }
}

}  // namespace onething::sim
