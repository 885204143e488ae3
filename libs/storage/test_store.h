// A store in memory with a fake clock, for tests: commands run on the calling thread, and the power
// can be cut. Not for services.

#ifndef ONETHING_LIBS_STORAGE_TEST_STORE_H_
#define ONETHING_LIBS_STORAGE_TEST_STORE_H_

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/storage/memory_disk.h"
#include "libs/storage/store.h"
#include "libs/storage/view.h"

namespace onething::storage {

// Owns disk, clock and store. Used by one thread.
class TestStore {
 public:
  // Opens an empty store of owner `test/0`; throws when that fails, as every open here.
  TestStore() : TestStore(CommitLoop::Options{.threaded = false}) {}
  explicit TestStore(CommitLoop::Options loop) : loop_options_(std::move(loop)) { Open(); }

  // Closes the store and opens it again.
  void Reopen() {
    Close();
    Open();
  }

  // Loses what was not synced, then opens again.
  void CutPower() {
    disk_.PowerOff();
    Close();
    disk_.PowerOn();
    Open();
  }

  void Close() { store_.reset(); }
  void Open() { store_ = Store::Open(MakeOptions(), &clock_).value(); }

  // What the store is opened with.
  StoreOptions MakeOptions() {
    return {.engine = {.path = "/store", .memory_disk = &disk_},
            .owner = "test/0",
            .loop = loop_options_};
  }

  // Runs one command.
  absl::Status Run(CommitLoop::Command command) { return store_->loop().Run(std::move(command)); }

  // Runs `handler`, (Txn&) → Status or StatusOr, as one command and returns its answer once it is
  // committed; a failed commit's error wins.
  template <class Handler>
  auto Command(Handler handler) {
    using Answer = decltype(handler(std::declval<Txn&>()));
    std::optional<Answer> answer;
    const absl::Status status = Run([&](Txn& txn) {
      answer.emplace(handler(txn));
      return StatusOf(*answer);
    });
    return status.ok() ? *std::move(answer) : Answer(status);
  }

  // Calls `read` with a view of the last commit and returns what it returns; where that is a Status
  // or a StatusOr, a record that cannot be read wins, as for a service's caller.
  template <class Read>
  auto Query(Read read, ReadTier tier = ReadTier::kAll) {
    const auto snapshot = store_->engine().TakeSnapshot();
    const View view(*snapshot, clock_.Now(), tier);
    using Answer = decltype(read(view));
    if constexpr (std::is_convertible_v<absl::Status, Answer>) {
      Answer answer = read(view);
      return view.status().ok() ? std::move(answer) : Answer(view.status());
    } else {
      return read(view);
    }
  }

  Store& store() { return *store_; }
  Engine& engine() { return store_->engine(); }
  CommitLoop& loop() { return store_->loop(); }
  FakeClock& clock() { return clock_; }
  MemoryDisk& disk() { return disk_; }

 private:
  static absl::Status StatusOf(const absl::Status& status) { return status; }
  template <class T>
  static absl::Status StatusOf(const absl::StatusOr<T>& answer) {
    return answer.status();
  }

  const CommitLoop::Options loop_options_;
  MemoryDisk disk_;
  FakeClock clock_;
  std::unique_ptr<Store> store_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_TEST_STORE_H_
