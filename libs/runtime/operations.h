// Operations: the handlers of onething.ops.v1.Operations, the same for every service. What each
// method answers and refuses is in operations.proto.

#ifndef ONETHING_LIBS_RUNTIME_OPERATIONS_H_
#define ONETHING_LIBS_RUNTIME_OPERATIONS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/outbox/outbox.h"
#include "libs/rpc/call.h"
#include "libs/rpc/router.h"
#include "libs/runtime/backup.h"
#include "libs/storage/engine.h"
#include "libs/storage/view.h"
#include "libs/telemetry/metrics.h"
#include "onething/ops/v1/operations.pb.h"

namespace onething::runtime {

// A part of the store that can be proven sound.
struct StoreCheck {
  std::string name;
  // Reads through the view; DATA_LOSS naming what is wrong.
  std::function<absl::Status(const storage::View&)> run;
};

// Stateless over its parts: queries may run on any thread, commands on the commit loop.
class Operations {
 public:
  // All outlive the operations.
  struct Parts {
    // Store::owner() and the schema it has.
    std::string owner;
    uint64_t schema_version = 0;
    storage::Engine* engine = nullptr;
    const outbox::Outbox* outbox = nullptr;
    BackupDirectory* backups = nullptr;
    // Complete before the first call.
    const std::vector<StoreCheck>* checks = nullptr;
    telemetry::Counter* backups_made = nullptr;
    // Fills in what is known of the process: everything but outbox, audit head and owner.
    std::function<void(ops::v1::Diagnostics*)> describe_process;
  };

  explicit Operations(Parts parts) : parts_(std::move(parts)) {}

  absl::StatusOr<ops::v1::Diagnostics> GetDiagnostics(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::GetDiagnosticsRequest& request) const;

  absl::StatusOr<ops::v1::ListOutboxEntriesResponse> ListOutboxEntries(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::ListOutboxEntriesRequest& request) const;
  absl::StatusOr<ops::v1::OutboxEntry> ReplayOutboxEntry(
      storage::Txn& txn, const rpc::Call& call,
      const ops::v1::ReplayOutboxEntryRequest& request) const;
  absl::StatusOr<ops::v1::OutboxEntry> DropOutboxEntry(
      storage::Txn& txn, const rpc::Call& call,
      const ops::v1::DropOutboxEntryRequest& request) const;

  absl::StatusOr<ops::v1::ListAuditRowsResponse> ListAuditRows(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::ListAuditRowsRequest& request) const;
  absl::StatusOr<ops::v1::VerifyAuditResponse> VerifyAudit(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::VerifyAuditRequest& request) const;
  absl::StatusOr<ops::v1::CheckStoreResponse> CheckStore(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::CheckStoreRequest& request) const;

  // The backup is made by Prepare; the command only makes it known to the audit trail.
  absl::StatusOr<ops::v1::Backup> PrepareBackup(const storage::View& view, const rpc::Call& call,
                                                const ops::v1::CreateBackupRequest& request) const;
  absl::StatusOr<ops::v1::Backup> CreateBackup(storage::Txn& txn, const rpc::Call& call,
                                               const ops::v1::CreateBackupRequest& request,
                                               const ops::v1::Backup& made) const;
  absl::StatusOr<ops::v1::ListBackupsResponse> ListBackups(
      const storage::View& view, const rpc::Call& call,
      const ops::v1::ListBackupsRequest& request) const;

 private:
  const Parts parts_;
};

// Adds the methods of Operations to `router`. `operations` outlives it.
void RegisterOperations(rpc::Router& router, const Operations& operations);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_OPERATIONS_H_
