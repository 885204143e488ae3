// An outbox, a network that loses, doubles and delays, a receiver that dedupes by request id, and a
// service that dies at any point: every acknowledged entry takes effect once, in the order of its
// key, and its answer is handled once.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "libs/outbox/outbox_fixture.h"
#include "libs/storage/key.h"

namespace onething::outbox {
namespace {

using storage::EncodeKey;
using storage::TableId;
using storage::Txn;

constexpr uint64_t kSeeds = 60;
constexpr int kSteps = 150;
constexpr int kStepsToQuiet = 5000;

class World {
 public:
  explicit World(uint64_t seed)
      : random_(seed),
        fixture_({.owner = "test/0", .retry = {.attempts_max = 1'000'000}},
                 {.in_flight_max = 1 + random_() % 8,
                  .in_flight_per_destination_max = 1 + random_() % 4,
                  .window = 1 + random_() % 6}) {
    // Notes in the same commit that the entry was handled, for the entry's order key.
    fixture_.on_answer = [](Txn& txn, const OutboxEntry& entry,
                            const absl::StatusOr<std::string>& answer) {
      if (!answer.ok()) {
        return answer.status();
      }
      const std::string key =
          EncodeKey(TableId::kTestOther, entry.destination(), entry.order_key());
      txn.Put(key, txn.Get(key).value_or("") + std::to_string(entry.id()) + " ");
      return absl::OkStatus();
    };
  }

  void Run() {
    for (int step = 0; step < kSteps; ++step) {
      switch (random_() % 10) {
        case 0:
        case 1:
        case 2:
          Enqueue();
          break;
        case 3:
          fixture_.store_.clock().Advance(absl::Milliseconds(random_() % 2000));
          break;
        case 4:
          if (random_() % 8 == 0) {
            Crash();
          }
          break;
        case 5:
          fixture_.StepToNextDue();
          break;
        default:
          fixture_.Step();
          Network(true);
      }
    }
    Finish();
  }

 private:
  // Each entry carries its order key and its number in it; `acknowledged_` counts those that were
  // answered with OK.
  void Enqueue() {
    const std::string destination = random_() % 2 == 0 ? "peer/33" : "license";
    const std::string order_key = "cases/" + std::to_string(random_() % 3);
    // Now and then the store fails under the command.
    if (random_() % 20 == 0) {
      fixture_.store_.disk().FailFrom(static_cast<int64_t>(random_() % 2));
    }
    const uint64_t id = fixture_.Enqueue(destination, order_key, destination + " " + order_key);
    if (id == 0) {
      Crash();
    } else {
      acknowledged_[{destination, order_key}].push_back(id);
    }
  }

  // The fate of one call under way, chosen at random.
  void Network(bool with_faults) {
    if (fixture_.sender_.calls.empty()) {
      return;
    }
    FakeSender::Call& chosen = fixture_.sender_.calls[random_() % fixture_.sender_.calls.size()];
    const OutboxEntry entry = chosen.entry;
    const uint64_t fate = with_faults ? random_() % 6 : 5;
    if (fate == 0) {
      Answer(entry.id(), absl::UnavailableError("lost on the way there"));
    } else if (fate == 1) {
      Receive(entry);
      Answer(entry.id(), absl::DeadlineExceededError("lost on the way back"));
    } else if (fate == 2) {
      Receive(entry);
      Receive(entry);
      Answer(entry.id(), "done");
    } else if (fate == 3) {
      Receive(entry);
      Crash();
    } else {
      Receive(entry);
      Answer(entry.id(), "done");
    }
  }

  void Answer(uint64_t id, absl::StatusOr<std::string> answer) {
    fixture_.Answer(id, std::move(answer));
  }

  // The other side: one effect for each request id.
  void Receive(const OutboxEntry& entry) {
    const auto [seen, first] = received_.emplace(entry.request_id(), entry.request());
    REQUIRE(seen->second == entry.request());
    if (first) {
      effects_[{entry.destination(), entry.order_key()}].push_back(entry.id());
    }
  }

  void Crash() {
    fixture_.store_.disk().FailFrom(-1);
    fixture_.Crash(random_() % 2 == 0);
    REQUIRE(fixture_.Check() == absl::OkStatus());
  }

  void Finish() {
    for (int step = 0; step < kStepsToQuiet; ++step) {
      fixture_.Step();
      if (fixture_.sender_.calls.empty()) {
        if (fixture_.pump_->NextDue() == absl::InfiniteFuture()) {
          break;
        }
        fixture_.StepToNextDue();
      }
      Network(false);
    }
    REQUIRE(fixture_.Check() == absl::OkStatus());
    REQUIRE(fixture_.List({}).records.empty());
    for (const DestinationStats& stats : fixture_.Stats()) {
      REQUIRE(stats.pending + stats.dead == 0);
    }
    for (const auto& [key, ids] : acknowledged_) {
      const std::vector<uint64_t>& effects = effects_[key];
      REQUIRE(std::is_sorted(effects.begin(), effects.end()));
      REQUIRE(std::set<uint64_t>(effects.begin(), effects.end()).size() == effects.size());
      REQUIRE(std::includes(effects.begin(), effects.end(), ids.begin(), ids.end()));
      std::string handled;
      for (const uint64_t id : effects) {
        handled += std::to_string(id) + " ";
      }
      const std::string row = EncodeKey(TableId::kTestOther, key.first, key.second);
      REQUIRE(fixture_.store_.Query([&](const storage::View& view) { return view.Get(row); }) ==
              handled);
    }
  }

  using OrderKey = std::pair<std::string, std::string>;

  std::mt19937_64 random_;
  OutboxFixture fixture_;
  std::map<OrderKey, std::vector<uint64_t>> acknowledged_;
  std::map<OrderKey, std::vector<uint64_t>> effects_;
  std::map<std::string, std::string> received_;
};

TEST_CASE(
    "whatever the network loses and whenever the service dies, every entry has one effect in its "
    "order") {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    World(seed).Run();
  }
}

}  // namespace
}  // namespace onething::outbox
