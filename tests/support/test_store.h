// TestStore: a service's store in memory with a clock that stands still, for tests of commands and
// queries. Everything runs on the calling thread. What a test leaves behind can be reopened, as
// after a power cut.

#ifndef ONETHING_TESTS_SUPPORT_TEST_STORE_H_
#define ONETHING_TESTS_SUPPORT_TEST_STORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/storage/memory_disk.h"
#include "libs/storage/store.h"
#include "libs/storage/view.h"

namespace onething::testing {

// One store. Single-threaded.
class TestStore {
 public:
  TestStore() { Open(); }

  // Runs a command, a callable (Txn&) → StatusOr<T> or Status, and returns its answer after the
  // commit.
  template <class Handler>
  auto Command(Handler handler) {
    using Answer = decltype(handler(std::declval<storage::Txn&>()));
    std::optional<Answer> answer;
    const absl::Status status = store_->loop().Run([&](storage::Txn& txn) {
      answer.emplace(handler(txn));
      return ToStatus(*answer);
    });
    return status.ok() ? *std::move(answer) : Answer(status);
  }

  // Runs a query, a callable (const View&) → StatusOr<T> or Status.
  template <class Handler>
  auto Query(Handler handler) {
    using Answer = decltype(handler(std::declval<const storage::View&>()));
    const std::unique_ptr<storage::Snapshot> snapshot = store_->engine().TakeSnapshot();
    const storage::View view(*snapshot, clock_.Now());
    Answer answer = handler(view);
    return view.status().ok() ? std::move(answer) : Answer(view.status());
  }

  // Cuts the power and opens again: what was acknowledged must be there.
  void Restart() {
    disk_.PowerOff();
    store_.reset();
    disk_.PowerOn();
    Open();
  }

  storage::Store& store() { return *store_; }
  storage::MemoryDisk& disk() { return disk_; }
  FakeClock& clock() { return clock_; }

 private:
  static absl::Status ToStatus(const absl::Status& status) { return status; }
  template <class T>
  static absl::Status ToStatus(const absl::StatusOr<T>& answer) {
    return answer.status();
  }

  void Open() {
    storage::StoreOptions options;
    options.engine.path = "/store";
    options.engine.memory_disk = &disk_;
    options.owner = "test";
    options.loop.threaded = false;
    store_ = std::move(storage::Store::Open(std::move(options), &clock_)).value();
  }

  FakeClock clock_;
  storage::MemoryDisk disk_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_TEST_STORE_H_
