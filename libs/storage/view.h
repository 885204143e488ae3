// View and Txn: what a query and a command see of the store.
//
// A read that fails (disk, a corrupt record, a read that would wait where it may not) does not
// return an error at each call: it poisons the view. From then on every read finds nothing, and
// whoever made the view looks at status() after the handler and throws the handler's answer away.
// So handlers read without noise, and nothing that was decided on a failed read gets out.

#ifndef ONETHING_LIBS_STORAGE_VIEW_H_
#define ONETHING_LIBS_STORAGE_VIEW_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/engine.h"

namespace onething::storage {

// Committed values that the commands of a group have read: a row that is found, changed and found
// again is read from the engine once.
using ReadMemo = absl::flat_hash_map<std::string, std::optional<std::string>>;

// What a view reads: a snapshot, and over it what is written but not yet in it. The parts outlive
// the view; all but the snapshot may be null.
struct Layers {
  const Snapshot& snapshot;
  // Of the commands of this group.
  const WriteSet* written = nullptr;
  ReadMemo* memo = nullptr;
};

// Reads one state of the store. Used by one thread at a time.
class View {
 public:
  // Reads `snapshot`, which must outlive the view.
  explicit View(const Snapshot& snapshot, absl::Time now, ReadTier tier = ReadTier::kAll)
      : View(Layers{.snapshot = snapshot}, now, tier) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  // The value of `key`; nullopt when absent or the view is poisoned.
  std::optional<std::string> Get(absl::string_view key) const;

  // Calls `visit` for the entries of `range` in key order until it returns false.
  void Scan(const KeyRange& range,
            const std::function<bool(absl::string_view key, absl::string_view value)>& visit) const;

  // The instant of this query or command. For a command it never runs backwards, over restarts too.
  absl::Time now() const { return now_; }

  // OK unless poisoned. UNAVAILABLE with would_block() when a memory-only view met the disk.
  const absl::Status& status() const { return status_; }
  bool would_block() const { return would_block_; }

  // Marks everything read here as worthless. Keeps the first reason.
  void Poison(absl::Status status) const;

 protected:
  View(const Layers& layers, absl::Time now, ReadTier tier)
      : layers_(layers), now_(now), tier_(tier) {}

 private:
  std::optional<std::string> ReadCommitted(absl::string_view key) const;

  const Layers layers_;
  const absl::Time now_;
  const ReadTier tier_;
  mutable absl::Status status_;
  mutable bool would_block_ = false;
};

// A view that writes. Lives for one command on the commit loop; sees its own writes and those of
// the commands before it in its group. A command that returns an error leaves nothing behind.
class Txn : public View {
 public:
  // Called once what the command wrote is durable.
  using CommitHook = std::function<void()>;

  // Writes into `written`, which outlives the transaction.
  Txn(const Snapshot& snapshot, WriteSet* written, absl::Time now)
      : Txn(Layers{.snapshot = snapshot, .written = written}, written, now) {}

  // The same over what `layers` say, of which `written` is the uppermost.
  Txn(const Layers& layers, WriteSet* written, absl::Time now)
      : View(layers, now, ReadTier::kAll), written_(written) {}

  void Put(std::string key, std::string value) { Write(std::move(key), std::move(value)); }
  void Delete(std::string key) { Write(std::move(key), std::nullopt); }

  // The next number of a named sequence: 1, 2, 3, … without gaps over committed commands.
  uint64_t NextInSequence(absl::string_view sequence);

  // Remembers what to do after the commit. Forgotten when rolled back.
  void OnCommit(CommitHook hook) { hooks_.push_back(std::move(hook)); }

  // A state of this transaction to come back to.
  struct SavePoint {
    size_t writes = 0;
    size_t hooks = 0;
    size_t bytes = 0;
  };
  SavePoint Save() const { return {undo_.size(), hooks_.size(), bytes_written_}; }

  // Takes back every write and hook since construction, or since `save_point`. A poison stays.
  void RollBack() { RollBack(SavePoint()); }
  void RollBack(const SavePoint& save_point);

  // The hooks of a command that is kept.
  std::vector<CommitHook> TakeHooks() { return std::move(hooks_); }

  // Bytes of keys and values written so far.
  size_t bytes_written() const { return bytes_written_; }

 private:
  struct Undo {
    std::string key;
    bool was_present;
    std::optional<std::string> value;
  };

  void Write(std::string key, std::optional<std::string> value);

  WriteSet* const written_;
  std::vector<Undo> undo_;
  std::vector<CommitHook> hooks_;
  size_t bytes_written_ = 0;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_VIEW_H_
