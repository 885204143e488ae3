// The world of the simulation: two provinces of five services each, on disks in memory, joined by a
// network that fails as a seed decides. Services crash and come back; every restart is followed by
// a check of all they kept.

#ifndef ONETHING_TESTS_SIM_SIM_WORLD_H_
#define ONETHING_TESTS_SIM_SIM_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "libs/base/clock.h"
#include "libs/rpc/channel.h"
#include "libs/runtime/host.h"
#include "libs/storage/memory_disk.h"
#include "tests/sim/sim_network.h"

namespace onething::sim {

// Faults of one run.
struct WorldFaults {
  NetworkFaults network;
  // Crashes of a node per thousand events, and how long it stays down.
  uint32_t crashes = 0;
  absl::Duration down_max = absl::Minutes(5);
  // Of the crashes, those in the middle of a commit, per thousand.
  uint32_t crashes_in_commit = 300;
};

// Single-threaded.
class SimWorld {
 public:
  explicit SimWorld(uint32_t seed);
  ~SimWorld();

  // Starts every node; nothing fails yet.
  absl::Status Start();

  void set_faults(const WorldFaults& faults);

  // One event: a message, an answer or a timer; perhaps a crash. Moves the clock. Fails when what a
  // node kept is wrong.
  absl::Status Step();

  // Steps until `done`, for at most `limit` of simulated time; DEADLINE_EXCEEDED otherwise.
  absl::Status RunUntil(const std::function<bool()>& done, absl::Duration limit);

  // A call from outside that is repeated, under the same request id, until it is answered by the
  // service itself.
  void Call(const std::string& node, const std::string& identity, const std::string& method,
            const std::string& request, const std::string& on_behalf_of, rpc::Channel::Done done);

  // The same without faults on the way, now: for set-up and checks. The node is up.
  template <class Response>
  absl::StatusOr<Response> Ask(const std::string& node, const std::string& identity,
                               const std::string& method,
                               const google::protobuf::Message& request) {
    Response response;
    const absl::Status status = AskNow(node, identity, method, request, &response);
    if (!status.ok()) {
      return status;
    }
    return response;
  }

  // Brings every node back up, ends all faults.
  absl::Status Heal();

  // Audit chain, indexes, counts of every node that is up.
  absl::Status CheckAll();

  SimNetwork& network() { return network_; }
  FakeClock& clock() { return clock_; }
  int crash_count() const { return crash_count_; }

 private:
  // `36/workflow`.
  struct Node {
    std::string province;
    std::string service;
    storage::MemoryDisk disk;
    std::unique_ptr<runtime::Host> host;
    bool commit_failed = false;
  };

  absl::Status Open(Node* node);
  void Crash(Node* node);
  absl::Status Check(Node* node);
  absl::Status SettleAll();
  absl::Status AskNow(const std::string& node, const std::string& identity,
                      const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response);

  FakeClock clock_;
  SimNetwork network_;
  WorldFaults faults_;
  std::map<std::string, std::unique_ptr<Node>> nodes_;
  std::map<std::string, std::unique_ptr<rpc::Channel>> outside_;
  absl::Status broken_;
  int crash_count_ = 0;
};

}  // namespace onething::sim

#endif  // ONETHING_TESTS_SIM_SIM_WORLD_H_
