#include "libs/storage/rocksdb_engine.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/mutex.h"
#include "libs/base/status.h"
#include "libs/storage/key.h"

namespace onething::storage {
namespace {

constexpr int kOpenFilesMax = 512;
constexpr size_t kLogFileBytes = size_t{1} << 20;
constexpr double kBloomBitsPerKey = 10;
constexpr double kMemtableBloomPart = 0.02;
// What opening a store may write.
constexpr uint64_t kFreeBytesMin = uint64_t{32} << 20;

rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT, message);
  }
  return MakeError(absl::StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL, message);
}

rocksdb::ReadOptions ToReadOptions(const rocksdb::Snapshot* snapshot, ReadTier tier) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.read_tier = tier == ReadTier::kMemory ? rocksdb::kBlockCacheTier : rocksdb::kReadAllTier;
  return options;
}

class RocksdbIterator final : public Iterator {
 public:
  RocksdbIterator(rocksdb::DB* db, const rocksdb::Snapshot* snapshot, const KeyRange& range,
                  ReadTier tier)
      : end_(range.end), end_slice_(end_) {
    rocksdb::ReadOptions options = ToReadOptions(snapshot, tier);
    if (!end_.empty()) {
      options.iterate_upper_bound = &end_slice_;
    }
    iterator_.reset(db->NewIterator(options));
    iterator_->Seek(range.first);
  }

  bool Valid() const override { return iterator_->Valid(); }
  void Next() override { iterator_->Next(); }
  absl::string_view key() const override { return ToView(iterator_->key()); }
  absl::string_view value() const override { return ToView(iterator_->value()); }
  absl::Status status() const override {
    const rocksdb::Status status = iterator_->status();
    return status.IsIncomplete() ? absl::UnavailableError("the scan would wait on the disk")
                                 : ToStatus(status, "scan");
  }

 private:
  const std::string end_;
  const rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksdbSnapshot final : public Snapshot {
 public:
  explicit RocksdbSnapshot(rocksdb::DB* db) : db_(db), snapshot_(db->GetSnapshot()) {}
  ~RocksdbSnapshot() override { db_->ReleaseSnapshot(snapshot_); }

  absl::StatusOr<Lookup> Get(absl::string_view key, ReadTier tier,
                             std::string* value) const override {
    const rocksdb::Status status = db_->Get(ToReadOptions(snapshot_, tier), ToSlice(key), value);
    if (status.ok()) {
      return Lookup::kFound;
    }
    if (status.IsNotFound()) {
      return Lookup::kAbsent;
    }
    if (status.IsIncomplete()) {
      return Lookup::kWouldBlock;
    }
    return ToStatus(status, "read");
  }

  std::unique_ptr<Iterator> Scan(const KeyRange& range, ReadTier tier) const override {
    return std::make_unique<RocksdbIterator>(db_, snapshot_, range, tier);
  }

 private:
  rocksdb::DB* const db_;
  const rocksdb::Snapshot* const snapshot_;
};

// Replays the logs as far as they have no gap. A power cut may take the end of one log file and
// spare the next one, whose writes build on what is lost; none of them was synced, or the older
// file would have been too.
class GaplessReplay final : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long /*log_number*/, const std::string& log_file,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* /*new_batch*/,
                                     bool* /*batch_changed*/) override {
    if (batch.Count() == 0) {
      return WalProcessingOption::kContinueProcessing;
    }
    const uint64_t first = SequenceOf(batch);
    if (next_ != 0 && first > next_) {
      Log(LogLevel::kWarning, "the log has a gap; what follows was never acknowledged",
          {{"file", log_file}});
      return WalProcessingOption::kStopReplay;
    }
    next_ = first + batch.Count();
    return WalProcessingOption::kContinueProcessing;
  }

  const char* Name() const override { return "onething-gapless-replay"; }

 private:
  // A batch begins with the number of its first write: eight bytes, the least significant first.
  static uint64_t SequenceOf(const rocksdb::WriteBatch& batch) {
    uint64_t sequence = 0;
    for (int i = 7; i >= 0; --i) {
      sequence = sequence << 8 | static_cast<unsigned char>(batch.Data()[static_cast<size_t>(i)]);
    }
    return sequence;
  }

  // The number after the last write; 0 before the first.
  uint64_t next_ = 0;
};

class RocksdbEngine final : public Engine {
 public:
  // The filter was used to open `db`, which keeps naming it.
  RocksdbEngine(std::unique_ptr<rocksdb::WalFilter> filter, std::unique_ptr<rocksdb::DB> db)
      : filter_(std::move(filter)), db_(std::move(db)), durable_(TakeWritten()) {}

  std::shared_ptr<const Snapshot> TakeSnapshot() const override {
    LeaveOutCounters();
    MutexLock lock(&mutex_);
    return durable_;
  }

  std::unique_ptr<Snapshot> TakeWritten() const override {
    LeaveOutCounters();
    return std::make_unique<RocksdbSnapshot>(db_.get());
  }

  absl::Status Write(const WriteSet& writes) override {
    rocksdb::WriteBatch batch;
    for (const auto& [key, value] : writes) {
      const rocksdb::Status status = value.has_value() ? batch.Put(key, *value) : batch.Delete(key);
      if (!status.ok()) {
        return ToStatus(status, "batch");
      }
    }
    return ToStatus(db_->Write(rocksdb::WriteOptions(), &batch), "write");
  }

  absl::Status Sync() override {
    // Taken first: what comes to the log meanwhile may not be part of this sync.
    std::shared_ptr<const Snapshot> synced = TakeWritten();
    RETURN_IF_ERROR(ToStatus(db_->SyncWAL(), "sync"));
    MutexLock lock(&mutex_);
    durable_.swap(synced);
    return absl::OkStatus();
  }

  absl::Status Checkpoint(const std::string& path) override {
    if (db_->GetEnv()->FileExists(path).ok()) {
      return MakeError(absl::StatusCode::kFailedPrecondition,
                       common::v1::ERROR_REASON_BACKUP_TARGET,
                       absl::StrCat("备份目录已存在: ", path), {{"path", path}});
    }
    rocksdb::Checkpoint* raw = nullptr;
    rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &raw);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
    if (status.ok()) {
      status = checkpoint->CreateCheckpoint(path);
    }
    return ToStatus(status, "checkpoint");
  }

  EngineStats Stats() const override {
    const auto number = [this](const rocksdb::Slice& property) {
      uint64_t value = 0;
      db_->GetIntProperty(property, &value);
      return value;
    };
    return {.disk_bytes = number(rocksdb::DB::Properties::kTotalSstFilesSize),
            .memory_bytes = number(rocksdb::DB::Properties::kCurSizeAllMemTables) +
                            number(rocksdb::DB::Properties::kBlockCacheUsage),
            .write_stalls = number(rocksdb::DB::Properties::kIsWriteStopped)};
  }

 private:
  // RocksDB's own counters cost more than a read from memory; ours are elsewhere.
  static void LeaveOutCounters() { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

  const std::unique_ptr<rocksdb::WalFilter> filter_;
  const std::unique_ptr<rocksdb::DB> db_;
  mutable Mutex mutex_;
  // Shared with the readers that took it.
  std::shared_ptr<const Snapshot> durable_ ABSL_GUARDED_BY(mutex_);
};

rocksdb::Options ToRocksdb(const RocksdbOptions& options) {
  rocksdb::Options db;
  db.create_if_missing = true;
  db.paranoid_checks = true;
  // A log whose end is torn is what a crash leaves; anything else wrong in it is damage and must be
  // seen.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.avoid_flush_during_shutdown = true;
  db.write_buffer_size = options.write_buffer_bytes;
  db.max_write_buffer_number = 2;
  // One thread writes, and most of what it looks up is not there: numbers of new requests.
  db.allow_concurrent_memtable_write = false;
  // Most rows of a table come in the order of their keys: each is put in beside the one before.
  db.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(TablePrefix(TableId::kMeta).size()));
  db.memtable_whole_key_filtering = true;
  db.memtable_prefix_bloom_size_ratio = kMemtableBloomPart;
  db.max_open_files = kOpenFilesMax;
  db.max_background_jobs = 2;
  db.max_log_file_size = kLogFileBytes;
  db.keep_log_file_num = 3;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  // What was just written is soon read or rewritten; what has come to rest is compressed.
  db.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression,
                              rocksdb::kLZ4Compression};
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.cache_index_and_filter_blocks = true;
  // Every new request_id is looked up in the newest files: their filters are always at hand.
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
  db.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  if (options.memory_disk != nullptr) {
    db.env = static_cast<rocksdb::Env*>(options.memory_disk->env());
  }
  return db;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> OpenRocksdb(const RocksdbOptions& options) {
  rocksdb::Options db_options = ToRocksdb(options);
  auto replay = std::make_unique<GaplessReplay>();
  db_options.wal_filter = replay.get();
  rocksdb::Status status = db_options.env->CreateDirIfMissing(options.path);
  // RocksDB may end the process when the disk fills while it opens.
  uint64_t free_bytes = 0;
  if (status.ok() && db_options.env->GetFreeSpace(options.path, &free_bytes).ok() &&
      free_bytes < kFreeBytesMin) {
    return absl::FailedPreconditionError(
        absl::StrCat("the disk of ", options.path, " is full: ", free_bytes >> 20,
                     " MiB free, at least ", kFreeBytesMin >> 20, " needed"));
  }
  rocksdb::DB* raw = nullptr;
  if (status.ok()) {
    status = rocksdb::DB::Open(db_options, options.path, &raw);
  }
  std::unique_ptr<rocksdb::DB> db(raw);
  if (status.IsIOError() && absl::StrContains(status.ToString(), "LOCK")) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store directory is in use by another process: ", options.path));
  }
  if (!status.ok()) {
    return ToStatus(status, absl::StrCat("open ", options.path));
  }
  return std::make_unique<RocksdbEngine>(std::move(replay), std::move(db));
}

}  // namespace onething::storage
