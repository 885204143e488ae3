// The network of the simulation: calls between nodes take time, get lost, arrive twice or in
// another order, as a seed decides. Time is a clock that moves from event to event; nothing waits.

#ifndef ONETHING_TESTS_SIM_SIM_NETWORK_H_
#define ONETHING_TESTS_SIM_SIM_NETWORK_H_

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "libs/base/clock.h"
#include "libs/rpc/channel.h"
#include "libs/runtime/host.h"

namespace onething::sim {

// What goes wrong, in thousandths of all messages.
struct NetworkFaults {
  uint32_t lost = 0;
  uint32_t doubled = 0;
  absl::Duration delay_max = absl::Milliseconds(20);
};

// Single-threaded; outlives all hosts and channels.
class SimNetwork {
 public:
  SimNetwork(FakeClock* clock, uint32_t seed) : clock_(*clock), random_(seed) {}

  void set_faults(const NetworkFaults& faults) { faults_ = faults; }

  // The host that answers under `name`; null while it is down.
  void SetHost(const std::string& name, runtime::Host* host) { hosts_[name] = host; }

  // A way to `target` for a caller that says it is `identity`. A channel that goes away takes its
  // caller with it: answers to it are dropped, as for a process that died.
  std::unique_ptr<rpc::Channel> ChannelTo(std::string target, std::string identity);

  // Runs `event` after `delay`.
  void After(absl::Duration delay, std::function<void()> event);

  // Moves the clock to the next event and runs it; false when there is none.
  bool RunNext();

  // When the next event is; InfiniteFuture without one.
  absl::Time NextTime() const {
    return events_.empty() ? absl::InfiniteFuture() : events_.begin()->first;
  }

  // 0 … bound − 1.
  uint32_t Random(uint32_t bound) {
    return bound == 0 ? 0 : static_cast<uint32_t>(random_()) % bound;
  }

  // True `per_thousand` times in a thousand.
  bool Chance(uint32_t per_thousand) { return Random(1000) < per_thousand; }

 private:
  friend class SimChannel;
  struct Pending;

  void Call(const std::string& target, const std::string& identity, std::weak_ptr<bool> caller,
            absl::string_view method, std::string request, const rpc::CallOptions& options,
            rpc::Channel::Done done);
  void Deliver(const std::shared_ptr<Pending>& pending);
  void Answer(const std::shared_ptr<Pending>& pending, absl::StatusOr<std::string> answer);
  absl::Duration Delay();

  FakeClock& clock_;
  std::mt19937 random_;
  NetworkFaults faults_;
  std::map<std::string, runtime::Host*> hosts_;
  // In the order of time, then of scheduling.
  std::multimap<absl::Time, std::function<void()>> events_;
};

}  // namespace onething::sim

#endif  // ONETHING_TESTS_SIM_SIM_NETWORK_H_
