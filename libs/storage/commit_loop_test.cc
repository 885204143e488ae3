#include "libs/storage/commit_loop.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <semaphore>
#include <thread>

#include "libs/base/error.h"
#include "libs/base/mutex.h"
#include "libs/storage/key.h"
#include "libs/storage/test_store.h"

namespace onething::storage {
namespace {

std::string KeyOf(uint64_t number) { return EncodeKey(TableId::kTestRows, number); }

CommitLoop::Command PutRow(uint64_t number) {
  return [number](Txn& txn) {
    txn.Put(KeyOf(number), "x");
    return absl::OkStatus();
  };
}

CommitLoop::Done Into(std::vector<absl::Status>* answers) {
  return [answers](const absl::Status& status) { answers->push_back(status); };
}

bool Has(TestStore* store, uint64_t number) {
  return store->Query([number](const View& view) { return view.Get(KeyOf(number)).has_value(); });
}

TEST_CASE(
    "what waits becomes one group, seen by the next command and by nobody else before the commit") {
  std::vector<GroupReport> reports;
  TestStore store({.threaded = false,
                   .on_group = [&](const GroupReport& report) { reports.push_back(report); }});
  reports.clear();
  std::vector<absl::Status> answers;
  REQUIRE(store.loop().Post(PutRow(1), Into(&answers)).ok());
  REQUIRE(store.loop()
              .Post(
                  [&store](Txn& txn) {
                    CHECK(txn.Get(KeyOf(1)).has_value());
                    CHECK_FALSE(Has(&store, 1));
                    return absl::OkStatus();
                  },
                  Into(&answers))
              .ok());
  CHECK(store.loop().queue_size() == 2);
  CHECK(answers.empty());
  CHECK(store.loop().RunPending());
  CHECK_FALSE(store.loop().RunPending());
  CHECK(Has(&store, 1));
  CHECK(answers == std::vector<absl::Status>{absl::OkStatus(), absl::OkStatus()});
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].commands == 2);
  CHECK(reports[0].bytes == KeyOf(1).size() + 1);
}

TEST_CASE("a group ends at its limits of commands and of bytes") {
  std::vector<size_t> groups;
  TestStore store(
      {.group_commands_max = 3,
       .group_bytes_max = 100,
       .threaded = false,
       .on_group = [&](const GroupReport& report) { groups.push_back(report.commands); }});
  groups.clear();
  std::vector<absl::Status> answers;
  for (uint64_t i = 0; i < 7; ++i) {
    REQUIRE(store.loop().Post(PutRow(i), Into(&answers)).ok());
  }
  store.loop().RunPending();
  CHECK(groups == std::vector<size_t>{3, 3, 1});
  groups.clear();
  for (uint64_t i = 0; i < 4; ++i) {
    const auto put = [i](Txn& txn) {
      txn.Put(KeyOf(i), std::string(60, 'x'));
      return absl::OkStatus();
    };
    REQUIRE(store.loop().Post(put, Into(&answers)).ok());
  }
  store.loop().RunPending();
  CHECK(groups == std::vector<size_t>{2, 2});
}

TEST_CASE("a refused command leaves nothing and does not disturb its group") {
  TestStore store;
  std::vector<absl::Status> answers;
  int hooks = 0;
  const auto refused = [&hooks](Txn& txn) {
    txn.Put(KeyOf(1), "overwritten");
    txn.Put(KeyOf(2), "x");
    txn.Delete(KeyOf(3));
    txn.OnCommit([&hooks] { hooks += 100; });
    return absl::FailedPreconditionError("no");
  };
  const auto kept = [&hooks](Txn& txn) {
    txn.OnCommit([&hooks] { ++hooks; });
    return absl::OkStatus();
  };
  REQUIRE(store.loop().Post(PutRow(1), Into(&answers)).ok());
  REQUIRE(store.loop().Post(PutRow(3), Into(&answers)).ok());
  REQUIRE(store.loop().Post(refused, Into(&answers)).ok());
  REQUIRE(store.loop().Post(kept, Into(&answers)).ok());
  store.loop().RunPending();
  REQUIRE(answers.size() == 4);
  CHECK(answers[2].message() == "no");
  CHECK((answers[0].ok() && answers[1].ok() && answers[3].ok()));
  CHECK(store.Query([](const View& view) { return view.Get(KeyOf(1)); }) == "x");
  CHECK_FALSE(Has(&store, 2));
  CHECK(Has(&store, 3));
  CHECK(hooks == 1);
}

TEST_CASE("a command whose reads failed is undone, whatever it returned") {
  TestStore store;
  const absl::Status status = store.Run([](Txn& txn) {
    txn.Put(KeyOf(1), "x");
    txn.Poison(absl::DataLossError("damage"));
    return absl::OkStatus();
  });
  CHECK(status.code() == absl::StatusCode::kDataLoss);
  CHECK_FALSE(Has(&store, 1));
}

TEST_CASE("hooks run once the writes are durable, before anyone is answered") {
  TestStore store;
  std::vector<std::string> order;
  const auto command = [&](Txn& txn) {
    txn.Put(KeyOf(1), "x");
    txn.OnCommit([&] { order.push_back(Has(&store, 1) ? "hook, durable" : "hook, too early"); });
    return absl::OkStatus();
  };
  REQUIRE(store.loop().Post(command, [&](const absl::Status&) { order.push_back("answer"); }).ok());
  store.loop().RunPending();
  CHECK(order == std::vector<std::string>{"hook, durable", "answer"});
}

TEST_CASE("a full queue refuses at once and forgets nothing it took") {
  TestStore store({.queue_max = 3, .threaded = false});
  std::vector<absl::Status> answers;
  for (uint64_t i = 0; i < 3; ++i) {
    REQUIRE(store.loop().Post(PutRow(i), Into(&answers)).ok());
  }
  const absl::Status refused = store.loop().Post(PutRow(3), Into(&answers));
  CHECK(refused.code() == absl::StatusCode::kResourceExhausted);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_QUEUE_FULL);
  store.loop().RunPending();
  CHECK(answers.size() == 3);
  CHECK_FALSE(Has(&store, 3));
  CHECK(store.Run(PutRow(3)).ok());
}

TEST_CASE("stopping answers what waits and refuses what comes") {
  for (const bool threaded : {false, true}) {
    TestStore store({.threaded = threaded});
    Mutex mutex;
    size_t answered = 0;
    for (uint64_t i = 0; i < 100; ++i) {
      const absl::Status posted = store.loop().Post(PutRow(i), [&](const absl::Status& status) {
        MutexLock lock(&mutex);
        answered += status.ok() ? 1 : 0;
      });
      REQUIRE(posted.ok());
    }
    store.loop().Stop();
    store.loop().Stop();
    CHECK(answered == 100);
    const absl::Status refused = store.Run(PutRow(100));
    CHECK(refused.code() == absl::StatusCode::kUnavailable);
    CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_NOT_SERVING);
    CHECK(Has(&store, 99));
  }
}

TEST_CASE("after a failed commit nothing is acknowledged, not even what writes nothing") {
  int fatal = 0;
  std::vector<absl::Status> answers;
  TestStore store({.threaded = false, .on_fatal = [&](const absl::Status&) {
                     CHECK(answers.empty());
                     ++fatal;
                   }});
  int hooks = 0;
  const auto with_hook = [&hooks](Txn& txn) {
    txn.Put(KeyOf(1), "x");
    txn.OnCommit([&hooks] { ++hooks; });
    return absl::OkStatus();
  };
  const auto reading = [](Txn& txn) {
    txn.Get(KeyOf(1));
    return absl::OkStatus();
  };
  store.disk().FailFrom(0);
  REQUIRE(store.loop().Post(with_hook, Into(&answers)).ok());
  REQUIRE(store.loop().Post(reading, Into(&answers)).ok());
  // Posted while the group that fails is under way: accepted, then refused.
  const auto posts_more = [&](Txn&) {
    CHECK(store.loop().Post(reading, Into(&answers)).ok());
    return absl::OkStatus();
  };
  REQUIRE(store.loop().Post(posts_more, Into(&answers)).ok());
  store.loop().RunPending();
  CHECK(fatal == 1);
  CHECK(hooks == 0);
  CHECK(answers.size() == 4);
  for (const absl::Status& answer : answers) {
    CHECK(ReasonOf(answer) == common::v1::ERROR_REASON_NOT_SERVING);
  }
  store.disk().FailFrom(-1);
  CHECK(ReasonOf(store.Run(reading)) == common::v1::ERROR_REASON_NOT_SERVING);
  CHECK(fatal == 1);
}

TEST_CASE("what waits behind a group that fails is refused too") {
  TestStore store({.group_commands_max = 1, .threaded = false});
  std::vector<absl::Status> answers;
  store.disk().FailFrom(0);
  REQUIRE(store.loop().Post(PutRow(1), Into(&answers)).ok());
  REQUIRE(store.loop().Post([](Txn&) { return absl::OkStatus(); }, Into(&answers)).ok());
  REQUIRE(store.loop().Post(PutRow(2), Into(&answers)).ok());
  store.loop().RunPending();
  REQUIRE(answers.size() == 3);
  for (const absl::Status& answer : answers) {
    CHECK(ReasonOf(answer) == common::v1::ERROR_REASON_NOT_SERVING);
  }
}

TEST_CASE("a command's time never runs backwards, whatever the clock does, over restarts too") {
  TestStore store;
  std::vector<absl::Time> times;
  const auto note = [&times](Txn& txn) {
    times.push_back(txn.now());
    txn.Put(KeyOf(1), "x");
    return absl::OkStatus();
  };
  const absl::Time start = store.clock().Now();
  REQUIRE(store.Run(note).ok());
  store.clock().Advance(absl::Hours(-5));
  REQUIRE(store.Run(note).ok());
  store.Reopen();
  REQUIRE(store.Run(note).ok());
  store.clock().Set(start + absl::Seconds(1));
  REQUIRE(store.Run(note).ok());
  CHECK(times == std::vector<absl::Time>{start, start, start, start + absl::Seconds(1)});
}

TEST_CASE("all commands of a group have one time") {
  TestStore store;
  std::vector<absl::Time> times;
  std::vector<absl::Status> answers;
  for (int i = 0; i < 2; ++i) {
    const auto note = [&](Txn& txn) {
      times.push_back(txn.now());
      store.clock().Advance(absl::Seconds(1));
      return absl::OkStatus();
    };
    REQUIRE(store.loop().Post(note, Into(&answers)).ok());
  }
  store.loop().RunPending();
  CHECK(times[0] == times[1]);
}

TEST_CASE("a store whose last instant cannot be read runs no command") {
  TestStore store;
  REQUIRE(store
              .Run([](Txn& txn) {
                txn.Put(KeyOf(1), "x");
                return absl::OkStatus();
              })
              .ok());
  // Behind the loop's back, which would write its own instant over it.
  REQUIRE(store.engine().Write({{EncodeKey(TableId::kMeta, std::string("last_time")), "?"}}).ok());
  const StoreOptions options = store.MakeOptions();
  store.Close();
  const absl::Status status = Store::Open(options, &store.clock()).status();
  CHECK(status.code() == absl::StatusCode::kDataLoss);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_RECORD_CORRUPT);
}

// An engine whose syncs wait for a word.
class HeldEngine final : public Engine {
 public:
  explicit HeldEngine(Engine* engine) : engine_(*engine) {}

  std::shared_ptr<const Snapshot> TakeSnapshot() const override { return engine_.TakeSnapshot(); }
  std::unique_ptr<Snapshot> TakeWritten() const override { return engine_.TakeWritten(); }
  absl::Status Write(const WriteSet& writes) override {
    ++writes_made;
    return fail_writes ? absl::InternalError("no space") : engine_.Write(writes);
  }
  absl::Status Sync() override {
    arrived.release();
    go_on.acquire();
    return fail_syncs ? absl::InternalError("no disk") : engine_.Sync();
  }
  absl::Status Checkpoint(const std::string& path) override { return engine_.Checkpoint(path); }
  EngineStats Stats() const override { return engine_.Stats(); }

  std::binary_semaphore arrived{0};
  std::binary_semaphore go_on{0};
  std::atomic<int> writes_made{0};
  std::atomic<bool> fail_writes{false};
  std::atomic<bool> fail_syncs{false};

 private:
  Engine& engine_;
};

std::vector<std::string> KeysOf(const View& view) {
  std::vector<std::string> keys;
  view.Scan({KeyOf(0), KeyOf(9)}, [&keys](absl::string_view key, absl::string_view) {
    keys.emplace_back(key);
    return true;
  });
  return keys;
}

TEST_CASE("while a group is on its way to the disk the next one runs over what it wrote") {
  TestStore store;
  REQUIRE(store.Run(PutRow(1)).ok());
  REQUIRE(store.Run(PutRow(4)).ok());
  HeldEngine engine(&store.engine());
  CommitLoop loop(&engine, &store.clock(), {.threaded = true});
  std::vector<absl::Status> answers;
  const auto first = [](Txn& txn) {
    txn.Delete(KeyOf(1));
    txn.Put(KeyOf(2), "first");
    txn.Put(KeyOf(3), "first");
    return absl::OkStatus();
  };
  REQUIRE(loop.Post(first, Into(&answers)).ok());
  engine.arrived.acquire();
  // Under way, and not to be seen outside.
  CHECK(store.Query(KeysOf) == std::vector<std::string>{KeyOf(1), KeyOf(4)});
  std::binary_semaphore ran{0};
  std::vector<std::string> seen;
  std::vector<std::string> seen_after;
  REQUIRE(loop.Post(
                  [&](Txn& txn) {
                    CHECK_FALSE(txn.Get(KeyOf(1)).has_value());
                    CHECK(txn.Get(KeyOf(2)) == "first");
                    seen = KeysOf(txn);
                    txn.Put(KeyOf(2), "second");
                    txn.Delete(KeyOf(3));
                    seen_after = KeysOf(txn);
                    ran.release();
                    return absl::OkStatus();
                  },
                  Into(&answers))
              .ok());
  ran.acquire();
  CHECK(answers.empty());
  engine.go_on.release();
  engine.arrived.acquire();
  engine.go_on.release();
  loop.Stop();
  CHECK(seen == std::vector<std::string>{KeyOf(2), KeyOf(3), KeyOf(4)});
  CHECK(seen_after == std::vector<std::string>{KeyOf(2), KeyOf(4)});
  CHECK(answers == std::vector<absl::Status>{absl::OkStatus(), absl::OkStatus()});
  CHECK(store.Query(KeysOf) == seen_after);
  CHECK(store.Query([](const View& view) { return view.Get(KeyOf(2)); }) == "second");
}

TEST_CASE("what built on a group that failed is refused with it") {
  TestStore store;
  HeldEngine engine(&store.engine());
  engine.fail_syncs = true;
  CommitLoop loop(&engine, &store.clock(), {.threaded = true});
  std::vector<absl::Status> answers;
  REQUIRE(loop.Post(PutRow(1), Into(&answers)).ok());
  engine.arrived.acquire();
  std::binary_semaphore ran{0};
  const auto reads = [&ran](Txn& txn) {
    CHECK(txn.Get(KeyOf(1)).has_value());
    ran.release();
    return absl::OkStatus();
  };
  REQUIRE(loop.Post(reads, Into(&answers)).ok());
  ran.acquire();
  engine.go_on.release();
  loop.Stop();
  REQUIRE(answers.size() == 2);
  CHECK(ReasonOf(answers[0]) == common::v1::ERROR_REASON_NOT_SERVING);
  CHECK(ReasonOf(answers[1]) == common::v1::ERROR_REASON_NOT_SERVING);
}

TEST_CASE("groups that were written while one was synced share the next sync") {
  TestStore store;
  HeldEngine engine(&store.engine());
  std::vector<GroupReport> reports;
  std::vector<absl::Status> answers;
  {
    CommitLoop loop(&engine, &store.clock(),
                    {.on_group = [&](const GroupReport& report) { reports.push_back(report); }});
    REQUIRE(loop.Post(PutRow(1), Into(&answers)).ok());
    engine.arrived.acquire();
    for (uint64_t i = 2; i <= 4; ++i) {
      REQUIRE(loop.Post(PutRow(i), Into(&answers)).ok());
      while (engine.writes_made < static_cast<int>(i)) {
        std::this_thread::yield();
      }
    }
    CHECK_FALSE(Has(&store, 1));
    engine.go_on.release();
    engine.arrived.acquire();
    engine.go_on.release();
  }
  CHECK(answers == std::vector<absl::Status>(4, absl::OkStatus()));
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].commands == 1);
  CHECK(reports[1].commands == 3);
  CHECK(Has(&store, 4));
}

TEST_CASE("what was written but not yet synced when a later write fails is not acknowledged") {
  TestStore store;
  HeldEngine engine(&store.engine());
  std::atomic<int> fatal{0};
  std::vector<absl::Status> answers;
  {
    CommitLoop loop(&engine, &store.clock(), {.on_fatal = [&](const absl::Status&) { ++fatal; }});
    REQUIRE(loop.Post(PutRow(1), Into(&answers)).ok());
    engine.arrived.acquire();
    REQUIRE(loop.Post(PutRow(2), Into(&answers)).ok());
    while (engine.writes_made < 2) {
      std::this_thread::yield();
    }
    engine.fail_writes = true;
    REQUIRE(loop.Post(PutRow(3), Into(&answers)).ok());
    while (fatal == 0) {
      std::this_thread::yield();
    }
    // The sync that was under way is of what was written before it.
    engine.go_on.release();
  }
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].ok());
  CHECK(ReasonOf(answers[1]) == common::v1::ERROR_REASON_NOT_SERVING);
  CHECK(ReasonOf(answers[2]) == common::v1::ERROR_REASON_NOT_SERVING);
  CHECK(fatal == 1);
}

TEST_CASE("commands that wait for the disk count as waiting") {
  TestStore store;
  HeldEngine engine(&store.engine());
  std::vector<absl::Status> answers;
  {
    CommitLoop loop(&engine, &store.clock(), {.queue_max = 2});
    REQUIRE(loop.Post(PutRow(1), Into(&answers)).ok());
    engine.arrived.acquire();
    REQUIRE(loop.Post(PutRow(2), Into(&answers)).ok());
    CHECK(ReasonOf(loop.Post(PutRow(3), Into(&answers))) == common::v1::ERROR_REASON_QUEUE_FULL);
    engine.go_on.release();
    engine.arrived.acquire();
    engine.go_on.release();
  }
  CHECK(answers == std::vector<absl::Status>(2, absl::OkStatus()));
}

TEST_CASE("commands of many threads run one after another and all are answered") {
  TestStore store({.queue_max = 8, .threaded = true});
  constexpr int kThreads = 4;
  constexpr uint64_t kEach = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store] {
      for (uint64_t done = 0; done < kEach;) {
        const absl::Status status = store.Run([](Txn& txn) {
          txn.NextInSequence("count");
          return absl::OkStatus();
        });
        done += status.ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  uint64_t next = 0;
  REQUIRE(store
              .Run([&next](Txn& txn) {
                next = txn.NextInSequence("count");
                return absl::OkStatus();
              })
              .ok());
  CHECK(next == kThreads * kEach + 1);
}

}  // namespace
}  // namespace onething::storage
