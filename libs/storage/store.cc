#include "libs/storage/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/storage/key.h"

namespace onething::storage {
namespace {

std::string OwnerKey() { return EncodeKey(TableId::kMeta, std::string("owner")); }
std::string SchemaKey() { return EncodeKey(TableId::kMeta, std::string("schema_version")); }

}  // namespace

Store::Store(std::unique_ptr<Engine> engine, const Clock* clock, const StoreOptions& options)
    : owner_(options.owner),
      clock_(clock),
      engine_(std::move(engine)),
      loop_(std::make_unique<CommitLoop>(engine_.get(), clock, options.loop)) {}

Store::~Store() { loop_->Stop(); }

absl::StatusOr<std::unique_ptr<Store>> Store::Open(StoreOptions options, const Clock* clock) {
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenRocksdb(options.engine));
  std::unique_ptr<Store> store(new Store(std::move(engine), clock, options));
  RETURN_IF_ERROR(store->CheckIdentity(options));
  return store;
}

absl::Status Store::CheckIdentity(const StoreOptions& options) {
  uint64_t version = 0;
  RETURN_IF_ERROR(loop_->Run([&](Txn& txn) -> absl::Status {
    const std::optional<std::string> owner = txn.Get(OwnerKey());
    const std::optional<std::string> schema = txn.Get(SchemaKey());
    if (!owner.has_value() && !schema.has_value()) {
      txn.Put(OwnerKey(), options.owner);
      txn.Put(SchemaKey(), EncodeFields(options.schema_version));
      version = options.schema_version;
      return absl::OkStatus();
    }
    if (owner != options.owner) {
      return absl::FailedPreconditionError(absl::StrCat("the store ", options.engine.path,
                                                        " belongs to ", owner.value_or("nobody"),
                                                        ", not to ", options.owner));
    }
    if (!schema.has_value() || !DecodeFields(*schema, &version)) {
      return absl::DataLossError("the store has no readable schema version");
    }
    if (version > options.schema_version) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the store has schema ", version, "; this build reads up to ", options.schema_version));
    }
    return absl::OkStatus();
  }));
  while (version < options.schema_version) {
    const auto step = std::find_if(options.migrations.begin(), options.migrations.end(),
                                   [&](const Migration& m) { return m.from_version == version; });
    if (step == options.migrations.end()) {
      return absl::FailedPreconditionError(absl::StrCat("no migration from schema ", version));
    }
    RETURN_IF_ERROR(loop_->Run([&](Txn& txn) -> absl::Status {
      RETURN_IF_ERROR(step->run(txn));
      txn.Put(SchemaKey(), EncodeFields(version + 1));
      return absl::OkStatus();
    }));
    ++version;
  }
  return absl::OkStatus();
}

}  // namespace onething::storage
