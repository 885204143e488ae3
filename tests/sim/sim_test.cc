// The whole suite under faults, seed by seed: `tools/sim --seeds N --from S` runs more of them.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "tests/sim/sim_world.h"
#include "tests/sim/workload.h"

namespace onething::sim {
namespace {

constexpr uint32_t kSeeds = 200;
constexpr int kCases = 3;

uint32_t FromEnvironment(const char* name, uint32_t otherwise) {
  const char* text = std::getenv(name);
  uint32_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// A seed decides how hard a run is, too: some are calm, some lose every third message.
WorldFaults FaultsOf(SimNetwork& network) {
  WorldFaults faults;
  faults.network.lost = network.Random(300);
  faults.network.doubled = network.Random(200);
  faults.network.delay_max = absl::Milliseconds(1 + network.Random(3000));
  faults.crashes = network.Random(25);
  return faults;
}

absl::Status RunSeed(uint32_t seed) {
  SimWorld world(seed);
  absl::Status status = world.Start();
  Workload workload(&world);
  if (status.ok()) {
    status = workload.Prepare();
  }
  if (!status.ok()) {
    return status;
  }
  world.set_faults(FaultsOf(world.network()));
  workload.Begin(kCases);
  const auto ended = [&] { return workload.Unfinished().empty(); };
  status = world.RunUntil(ended, absl::Minutes(20));
  if (!status.ok() && !absl::IsDeadlineExceeded(status)) {
    return status;
  }
  // Once faults stop, every case ends.
  status = world.Heal();
  if (status.ok()) {
    status = world.RunUntil(ended, absl::Hours(24));
  }
  if (absl::IsDeadlineExceeded(status)) {
    return absl::DeadlineExceededError(workload.Unfinished());
  }
  // What is still on its way to the ratings and the other province arrives.
  const absl::Time settled = world.clock().Now() + absl::Hours(3);
  if (status.ok()) {
    status = world.RunUntil([&] { return world.clock().Now() > settled; }, absl::Hours(4));
  }
  return status.ok() ? workload.Audit() : status;
}

TEST_CASE(
    "whatever fails, nothing acknowledged is lost, nothing happens twice, and every case ends") {
  const uint32_t first = FromEnvironment("ONETHING_SIM_FROM", 1);
  const uint32_t count = FromEnvironment("ONETHING_SIM_SEEDS", kSeeds);
  for (uint32_t seed = first; seed < first + count; ++seed) {
    INFO("seed " << seed);
    CHECK(RunSeed(seed) == absl::OkStatus());
  }
}

}  // namespace
}  // namespace onething::sim
