// A fault at every writing step, one run for each, until a run needs none: what was acknowledged
// must be found, whole commands only, in their order.

#include <catch2/catch.hpp>

#include "libs/base/clock.h"
#include "libs/storage/key.h"
#include "libs/storage/memory_disk.h"
#include "libs/storage/store.h"

namespace onething::storage {
namespace {

constexpr uint64_t kCommands = 20;
constexpr int64_t kStepsMax = 2000;

std::string LeftKey(uint64_t number) { return EncodeKey(TableId::kTestRows, number); }
std::string RightKey(uint64_t number) { return EncodeKey(TableId::kTestOther, number); }

StoreOptions InMemory(MemoryDisk* disk) {
  return {.engine = {.path = "/store", .memory_disk = disk, .write_buffer_bytes = 64 << 10},
          .owner = "test/0",
          .loop = {.threaded = false}};
}

absl::Status PutRow(Store* store, uint64_t number) {
  return store->loop().Run([number](Txn& txn) {
    txn.Put(LeftKey(number), "x");
    return absl::OkStatus();
  });
}

bool HasRow(Store* store, uint64_t number) {
  const auto snapshot = store->engine().TakeSnapshot();
  const View view(*snapshot, absl::UnixEpoch());
  return view.Get(LeftKey(number)).has_value();
}

// How a run goes on after its fault.
struct Ending {
  std::string name;
  // The power goes too: what was not synced is lost.
  bool power_cut = false;
  // Bytes of the failing write that reach the file.
  int64_t torn_bytes = 0;
  // Bytes of a value: large ones make the engine write table files too.
  size_t value_bytes = 10;
};

class FaultRun {
 public:
  explicit FaultRun(const Ending& ending) : ending_(ending) {
    disk_.TearFailingAppends(ending_.torn_bytes);
  }

  absl::StatusOr<std::unique_ptr<Store>> Open() { return Store::Open(InMemory(&disk_), &clock_); }

  // Commands that were acknowledged, each of two rows, until one was not.
  uint64_t Write(Store* store, uint64_t first) {
    const std::string value(ending_.value_bytes, 'x');
    for (uint64_t i = first; i < first + kCommands; ++i) {
      const absl::Status status = store->loop().Run([&](Txn& txn) {
        txn.Put(LeftKey(i), value);
        txn.Put(RightKey(i), value);
        return absl::OkStatus();
      });
      if (!status.ok()) {
        return i;
      }
    }
    return first + kCommands;
  }

  // Runs with a fault at `step`; true when the run never came to it.
  bool Try(int64_t step) {
    uint64_t acknowledged = 0;
    const int64_t before = disk_.steps();
    disk_.FailFrom(step);
    {
      const auto store = Open();
      if (store.ok()) {
        acknowledged = Write(store->get(), 0);
      }
      if (ending_.power_cut) {
        disk_.PowerOff();
      }
    }
    const bool unharmed = disk_.steps() - before <= step;
    disk_.FailFrom(-1);
    if (ending_.power_cut) {
      disk_.PowerOn();
    }
    REQUIRE((!unharmed || acknowledged == kCommands));
    Recover(acknowledged);
    return unharmed;
  }

  void Recover(uint64_t acknowledged) {
    uint64_t found = 0;
    for (int opening = 0; opening < 2; ++opening) {
      const auto store = Open();
      REQUIRE(store.status() == absl::OkStatus());
      found = CountWhole(store->get());
      // One more than acknowledged may be there: the one whose answer was the fault.
      REQUIRE(found >= acknowledged);
      REQUIRE(found <= acknowledged + 1 + (opening == 0 ? 0 : kCommands));
      if (opening == 0) {
        REQUIRE(Write(store->get(), found) == found + kCommands);
      }
    }
  }

  uint64_t CountWhole(Store* store) {
    const auto snapshot = store->engine().TakeSnapshot();
    const View view(*snapshot, clock_.Now());
    uint64_t count = 0;
    while (view.Get(LeftKey(count)).has_value()) {
      REQUIRE(view.Get(RightKey(count)).has_value());
      ++count;
    }
    REQUIRE_FALSE(view.Get(RightKey(count)).has_value());
    REQUIRE_FALSE(view.Get(LeftKey(count + 1)).has_value());
    REQUIRE(view.status().ok());
    return count;
  }

 private:
  const Ending ending_;
  MemoryDisk disk_;
  FakeClock clock_;
};

TEST_CASE("a fault at any writing step loses nothing that was acknowledged") {
  const std::vector<Ending> endings = {
      {"the process dies"},
      {"the process dies in a torn write", false, 9},
      {"the power goes", true},
      {"the power goes in a torn write", true, 1},
      {"the power goes while table files are written", true, 0, 16 << 10},
      {"the process dies while table files are written", false, 100, 16 << 10},
  };
  for (const Ending& ending : endings) {
    INFO(ending.name);
    int64_t step = 0;
    bool unharmed = false;
    while (!unharmed) {
      INFO("fault at step " << step);
      REQUIRE(step < kStepsMax);
      unharmed = FaultRun(ending).Try(step);
      ++step;
    }
    CHECK(step > static_cast<int64_t>(kCommands));
  }
}

TEST_CASE("what was written without a sync survives the process but not a power cut") {
  for (const bool power_cut : {false, true}) {
    MemoryDisk disk;
    const FakeClock clock;
    {
      const auto store = Store::Open(InMemory(&disk), &clock);
      REQUIRE(store.ok());
      // The append passes, its sync fails.
      disk.FailFrom(1);
      CHECK_FALSE(PutRow(store->get(), 0).ok());
      if (power_cut) {
        disk.PowerOff();
      }
    }
    disk.FailFrom(-1);
    if (power_cut) {
      disk.PowerOn();
    }
    const auto store = Store::Open(InMemory(&disk), &clock);
    REQUIRE(store.ok());
    CHECK(HasRow(store->get(), 0) == !power_cut);
  }
}

TEST_CASE("a power cut that takes the end of a log and spares the next one leaves no hole") {
  constexpr uint64_t kRows = 70;
  MemoryDisk disk;
  const RocksdbOptions options = {
      .path = "/store", .memory_disk = &disk, .write_buffer_bytes = 64 << 10};
  {
    const auto engine = OpenRocksdb(options);
    REQUIRE(engine.ok());
    // No table file is finished, so the logs of both buffers are needed.
    disk.HoldTables(true);
    REQUIRE((*engine)->Write({{LeftKey(0), "x"}}).ok());
    REQUIRE((*engine)->Sync().ok());
    for (uint64_t i = 1; i < kRows; ++i) {
      REQUIRE((*engine)->Write({{LeftKey(i), std::string(1 << 10, 'x')}}).ok());
    }
    disk.PowerOff();
    disk.HoldTables(false);
  }
  disk.PowerOn(/*newest_survives=*/true);
  const auto engine = OpenRocksdb(options);
  REQUIRE(engine.ok());
  const auto snapshot = (*engine)->TakeSnapshot();
  const View view(*snapshot, absl::UnixEpoch());
  CHECK(view.Get(LeftKey(0)).has_value());
  for (uint64_t i = 1; i < kRows; ++i) {
    REQUIRE_FALSE(view.Get(LeftKey(i)).has_value());
  }
  CHECK(view.status().ok());
}

TEST_CASE(
    "a fault at any step of a checkpoint gives an error or a whole copy, and costs the store "
    "nothing") {
  for (int64_t step = 0; step < kStepsMax; ++step) {
    INFO("fault at step " << step);
    MemoryDisk disk;
    const FakeClock clock;
    absl::Status taken;
    {
      const auto store = Store::Open(InMemory(&disk), &clock);
      REQUIRE(store.ok());
      REQUIRE(PutRow(store->get(), 1).ok());
      disk.FailFrom(step);
      taken = (*store)->engine().Checkpoint("/copy");
    }
    disk.FailFrom(-1);
    const auto store = Store::Open(InMemory(&disk), &clock);
    REQUIRE(store.ok());
    REQUIRE(HasRow(store->get(), 1));
    StoreOptions copy = InMemory(&disk);
    copy.engine.path = "/copy";
    if (taken.ok()) {
      const auto opened = Store::Open(copy, &clock);
      REQUIRE(opened.ok());
      REQUIRE(HasRow(opened->get(), 1));
      REQUIRE(step > 5);
      return;
    }
  }
  FAIL("every step failed");
}

}  // namespace
}  // namespace onething::storage
