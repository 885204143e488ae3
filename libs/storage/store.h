// Store: an engine, its identity and schema, and its commit loop — what a service opens first and
// closes last.

#ifndef ONETHING_LIBS_STORAGE_STORE_H_
#define ONETHING_LIBS_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/storage/commit_loop.h"
#include "libs/storage/rocksdb_engine.h"

namespace onething::storage {

// Brings records from one schema version to the next, in one command before the service serves.
struct Migration {
  uint64_t from_version;
  CommitLoop::Command run;
};

struct StoreOptions {
  RocksdbOptions engine;
  // Whose store this is, e.g. `workflow/36`: a directory of another owner is refused.
  std::string owner;
  // The schema this build writes, from 1. An older store is migrated step by step, a newer one
  // refused.
  uint64_t schema_version = 1;
  std::vector<Migration> migrations;
  CommitLoop::Options loop;
};

// One open store. Queries take snapshots from any thread; changes go through loop().
class Store {
 public:
  // Opens, recovers, checks the owner and migrates. FAILED_PRECONDITION: in use, another owner's,
  // newer schema, or a migration missing; DATA_LOSS or INTERNAL: as the engine says. `clock`
  // outlives the store.
  static absl::StatusOr<std::unique_ptr<Store>> Open(StoreOptions options, const Clock* clock);

  // Stops the loop and closes the engine.
  ~Store();

  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }
  CommitLoop& loop() { return *loop_; }
  const Clock& clock() const { return *clock_; }
  const std::string& owner() const { return owner_; }

 private:
  Store(std::unique_ptr<Engine> engine, const Clock* clock, const StoreOptions& options);

  absl::Status CheckIdentity(const StoreOptions& options);

  const std::string owner_;
  const Clock* const clock_;
  const std::unique_ptr<Engine> engine_;
  const std::unique_ptr<CommitLoop> loop_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_STORE_H_
