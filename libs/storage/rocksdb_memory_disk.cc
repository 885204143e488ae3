#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"
#include "libs/storage/memory_disk.h"

namespace onething::storage {
namespace {

using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Counts writing steps and decides which fail. Shared by the file system and its open files.
class Faults {
 public:
  // The fate of the next writing step.
  IOStatus Step() {
    const int64_t step = steps_.fetch_add(1);
    const int64_t fail_from = fail_from_.load();
    if (power_off_.load() || (fail_from >= 0 && step >= fail_from)) {
      return IOStatus::IOError("injected fault");
    }
    return IOStatus::OK();
  }

  void FailFrom(int64_t step) { fail_from_.store(step < 0 ? -1 : steps_.load() + step); }

  std::atomic<int64_t> steps_{0};
  std::atomic<int64_t> fail_from_{-1};
  std::atomic<int64_t> tear_bytes_{0};
  std::atomic<bool> power_off_{false};

  Mutex mutex_;
  // Bytes of each file that a power cut spares.
  std::map<std::string, uint64_t> synced_bytes_ ABSL_GUARDED_BY(mutex_);
  bool tables_held_ ABSL_GUARDED_BY(mutex_) = false;
  CondVar tables_free_;
};

// Whether the file's name ends so.
bool IsKind(const std::string& name, absl::string_view ending) {
  return absl::EndsWith(name, ending);
}

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<FSWritableFile> target, std::string name, Faults* faults)
      : FSWritableFileOwnerWrapper(std::move(target)), name_(std::move(name)), faults_(faults) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const IOStatus fate = faults_->Step();
    if (!fate.ok()) {
      const auto torn = static_cast<size_t>(faults_->tear_bytes_.load());
      if (torn > 0) {
        target()->Append(rocksdb::Slice(data.data(), std::min(torn, data.size())), options, debug);
      }
      return fate;
    }
    return target()->Append(data, options, debug);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = faults_->Step();
    if (status.ok()) {
      // What is appended meanwhile is not part of this sync.
      const uint64_t bytes = target()->GetFileSize(options, debug);
      status = target()->Sync(options, debug);
      MutexLock lock(&faults_->mutex_);
      faults_->synced_bytes_[name_] = bytes;
    }
    return status;
  }

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

  bool IsSyncThreadSafe() const override { return true; }

 private:
  const std::string name_;
  Faults* const faults_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<FSDirectory> target, Faults* faults)
      : FSDirectoryWrapper(std::move(target)), faults_(faults) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus fate = faults_->Step();
    return fate.ok() ? FSDirectoryWrapper::Fsync(options, debug) : fate;
  }

  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& /*reason*/) override {
    return Fsync(options, debug);
  }

 private:
  Faults* const faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target, Faults* faults)
      : FileSystemWrapper(target), faults_(faults) {}

  const char* Name() const override { return "onething-memory-disk"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* result,
                           IODebugContext* debug) override {
    if (IsKind(name, ".sst")) {
      MutexLock lock(&faults_->mutex_);
      while (faults_->tables_held_) {
        faults_->tables_free_.Wait(&faults_->mutex_);
      }
    }
    IOStatus status = faults_->Step();
    std::unique_ptr<FSWritableFile> file;
    if (status.ok()) {
      status = target()->NewWritableFile(name, options, &file, debug);
    }
    if (status.ok()) {
      MutexLock lock(&faults_->mutex_);
      faults_->synced_bytes_[name] = 0;
      *result = std::make_unique<FaultyFile>(std::move(file), name, faults_);
    }
    return status;
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = faults_->Step();
    if (status.ok()) {
      status = target()->RenameFile(from, to, options, debug);
    }
    if (status.ok()) {
      MutexLock lock(&faults_->mutex_);
      faults_->synced_bytes_.erase(to);
      auto moved = faults_->synced_bytes_.extract(from);
      if (!moved.empty()) {
        moved.key() = to;
        faults_->synced_bytes_.insert(std::move(moved));
      }
    }
    return status;
  }

  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* debug) override {
    const IOStatus fate = faults_->Step();
    return fate.ok() ? target()->LinkFile(from, to, options, debug) : fate;
  }

  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* result, IODebugContext* debug) override {
    std::unique_ptr<FSDirectory> directory;
    IOStatus status = target()->NewDirectory(name, options, &directory, debug);
    if (status.ok()) {
      *result = std::make_unique<FaultyDirectory>(std::move(directory), faults_);
    }
    return status;
  }

  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = faults_->Step();
    if (status.ok()) {
      status = target()->DeleteFile(name, options, debug);
    }
    if (status.ok()) {
      MutexLock lock(&faults_->mutex_);
      faults_->synced_bytes_.erase(name);
    }
    return status;
  }

  // Cuts every file back to what was synced; perhaps not the newest log.
  void LoseUnsynced(bool newest_survives) {
    std::map<std::string, uint64_t> files;
    {
      MutexLock lock(&faults_->mutex_);
      files = faults_->synced_bytes_;
    }
    std::string spared;
    for (const auto& [name, bytes] : files) {
      if (newest_survives && IsKind(name, ".log")) {
        spared = name;
      }
    }
    for (const auto& [name, bytes] : files) {
      std::string content;
      if (name == spared || !rocksdb::ReadFileToString(target(), name, &content).ok() ||
          content.size() <= bytes) {
        continue;
      }
      content.resize(bytes);
      rocksdb::WriteStringToFile(target(), content, name);
    }
  }

 private:
  Faults* const faults_;
};

// RocksDB sleeps a second after every background fault; a test with a fault at every step cannot
// wait for that.
class SleeplessEnv final : public rocksdb::EnvWrapper {
 public:
  SleeplessEnv(std::unique_ptr<rocksdb::Env> target, std::shared_ptr<rocksdb::FileSystem> files)
      : EnvWrapper(std::move(target)) {
    file_system_ = std::move(files);
  }

  void SleepForMicroseconds(int /*micros*/) override { std::this_thread::yield(); }
};

}  // namespace

class MemoryDisk::Impl {
 public:
  Impl()
      : memory_(rocksdb::NewMemEnv(rocksdb::Env::Default())),
        files_(std::make_shared<FaultyFileSystem>(memory_->GetFileSystem(), &faults_)),
        env_(std::make_unique<SleeplessEnv>(rocksdb::NewCompositeEnv(files_), files_)) {}

  Faults faults_;
  const std::unique_ptr<rocksdb::Env> memory_;
  // Shared because RocksDB's composite Env takes it so.
  const std::shared_ptr<FaultyFileSystem> files_;
  const std::unique_ptr<rocksdb::Env> env_;
};

MemoryDisk::MemoryDisk() : impl_(std::make_unique<Impl>()) {}
MemoryDisk::~MemoryDisk() = default;

int64_t MemoryDisk::steps() const { return impl_->faults_.steps_.load(); }
void MemoryDisk::FailFrom(int64_t step) { impl_->faults_.FailFrom(step); }
void MemoryDisk::TearFailingAppends(int64_t bytes) { impl_->faults_.tear_bytes_.store(bytes); }
void MemoryDisk::PowerOff() { impl_->faults_.power_off_.store(true); }

void MemoryDisk::HoldTables(bool hold) {
  MutexLock lock(&impl_->faults_.mutex_);
  impl_->faults_.tables_held_ = hold;
  impl_->faults_.tables_free_.SignalAll();
}

void MemoryDisk::PowerOn(bool newest_survives) {
  impl_->files_->LoseUnsynced(newest_survives);
  impl_->faults_.FailFrom(-1);
  impl_->faults_.power_off_.store(false);
}

void* MemoryDisk::env() const { return impl_->env_.get(); }

}  // namespace onething::storage
