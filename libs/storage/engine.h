// The storage seam: all that the suite asks of a key-value store. RocksDB is behind it today
// (rocksdb_engine.h); a distributed engine will be. Everything else — views, transactions, tables,
// the commit loop — is built on these few calls, once.

#ifndef ONETHING_LIBS_STORAGE_ENGINE_H_
#define ONETHING_LIBS_STORAGE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace onething::storage {

// Where a read may look.
enum class ReadTier {
  // Memory and disk.
  kAll,
  // Memory only: a read that would have to wait on the disk says so (Lookup::kWouldBlock) instead.
  kMemory,
};

// The answer of a point read that did not fail.
enum class Lookup { kFound, kAbsent, kWouldBlock };

// Half-open range of keys [first, end); an empty end means to the last key.
struct KeyRange {
  std::string first;
  std::string end;
};

// Walks keys in order. Not thread safe. Keys and values are valid until the next move.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  virtual absl::string_view key() const = 0;
  virtual absl::string_view value() const = 0;
  // Not OK after a failed read; UNAVAILABLE when a kMemory walk would have to wait on the disk.
  virtual absl::Status status() const = 0;
};

// The store as it was at one commit. Safe from any thread; must not outlive its engine.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // Reads one key into `value`. DATA_LOSS or INTERNAL when the store cannot be read.
  virtual absl::StatusOr<Lookup> Get(absl::string_view key, ReadTier tier,
                                     std::string* value) const = 0;

  // A walk over `range`, standing at its first key.
  virtual std::unique_ptr<Iterator> Scan(const KeyRange& range, ReadTier tier) const = 0;
};

// Puts and deletes that take effect together, by key; nullopt deletes.
using WriteSet = absl::btree_map<std::string, std::optional<std::string>, std::less<>>;

// What an operator wants to know of a store.
struct EngineStats {
  uint64_t disk_bytes = 0;
  uint64_t memory_bytes = 0;
  uint64_t write_stalls = 0;
};

// One open store. A change is written, then synced: written, the next change may build on it;
// synced, it is there after a power cut, and only then others see it. Snapshots may be taken from
// any thread; writes come from one, syncs from one other.
class Engine {
 public:
  virtual ~Engine() = default;

  // The state that the last sync made durable.
  virtual std::shared_ptr<const Snapshot> TakeSnapshot() const = 0;

  // The state after the last write, durable or not.
  virtual std::unique_ptr<Snapshot> TakeWritten() const = 0;

  // Writes the whole set, or fails. After a failure, of a sync too, the engine is done with: the
  // process must end and recover by opening again; what was not synced may or may not be found
  // then, each set whole or not at all and none without those before it.
  virtual absl::Status Write(const WriteSet& writes) = 0;

  // Makes durable, and then visible, all that was written before the call.
  virtual absl::Status Sync() = 0;

  // Writes a consistent copy into the directory `path`, which must not exist; the store goes on.
  // FAILED_PRECONDITION (BACKUP_TARGET) when it does, INTERNAL when it cannot be written.
  virtual absl::Status Checkpoint(const std::string& path) = 0;

  virtual EngineStats Stats() const = 0;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_ENGINE_H_
