// A disk in memory for tests and the simulation: it can fail at any step, and can lose, as a power
// cut does, all that was not synced. The production engine runs on it unchanged.

#ifndef ONETHING_LIBS_STORAGE_MEMORY_DISK_H_
#define ONETHING_LIBS_STORAGE_MEMORY_DISK_H_

#include <cstdint>
#include <memory>

namespace onething::storage {

// Files that live as long as this object; outlives every engine opened on it. Thread safe.
class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  // Writing steps so far: create, append, sync (of files and directories), rename, link, delete.
  int64_t steps() const;

  // Makes writing step number `step` (counted from now, 0 = the next) and every later one fail;
  // negative = none.
  void FailFrom(int64_t step);

  // Makes the first `bytes` of a failing append reach the file, as a torn write does. Default 0.
  void TearFailingAppends(int64_t bytes);

  // Begins a power cut: every write fails until PowerOn. Close the engine in between.
  void PowerOff();

  // Ends a power cut: bytes that were not synced are gone (names of files are kept), failures are
  // cleared. With `newest_survives` the newest log keeps its bytes nevertheless.
  void PowerOn(bool newest_survives = false);

  // While true, whoever makes a table file waits.
  void HoldTables(bool hold);

  // For the engine: a rocksdb::Env*, owned by this.
  void* env() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_MEMORY_DISK_H_
