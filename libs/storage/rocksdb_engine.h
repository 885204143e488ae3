// The embedded engine: one RocksDB directory, every commit written to its log and synced. RocksDB's
// types stay in the .cc file.

#ifndef ONETHING_LIBS_STORAGE_ROCKSDB_ENGINE_H_
#define ONETHING_LIBS_STORAGE_ROCKSDB_ENGINE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/storage/engine.h"
#include "libs/storage/memory_disk.h"

namespace onething::storage {

struct RocksdbOptions {
  // Directory of the store, created when absent.
  std::string path;
  // Files live there instead of on the machine's disk; not owned. For tests.
  MemoryDisk* memory_disk = nullptr;
  // Memory for recent writes (two of these at most) and for read blocks.
  size_t write_buffer_bytes = size_t{16} << 20;
  size_t block_cache_bytes = size_t{32} << 20;
};

// Opens and recovers. FAILED_PRECONDITION when another process has the directory open; DATA_LOSS
// when it is corrupt; INTERNAL for other faults of the disk.
absl::StatusOr<std::unique_ptr<Engine>> OpenRocksdb(const RocksdbOptions& options);

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_ROCKSDB_ENGINE_H_
