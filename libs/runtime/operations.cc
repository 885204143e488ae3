#include "libs/runtime/operations.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "libs/audit/audit.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/rpc/page_token.h"

namespace onething::runtime {
namespace {

using google::protobuf::util::TimeUtil;
using ops::v1::OutboxEntry;

// An entry as operators see it: who runs a service does not read what it sends.
OutboxEntry WithoutContent(OutboxEntry entry) {
  entry.clear_request();
  entry.clear_context();
  return entry;
}

absl::StatusOr<OutboxEntry> FindEntry(const outbox::Outbox& outbox, const storage::View& view,
                                      uint64_t id) {
  std::optional<OutboxEntry> entry = outbox.Find(view, id);
  if (!entry.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_OUTBOX_ENTRY_NOT_FOUND,
                     "没有这个编号的待发消息");
  }
  return WithoutContent(*std::move(entry));
}

// Whether a row has what the request asks for; what it leaves empty is not asked for.
bool Fits(const ops::v1::ListAuditRowsRequest& request, const ops::v1::AuditRow& row) {
  const auto fits = [](const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
  };
  return fits(request.caller(), row.caller()) && fits(request.method(), row.method()) &&
         fits(request.resource(), row.resource()) && fits(request.request_id(), row.request_id());
}

}  // namespace

absl::StatusOr<ops::v1::Diagnostics> Operations::GetDiagnostics(
    const storage::View& view, const rpc::Call&, const ops::v1::GetDiagnosticsRequest&) const {
  ops::v1::Diagnostics diagnostics;
  parts_.describe_process(&diagnostics);
  diagnostics.set_owner(parts_.owner);
  diagnostics.set_schema_version(parts_.schema_version);
  const storage::EngineStats stats = parts_.engine->Stats();
  diagnostics.set_store_disk_bytes(stats.disk_bytes);
  diagnostics.set_store_memory_bytes(stats.memory_bytes);
  *diagnostics.mutable_audit_head() = audit::HeadOf(view);
  for (const outbox::DestinationStats& destination : parts_.outbox->Stats(view)) {
    ops::v1::OutboxCounts* counts = diagnostics.add_outbox();
    counts->set_destination(destination.destination);
    counts->set_pending(destination.pending);
    counts->set_dead(destination.dead);
  }
  return diagnostics;
}

absl::StatusOr<ops::v1::ListOutboxEntriesResponse> Operations::ListOutboxEntries(
    const storage::View& view, const rpc::Call& call,
    const ops::v1::ListOutboxEntriesRequest& request) const {
  const rpc::PageTokens pages(call, request);
  outbox::ListOptions options = {.state = request.state(), .destination = request.destination()};
  ASSIGN_OR_RETURN(options.page, pages.Decode());
  const storage::Page<OutboxEntry> found = parts_.outbox->List(view, options);
  ops::v1::ListOutboxEntriesResponse response;
  for (const OutboxEntry& entry : found.records) {
    *response.add_entries() = WithoutContent(entry);
  }
  response.set_next_page_token(pages.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<OutboxEntry> Operations::ReplayOutboxEntry(
    storage::Txn& txn, const rpc::Call&, const ops::v1::ReplayOutboxEntryRequest& request) const {
  RETURN_IF_ERROR(parts_.outbox->Replay(txn, request.id()));
  return FindEntry(*parts_.outbox, txn, request.id());
}

absl::StatusOr<OutboxEntry> Operations::DropOutboxEntry(
    storage::Txn& txn, const rpc::Call&, const ops::v1::DropOutboxEntryRequest& request) const {
  ASSIGN_OR_RETURN(OutboxEntry entry, FindEntry(*parts_.outbox, txn, request.id()));
  RETURN_IF_ERROR(parts_.outbox->Drop(txn, request.id()));
  return entry;
}

absl::StatusOr<ops::v1::ListAuditRowsResponse> Operations::ListAuditRows(
    const storage::View& view, const rpc::Call& call,
    const ops::v1::ListAuditRowsRequest& request) const {
  const rpc::PageTokens pages(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, pages.Decode());
  const storage::Page<ops::v1::AuditRow> found =
      audit::List(view, page, [&](const ops::v1::AuditRow& row) { return Fits(request, row); });
  ops::v1::ListAuditRowsResponse response;
  response.mutable_rows()->Assign(found.records.begin(), found.records.end());
  response.set_next_page_token(pages.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<ops::v1::VerifyAuditResponse> Operations::VerifyAudit(
    const storage::View& view, const rpc::Call&, const ops::v1::VerifyAuditRequest& request) const {
  std::optional<ops::v1::AuditHead> expected;
  if (request.has_expected_head()) {
    expected = request.expected_head();
  }
  const audit::VerifyReport report = audit::Verify(view, expected);
  ops::v1::VerifyAuditResponse response;
  response.set_intact(!report.first_fault.has_value());
  response.set_row_count(report.rows);
  *response.mutable_head() = report.head;
  if (report.first_fault.has_value()) {
    response.set_finding(audit::Describe(*report.first_fault));
    response.set_fault_sequence(report.first_fault->sequence);
  }
  return response;
}

// Each check has a view of its own, because one that finds damage poisons the one it was given.
absl::StatusOr<ops::v1::CheckStoreResponse> Operations::CheckStore(
    const storage::View& view, const rpc::Call&, const ops::v1::CheckStoreRequest&) const {
  const auto snapshot = parts_.engine->TakeSnapshot();
  ops::v1::CheckStoreResponse response;
  response.set_sound(true);
  for (const StoreCheck& check : *parts_.checks) {
    const storage::View own_view(*snapshot, view.now());
    absl::Status status = check.run(own_view);
    status.Update(own_view.status());
    ops::v1::CheckResult* result = response.add_results();
    result->set_check(check.name);
    result->set_sound(status.ok());
    result->set_finding(std::string(status.message()));
    response.set_sound(response.sound() && status.ok());
  }
  return response;
}

// The head is read before the copy is made, so the copy has it.
absl::StatusOr<ops::v1::Backup> Operations::PrepareBackup(
    const storage::View& view, const rpc::Call&,
    const ops::v1::CreateBackupRequest& request) const {
  ops::v1::Backup backup;
  backup.set_backup_id(request.backup_id());
  backup.set_owner(parts_.owner);
  backup.set_schema_version(parts_.schema_version);
  *backup.mutable_create_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(view.now()));
  *backup.mutable_audit_head() = audit::HeadOf(view);
  RETURN_IF_ERROR(view.status());
  return parts_.backups->Create(parts_.engine, backup, request.request_id());
}

absl::StatusOr<ops::v1::Backup> Operations::CreateBackup(storage::Txn& txn, const rpc::Call&,
                                                         const ops::v1::CreateBackupRequest&,
                                                         const ops::v1::Backup& made) const {
  txn.OnCommit([this] { parts_.backups_made->Increment(); });
  return made;
}

absl::StatusOr<ops::v1::ListBackupsResponse> Operations::ListBackups(
    const storage::View&, const rpc::Call& call, const ops::v1::ListBackupsRequest& request) const {
  const rpc::PageTokens pages(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, pages.Decode());
  ops::v1::ListBackupsResponse response;
  for (ops::v1::Backup& backup : parts_.backups->List(parts_.owner)) {
    if (backup.backup_id() <= page.cursor) {
      continue;
    }
    if (static_cast<size_t>(response.backups_size()) == page.size) {
      response.set_next_page_token(
          pages.Encode(response.backups(response.backups_size() - 1).backup_id()));
      break;
    }
    *response.add_backups() = std::move(backup);
  }
  return response;
}

void RegisterOperations(rpc::Router& router, const Operations& operations) {
  rpc::ServiceMethods methods(&router, "onething.ops.v1.Operations");
  methods.Query(&operations, &Operations::GetDiagnostics);
  methods.Query(&operations, &Operations::ListOutboxEntries);
  methods.Command(&operations, &Operations::ReplayOutboxEntry);
  methods.Command(&operations, &Operations::DropOutboxEntry);
  methods.Query(&operations, &Operations::ListAuditRows);
  methods.LongQuery(&operations, &Operations::VerifyAudit);
  methods.LongQuery(&operations, &Operations::CheckStore);
  methods.PreparedCommand(&operations, &Operations::PrepareBackup, &Operations::CreateBackup);
  methods.LongQuery(&operations, &Operations::ListBackups);
}

}  // namespace onething::runtime
