// What the tests of this folder share: a store in memory, an outbox with one kind of entry, and a
// sender whose calls the test answers. Not for services.

#ifndef ONETHING_LIBS_OUTBOX_OUTBOX_FIXTURE_H_
#define ONETHING_LIBS_OUTBOX_OUTBOX_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/outbox/outbox.h"
#include "libs/outbox/pump.h"
#include "libs/outbox/sender.h"
#include "libs/storage/test_store.h"

namespace onething::outbox {

// Keeps the calls until the test answers them.
class FakeSender final : public Sender {
 public:
  struct Call {
    OutboxEntry entry;
    absl::Time deadline;
    Done done;
  };

  void Send(const OutboxEntry& entry, absl::Time deadline, Done done) override {
    calls.push_back({entry, deadline, std::move(done)});
  }

  // The ids of the calls not yet answered, in the order they were made.
  std::vector<uint64_t> Ids() const {
    std::vector<uint64_t> ids;
    for (const Call& call : calls) {
      ids.push_back(call.entry.id());
    }
    return ids;
  }

  std::vector<Call> calls;
};

// One service with an outbox. Kind `test` counts answers and returns what `on_answer` says.
class OutboxFixture {
 public:
  explicit OutboxFixture(Outbox::Options outbox_options = {.owner = "test/0"},
                         Pump::Options pump_options = {})
      : options_(pump_options), outbox_(std::move(outbox_options)) {
    outbox_.OnAnswer("test", [this](storage::Txn& txn, const OutboxEntry& entry,
                                    const absl::StatusOr<std::string>& answer) {
      return on_answer ? on_answer(txn, entry, answer) : answer.status();
    });
    StartPump();
  }

  // Enqueues `request` in a command of its own; 0 when it was refused.
  uint64_t Enqueue(const std::string& destination, const std::string& order_key = "",
                   const std::string& request = "request",
                   absl::Time expire_time = absl::InfiniteFuture()) {
    uint64_t id = 0;
    enqueue_status = store_.Run([&](storage::Txn& txn) {
      const absl::StatusOr<uint64_t> added = outbox_.Enqueue(
          txn,
          {.destination = destination,
           .order_key = order_key,
           .method = "/onething.testing.v1.Counters/Add",
           .request = [&](const std::string& request_id) { return request + " " + request_id; },
           .kind = "test",
           .context = "context",
           .expire_time = expire_time});
      id = added.value_or(0);
      return added.status();
    });
    return enqueue_status.ok() ? id : 0;
  }

  // Sends what is due now.
  void Step() { pump_->Step(store_.clock().Now()); }

  // Answers the call of entry `id`, runs the command, and sends what is due then.
  void Answer(uint64_t id, absl::StatusOr<std::string> answer) {
    for (size_t i = 0; i < sender_.calls.size(); ++i) {
      if (sender_.calls[i].entry.id() == id) {
        FakeSender::Call call = std::move(sender_.calls[i]);
        sender_.calls.erase(sender_.calls.begin() + static_cast<int64_t>(i));
        call.done(std::move(answer));
        store_.loop().RunPending();
        Step();
        return;
      }
    }
  }

  // Goes to the next due time and sends.
  void StepToNextDue() {
    const absl::Time due = pump_->NextDue();
    if (due < absl::InfiniteFuture()) {
      store_.clock().Set(std::max(due, store_.clock().Now()));
      Step();
    }
  }

  absl::Status Replay(uint64_t id) {
    return store_.Run([&](storage::Txn& txn) { return outbox_.Replay(txn, id); });
  }
  absl::Status Drop(uint64_t id) {
    return store_.Run([&](storage::Txn& txn) { return outbox_.Drop(txn, id); });
  }

  std::optional<OutboxEntry> Find(uint64_t id) {
    return store_.Query([&](const storage::View& view) { return outbox_.Find(view, id); });
  }
  absl::Status Check() {
    return store_.Query([&](const storage::View& view) { return outbox_.Check(view); });
  }
  std::vector<DestinationStats> Stats() {
    return store_.Query([&](const storage::View& view) { return outbox_.Stats(view); });
  }
  storage::Page<OutboxEntry> List(const ListOptions& options) {
    return store_.Query([&](const storage::View& view) { return outbox_.List(view, options); });
  }

  // The process dies, with the power when `power_too`; what it had under way is answered to nobody.
  void Crash(bool power_too) {
    pump_.reset();
    if (power_too) {
      store_.CutPower();
    } else {
      store_.Reopen();
    }
    sender_.calls.clear();
    StartPump();
  }

  void StartPump() {
    pump_ = std::make_unique<Pump>(&outbox_, &store_.engine(), &store_.loop(), &store_.clock(),
                                   &sender_, options_);
  }

  Outbox::AnswerHandler on_answer;
  absl::Status enqueue_status;
  const Pump::Options options_;
  Outbox outbox_;
  storage::TestStore store_;
  FakeSender sender_;
  std::unique_ptr<Pump> pump_;
};

}  // namespace onething::outbox

#endif  // ONETHING_LIBS_OUTBOX_OUTBOX_FIXTURE_H_
