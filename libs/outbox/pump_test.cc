#include "libs/outbox/pump.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "libs/base/mutex.h"
#include "libs/outbox/outbox_fixture.h"

namespace onething::outbox {
namespace {

using storage::Txn;
using Ids = std::vector<uint64_t>;

const absl::Status kDown = absl::UnavailableError("down");

// A fixture whose handler is content with every answer.
class ContentFixture : public OutboxFixture {
 public:
  explicit ContentFixture(Pump::Options pump = {}, Outbox::Options outbox = {.owner = "test/0"})
      : OutboxFixture(std::move(outbox), pump) {
    on_answer = [this](Txn& txn, const OutboxEntry& entry, const absl::StatusOr<std::string>&) {
      txn.OnCommit([this, id = entry.id()] { handled.push_back(id); });
      return absl::OkStatus();
    };
  }

  Ids handled;
};

TEST_CASE(
    "an entry is sent once it is committed, with a deadline, and not again while it is under way") {
  ContentFixture fixture({.call_timeout = absl::Seconds(3)});
  fixture.Step();
  CHECK(fixture.pump_->NextDue() == absl::InfiniteFuture());
  const uint64_t id = fixture.Enqueue("license");
  CHECK(fixture.sender_.calls.empty());
  CHECK(fixture.pump_->NextDue() <= fixture.store_.clock().Now());
  fixture.Step();
  fixture.Step();
  CHECK(fixture.sender_.Ids() == Ids{id});
  CHECK(fixture.sender_.calls[0].deadline == fixture.store_.clock().Now() + absl::Seconds(3));
  CHECK(fixture.pump_->in_flight() == 1);
  fixture.Answer(id, "");
  CHECK(fixture.handled == Ids{id});
  CHECK(fixture.pump_->in_flight() == 0);
  CHECK(fixture.sender_.calls.empty());
}

TEST_CASE(
    "entries of one order key go one after another, other keys and destinations at the same time") {
  ContentFixture fixture;
  const uint64_t a1 = fixture.Enqueue("peer/33", "cases/a");
  const uint64_t b1 = fixture.Enqueue("peer/33", "cases/b");
  const uint64_t a2 = fixture.Enqueue("peer/33", "cases/a");
  const uint64_t other = fixture.Enqueue("peer/34", "cases/a");
  const uint64_t free1 = fixture.Enqueue("peer/33");
  const uint64_t free2 = fixture.Enqueue("peer/33");
  fixture.Step();
  Ids sent = fixture.sender_.Ids();
  std::sort(sent.begin(), sent.end());
  CHECK(sent == Ids{a1, b1, other, free1, free2});
  fixture.Answer(b1, "");
  CHECK(fixture.sender_.calls.size() == 4);
  fixture.Answer(a1, "");
  CHECK(fixture.sender_.Ids().back() == a2);
  CHECK(fixture.Check().ok());
}

TEST_CASE("a failed call is made again after its wait, and its order key waits with it") {
  ContentFixture fixture;
  const uint64_t first = fixture.Enqueue("peer/33", "cases/a");
  const uint64_t second = fixture.Enqueue("peer/33", "cases/a");
  fixture.Step();
  const std::string request = fixture.sender_.calls[0].entry.request();
  for (uint32_t attempt = 1; attempt <= 5; ++attempt) {
    const absl::Time failed = fixture.store_.clock().Now();
    fixture.Answer(first, attempt == 2 ? MakeError(absl::StatusCode::kFailedPrecondition,
                                                   common::v1::ERROR_REASON_OUT_OF_ORDER, "later")
                                       : kDown);
    CHECK(fixture.sender_.calls.empty());
    const absl::Time due = fixture.pump_->NextDue();
    CHECK(due == failed + RetryDelay({}, first, attempt));
    fixture.store_.clock().Set(due - absl::Microseconds(1));
    fixture.Step();
    CHECK(fixture.sender_.calls.empty());
    fixture.StepToNextDue();
    REQUIRE(fixture.sender_.Ids() == Ids{first});
    CHECK(fixture.sender_.calls[0].entry.request() == request);
  }
  fixture.Answer(first, "");
  CHECK(fixture.sender_.Ids() == Ids{second});
}

TEST_CASE("limits of calls under way hold, and a slow destination leaves room to every other") {
  ContentFixture fixture({.in_flight_max = 5, .in_flight_per_destination_max = 4});
  for (int i = 0; i < 10; ++i) {
    fixture.Enqueue("peer/31");
    fixture.Enqueue("peer/32");
  }
  fixture.Step();
  CHECK(fixture.sender_.calls.size() == 5);
  const uint64_t quick = fixture.Enqueue("license");
  fixture.Enqueue("license");
  fixture.Step();
  CHECK(fixture.sender_.calls.size() == 6);
  CHECK(fixture.sender_.Ids().back() == quick);
  size_t to_one = 0;
  for (const FakeSender::Call& call : fixture.sender_.calls) {
    to_one += call.entry.destination() == "peer/31" ? 1 : 0;
  }
  CHECK(to_one == 3);
  // Calls that end make room for what waits.
  while (!fixture.sender_.calls.empty()) {
    fixture.Answer(fixture.sender_.calls.front().entry.id(), "");
    CHECK(fixture.pump_->in_flight() <= 6);
  }
  CHECK(fixture.handled.size() == 22);
}

TEST_CASE("a window of any size sends everything in the order it became due") {
  for (const size_t window : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{100}}) {
    INFO("window " << window);
    ContentFixture fixture({.in_flight_per_destination_max = 1, .window = window});
    Ids expected;
    for (int i = 0; i < 20; ++i) {
      expected.push_back(fixture.Enqueue("license"));
      fixture.store_.clock().Advance(absl::Milliseconds(1));
      if (i == 10) {
        fixture.Step();
      }
    }
    while (fixture.handled.size() < 20) {
      fixture.Step();
      REQUIRE(fixture.sender_.calls.size() == 1);
      fixture.Answer(fixture.sender_.calls[0].entry.id(), "");
    }
    CHECK(fixture.handled == expected);
  }
}

TEST_CASE(
    "what a small window leaves out is found behind entries that wait for a peer that is down") {
  ContentFixture fixture({.window = 2});
  for (int i = 0; i < 6; ++i) {
    fixture.Enqueue("peer/33", "cases/" + std::to_string(i));
  }
  fixture.Step();
  CHECK(fixture.sender_.calls.size() == 6);
  while (!fixture.sender_.calls.empty()) {
    fixture.Answer(fixture.sender_.calls[0].entry.id(), kDown);
  }
  const uint64_t late = fixture.Enqueue("peer/33");
  fixture.Step();
  CHECK(fixture.sender_.calls.empty());
  fixture.StepToNextDue();
  CHECK(fixture.sender_.Ids() == Ids{late});
  for (int i = 0; i < 50 && fixture.handled.size() < 7; ++i) {
    while (!fixture.sender_.calls.empty()) {
      fixture.Answer(fixture.sender_.calls[0].entry.id(), "");
    }
    fixture.StepToNextDue();
  }
  CHECK(fixture.handled.size() == 7);
}

TEST_CASE("a destination out of reach is asked with one entry at a time, ever more rarely") {
  ContentFixture fixture;
  for (int i = 0; i < 4; ++i) {
    fixture.Enqueue("license");
  }
  fixture.Step();
  REQUIRE(fixture.sender_.calls.size() == 4);
  while (!fixture.sender_.calls.empty()) {
    fixture.Answer(fixture.sender_.calls[0].entry.id(), kDown);
  }
  const uint64_t elsewhere = fixture.Enqueue("rating");
  fixture.Step();
  CHECK(fixture.sender_.Ids() == Ids{elsewhere});
  fixture.Answer(elsewhere, "");
  // Four failed together: one time in vain. Then one probe after the other.
  absl::Duration pause;
  for (int probe = 0; probe < 8; ++probe) {
    const absl::Time before = fixture.store_.clock().Now();
    fixture.StepToNextDue();
    REQUIRE(fixture.sender_.calls.size() == 1);
    pause = fixture.store_.clock().Now() - before;
    fixture.Answer(fixture.sender_.calls[0].entry.id(), kDown);
  }
  CHECK(pause >= absl::Seconds(5));
  CHECK(pause <= absl::Seconds(10));
  fixture.StepToNextDue();
  REQUIRE(fixture.sender_.calls.size() == 1);
  fixture.Answer(fixture.sender_.calls[0].entry.id(), "");
  for (int i = 0; i < 20 && fixture.handled.size() < 5; ++i) {
    fixture.StepToNextDue();
    while (!fixture.sender_.calls.empty()) {
      fixture.Answer(fixture.sender_.calls[0].entry.id(), "");
    }
  }
  CHECK(fixture.handled.size() == 5);
}

TEST_CASE("after a crash what was under way is sent again with the same request id") {
  for (const bool power_too : {false, true}) {
    ContentFixture fixture;
    const uint64_t id = fixture.Enqueue("license", "cases/1");
    const uint64_t behind = fixture.Enqueue("license", "cases/1");
    fixture.Step();
    const FakeSender::Call before = fixture.sender_.calls[0];
    fixture.Crash(power_too);
    // The answer comes to a pump that is no more.
    before.done("too late");
    fixture.store_.loop().RunPending();
    CHECK(fixture.handled.empty());
    fixture.Step();
    REQUIRE(fixture.sender_.Ids() == Ids{id});
    CHECK(fixture.sender_.calls[0].entry.request_id() == before.entry.request_id());
    CHECK(fixture.sender_.calls[0].entry.request() == before.entry.request());
    fixture.Answer(id, "");
    fixture.Answer(behind, "");
    CHECK(fixture.handled == Ids{id, behind});
    CHECK(fixture.Check().ok());
  }
}

TEST_CASE("a waiting retry keeps its time and its count over a restart") {
  ContentFixture fixture;
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  fixture.Answer(id, kDown);
  const absl::Time due = fixture.pump_->NextDue();
  fixture.Crash(true);
  fixture.Step();
  CHECK(fixture.sender_.calls.empty());
  CHECK(fixture.pump_->NextDue() == due);
  CHECK(fixture.Find(id)->attempts() == 1);
}

TEST_CASE("an answer that meets a full commit loop is passed on later") {
  ContentFixture fixture;
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  FakeSender::Call call = std::move(fixture.sender_.calls[0]);
  fixture.sender_.calls.clear();
  const auto nothing = [](Txn&) { return absl::OkStatus(); };
  while (fixture.store_.loop().Post(nothing, [](const absl::Status&) {}).ok()) {
  }
  call.done("answer");
  CHECK(fixture.pump_->NextDue() == absl::InfinitePast());
  fixture.Step();
  CHECK(fixture.pump_->in_flight() == 1);
  fixture.store_.loop().RunPending();
  CHECK(fixture.handled.empty());
  fixture.Step();
  fixture.store_.loop().RunPending();
  CHECK(fixture.handled == Ids{id});
  CHECK(fixture.pump_->in_flight() == 0);
}

TEST_CASE("a stopped pump sends nothing more") {
  ContentFixture fixture;
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  fixture.pump_->Stop();
  fixture.Enqueue("license");
  fixture.Step();
  CHECK(fixture.sender_.Ids() == Ids{id});
  fixture.Answer(id, "");
  CHECK(fixture.handled == Ids{id});
}

TEST_CASE("new entries go out although the clock was set back behind the store's time") {
  ContentFixture fixture;
  fixture.Enqueue("license");
  fixture.store_.clock().Advance(absl::Hours(-1));
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  CHECK(fixture.sender_.Ids().back() == id);
}

// Answers every call at once, on a thread of its own.
class ThreadSender final : public Sender {
 public:
  ThreadSender() : thread_([this] { Run(); }) {}
  ~ThreadSender() override {
    {
      MutexLock lock(&mutex_);
      stopping_ = true;
      wake_.Signal();
    }
    thread_.join();
  }

  void Send(const OutboxEntry&, absl::Time, Done done) override {
    MutexLock lock(&mutex_);
    waiting_.push_back(std::move(done));
    wake_.Signal();
  }

 private:
  void Run() {
    while (true) {
      std::vector<Done> taken;
      {
        MutexLock lock(&mutex_);
        while (waiting_.empty() && !stopping_) {
          wake_.Wait(&mutex_);
        }
        if (waiting_.empty()) {
          return;
        }
        taken.swap(waiting_);
      }
      for (const Done& done : taken) {
        done("answer");
      }
    }
  }

  Mutex mutex_;
  CondVar wake_;
  bool stopping_ = false;
  std::vector<Done> waiting_;
  std::thread thread_;
};

TEST_CASE("with threads every entry is answered, in order within its key") {
  constexpr uint64_t kEntries = 600;
  constexpr uint64_t kKeys = 7;
  storage::TestStore store({.queue_max = 16, .threaded = true});
  Mutex mutex;
  CondVar all_handled;
  std::vector<uint64_t> handled;
  Outbox outbox({.owner = "test/0"});
  outbox.OnAnswer("test",
                  [&](Txn& txn, const OutboxEntry& entry, const absl::StatusOr<std::string>&) {
                    txn.OnCommit([&, id = entry.id()] {
                      MutexLock lock(&mutex);
                      handled.push_back(id);
                      all_handled.Signal();
                    });
                    return absl::OkStatus();
                  });
  ThreadSender sender;
  Pump pump(&outbox, &store.engine(), &store.loop(), &store.clock(), &sender,
            {.in_flight_max = 8, .in_flight_per_destination_max = 4, .window = 16});
  pump.Start();
  for (uint64_t i = 0; i < kEntries;) {
    const absl::Status status = store.Run([&](Txn& txn) {
      return outbox
          .Enqueue(txn, {.destination = i % 3 == 0 ? "license" : "rating",
                         .order_key = "cases/" + std::to_string(i % kKeys),
                         .request = [](const std::string& request_id) { return request_id; },
                         .kind = "test"})
          .status();
    });
    i += status.ok() ? 1 : 0;
  }
  {
    MutexLock lock(&mutex);
    while (handled.size() < kEntries) {
      all_handled.Wait(&mutex);
    }
  }
  pump.Stop();
  std::map<std::pair<bool, uint64_t>, uint64_t> last;
  for (const uint64_t id : handled) {
    uint64_t& before = last[{(id - 1) % 3 == 0, (id - 1) % kKeys}];
    CHECK(before < id);
    before = id;
  }
  CHECK(store.Query([&](const storage::View& view) { return outbox.Check(view); }).ok());
}

}  // namespace
}  // namespace onething::outbox
