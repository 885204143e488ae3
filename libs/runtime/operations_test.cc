#include "libs/runtime/operations.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "libs/base/error.h"
#include "libs/rpc/in_process_channel.h"
#include "libs/runtime/load_config.h"
#include "libs/runtime/test_counter.h"
#include "libs/storage/key.h"
#include "libs/storage/memory_disk.h"

namespace onething::runtime {
namespace {

using test::AddRequest;
using test::TempFolder;

// A peer that answers what the test says.
class FakePeer final : public rpc::Channel {
 public:
  explicit FakePeer(absl::StatusOr<std::string>* answer) : answer_(answer) {}
  void CallAsync(absl::string_view, std::string, const rpc::CallOptions&, Done done) override {
    done(*answer_);
  }

 private:
  absl::StatusOr<std::string>* const answer_;
};

config::v1::ServerConfig ServerIn(const TempFolder& folder) {
  testing::v1::CounterConfig config;
  const absl::Status loaded =
      LoadConfig({.config_file = folder.Write("c.yaml", test::ConfigText(folder))}, &config);
  REQUIRE(loaded.ok());
  return config.server();
}

// A service in memory, stepped by the test.
class Fixture {
 public:
  explicit Fixture(bool on_disk = false) {
    Channels channels;
    channels.emplace("relay", std::make_unique<FakePeer>(&peer_answer));
    HostOptions options = {.service = "test",
                           .schema_version = 2,
                           .server = ServerIn(folder),
                           .config_digest = "digest",
                           .threaded = false,
                           .memory_disk = on_disk ? nullptr : &disk};
    host = Host::Open(std::move(options), std::move(channels), &clock).value();
    counters = &test::WireCounters(*host);
    host->outbox().OnAnswer(
        "note", [](storage::Txn&, const outbox::OutboxEntry&,
                   const absl::StatusOr<std::string>& answer) { return answer.status(); });
    host->Start();
  }

  template <class Response>
  absl::StatusOr<Response> As(const std::string& identity, const std::string& method,
                              const google::protobuf::Message& request) {
    return rpc::InProcessChannel(&host->router(), identity)
        .Call<Response>("onething.ops.v1.Operations/" + method, request);
  }

  absl::StatusOr<test::pb::Counter> Add(int amount) {
    return rpc::InProcessChannel(&host->router(), "tester")
        .Call<test::pb::Counter>(test::kAdd, AddRequest(amount));
  }

  // Puts an entry into the outbox and lets the pump try it.
  void Enqueue() {
    REQUIRE(host->store()
                .loop()
                .Run([&](storage::Txn& txn) {
                  return host->outbox()
                      .Enqueue(txn, {.destination = "relay",
                                     .order_key = "cases/1",
                                     .method = "/x.Y/Z",
                                     .request = [](const std::string&) { return "secret"; },
                                     .kind = "note",
                                     .context = "secret"})
                      .status();
                })
                .ok());
    host->RunPending();
  }

  ops::v1::Diagnostics Diagnostics() {
    return As<ops::v1::Diagnostics>("operator", "GetDiagnostics", ops::v1::GetDiagnosticsRequest())
        .value();
  }

  TempFolder folder;
  storage::MemoryDisk disk;
  FakeClock clock;
  absl::StatusOr<std::string> peer_answer = absl::FailedPreconditionError("no");
  std::unique_ptr<Host> host;
  const test::Counters* counters = nullptr;
};

TEST_CASE("diagnostics tell build, store, queues, outbox and audit") {
  Fixture fixture;
  const absl::Time start = fixture.clock.Now();
  REQUIRE(fixture.Add(1).ok());
  fixture.Enqueue();
  fixture.clock.Advance(absl::Minutes(5));
  const ops::v1::Diagnostics told = fixture.Diagnostics();
  CHECK(told.service() == "test");
  CHECK(told.owner() == "test/36");
  CHECK(told.version() == "0.1.0");
  CHECK(told.schema_version() == 2);
  CHECK(told.config_digest() == "digest");
  CHECK(told.uptime().seconds() == 300);
  CHECK(told.start_time().seconds() == absl::ToUnixSeconds(start));
  CHECK(told.last_commit_time().seconds() == absl::ToUnixSeconds(start));
  CHECK(told.group_count() >= 2);
  CHECK(told.command_count() >= 2);
  CHECK(told.command_queue_size() == 0);
  CHECK(told.command_queue_max() == 4096);
  CHECK(told.executor_queue_max() == 1024);
  CHECK(told.audit_head().sequence() == 1);
  REQUIRE(told.outbox_size() == 1);
  CHECK(told.outbox(0).destination() == "relay");
  CHECK(told.outbox(0).dead() == 1);
  CHECK(told.resident_bytes() > 1'000'000);
}

TEST_CASE("a dead letter is seen without its content, replayed, and dropped") {
  Fixture fixture;
  fixture.Enqueue();
  fixture.Enqueue();
  const auto list = [&] {
    return fixture
        .As<ops::v1::ListOutboxEntriesResponse>("operator", "ListOutboxEntries",
                                                ops::v1::ListOutboxEntriesRequest())
        .value();
  };
  const ops::v1::ListOutboxEntriesResponse before = list();
  REQUIRE(before.entries_size() == 2);
  CHECK(before.entries(0).state() == ops::v1::OutboxEntry::DEAD);
  CHECK(before.entries(0).request().empty());
  CHECK(before.entries(0).context().empty());
  CHECK(before.entries(1).state() == ops::v1::OutboxEntry::PENDING);

  ops::v1::ReplayOutboxEntryRequest replay;
  replay.set_id(before.entries(1).id());
  replay.set_request_id("replay-1");
  CHECK(ReasonOf(
            fixture.As<ops::v1::OutboxEntry>("operator", "ReplayOutboxEntry", replay).status()) ==
        common::v1::ERROR_REASON_OUTBOX_ENTRY_STATE);
  replay.set_id(999);
  CHECK(ReasonOf(
            fixture.As<ops::v1::OutboxEntry>("operator", "ReplayOutboxEntry", replay).status()) ==
        common::v1::ERROR_REASON_OUTBOX_ENTRY_NOT_FOUND);
  replay.set_id(before.entries(0).id());
  const auto replayed = fixture.As<ops::v1::OutboxEntry>("operator", "ReplayOutboxEntry", replay);
  REQUIRE(replayed.ok());
  CHECK(replayed->state() == ops::v1::OutboxEntry::PENDING);
  CHECK(replayed->request().empty());
  fixture.host->RunPending();
  CHECK(list().entries(0).state() == ops::v1::OutboxEntry::DEAD);

  ops::v1::DropOutboxEntryRequest drop;
  drop.set_id(before.entries(0).id());
  drop.set_request_id("drop-1111");
  fixture.peer_answer = "";
  const auto dropped = fixture.As<ops::v1::OutboxEntry>("operator", "DropOutboxEntry", drop);
  REQUIRE(dropped.ok());
  CHECK(dropped->request().empty());
  fixture.host->RunPending();
  CHECK(list().entries_size() == 0);
  const telemetry::Metrics& metrics = fixture.host->metrics();
  CHECK(metrics.outbox.sends.With({"relay", "refused"}).Value() == 2);
  CHECK(metrics.outbox.sends.With({"relay", "ok"}).Value() == 1);
}

TEST_CASE("audit rows are listed by page and by what is asked for") {
  Fixture fixture;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(fixture.Add(i).ok());
  }
  ops::v1::ListAuditRowsRequest request;
  request.set_page_size(3);
  auto page = fixture.As<ops::v1::ListAuditRowsResponse>("supervisor", "ListAuditRows", request);
  REQUIRE(page.ok());
  CHECK(page->rows_size() == 3);
  CHECK(page->rows(0).sequence() == 1);
  request.set_page_token(page->next_page_token());
  page = fixture.As<ops::v1::ListAuditRowsResponse>("supervisor", "ListAuditRows", request);
  REQUIRE(page.ok());
  CHECK(page->rows_size() == 2);
  CHECK(page->next_page_token().empty());
  request.Clear();
  request.set_caller("nobody");
  CHECK(fixture.As<ops::v1::ListAuditRowsResponse>("operator", "ListAuditRows", request)
            ->rows_size() == 0);
  request.set_caller("tester");
  CHECK(fixture.As<ops::v1::ListAuditRowsResponse>("operator", "ListAuditRows", request)
            ->rows_size() == 5);
}

TEST_CASE("the audit chain verifies until a row is damaged or cut off") {
  Fixture fixture;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(fixture.Add(i).ok());
  }
  const auto verify = [&](const ops::v1::VerifyAuditRequest& request) {
    return fixture.As<ops::v1::VerifyAuditResponse>("supervisor", "VerifyAudit", request).value();
  };
  ops::v1::VerifyAuditRequest with_head;
  *with_head.mutable_expected_head() = fixture.Diagnostics().audit_head();
  CHECK(verify({}).intact());
  CHECK(verify({}).row_count() == 3);
  CHECK(verify(with_head).intact());
  with_head.mutable_expected_head()->set_sequence(4);
  CHECK_FALSE(verify(with_head).intact());

  // As someone with access to the files would do it, past every command.
  const std::string key = storage::EncodeKey(storage::TableId::kAudit, uint64_t{2});
  std::string row;
  REQUIRE(fixture.host->store()
              .engine()
              .TakeSnapshot()
              ->Get(key, storage::ReadTier::kAll, &row)
              .value() == storage::Lookup::kFound);
  row[row.find("tester")] = 'T';
  REQUIRE(fixture.host->store().engine().Write({{key, row}}).ok());
  REQUIRE(fixture.host->store().engine().Sync().ok());
  const ops::v1::VerifyAuditResponse found = verify({});
  CHECK_FALSE(found.intact());
  CHECK(found.fault_sequence() == 2);
  CHECK(found.row_count() == 1);
  CHECK(found.finding() == "audit row 2 was changed");
}

TEST_CASE(
    "checking the store answers for every part, and one that is damaged does not hide another") {
  Fixture fixture;
  fixture.host->AddCheck("damaged", [](const storage::View& view) {
    view.Poison(absl::DataLossError("a stored row cannot be read"));
    return absl::OkStatus();
  });
  fixture.host->AddCheck("after", [](const storage::View& view) { return view.status(); });
  const auto checked = fixture.As<ops::v1::CheckStoreResponse>("operator", "CheckStore",
                                                               ops::v1::CheckStoreRequest());
  REQUIRE(checked.ok());
  CHECK_FALSE(checked->sound());
  std::map<std::string, std::string> findings;
  for (const ops::v1::CheckResult& result : checked->results()) {
    CHECK(result.sound() == result.finding().empty());
    findings[result.check()] = result.finding();
  }
  CHECK(findings == std::map<std::string, std::string>{{"after", ""},
                                                       {"counter", ""},
                                                       {"damaged", "a stored row cannot be read"},
                                                       {"outbox", ""},
                                                       {"requests", ""}});
}

TEST_CASE("a backup made through the service opens as a service of the same owner") {
  Fixture fixture(true);
  REQUIRE(fixture.Add(42).ok());
  ops::v1::CreateBackupRequest request;
  request.set_backup_id("nightly");
  request.set_request_id("backup-1");
  const auto made = fixture.As<ops::v1::Backup>("operator", "CreateBackup", request);
  INFO(made.status());
  REQUIRE(made.ok());
  CHECK(made->owner() == "test/36");
  CHECK(made->schema_version() == 2);
  CHECK(made->audit_head().sequence() == 1);
  // The repeated request has the first answer.
  CHECK(fixture.As<ops::v1::Backup>("operator", "CreateBackup", request)->SerializeAsString() ==
        made->SerializeAsString());
  CHECK(fixture.host->metrics().storage.backups.Value() == 1);
  const auto listed = fixture.As<ops::v1::ListBackupsResponse>("operator", "ListBackups",
                                                               ops::v1::ListBackupsRequest());
  REQUIRE(listed.ok());
  REQUIRE(listed->backups_size() == 1);
  CHECK(listed->backups(0).SerializeAsString() == made->SerializeAsString());

  HostOptions options = {.service = "test",
                         .schema_version = 2,
                         .server = fixture.host->options().server,
                         .threaded = false};
  options.server.set_data_dir(fixture.folder.path("backups/nightly"));
  auto restored = Host::Open(options, {}, &fixture.clock);
  REQUIRE(restored.ok());
  test::WireCounters(**restored);
  rpc::InProcessChannel channel(&(*restored)->router(), "tester");
  CHECK(channel.Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest())->value() == 42);
}

TEST_CASE("backups are listed a page at a time") {
  Fixture fixture(true);
  for (const char* id : {"a", "b", "c"}) {
    ops::v1::CreateBackupRequest request;
    request.set_backup_id(id);
    request.set_request_id(absl::StrCat("request-", id));
    REQUIRE(fixture.As<ops::v1::Backup>("operator", "CreateBackup", request).ok());
  }
  ops::v1::ListBackupsRequest request;
  request.set_page_size(2);
  auto page = fixture.As<ops::v1::ListBackupsResponse>("operator", "ListBackups", request);
  REQUIRE(page.ok());
  CHECK(page->backups_size() == 2);
  request.set_page_token(page->next_page_token());
  page = fixture.As<ops::v1::ListBackupsResponse>("operator", "ListBackups", request);
  REQUIRE(page.ok());
  REQUIRE(page->backups_size() == 1);
  CHECK(page->backups(0).backup_id() == "c");
  CHECK(page->next_page_token().empty());
}

TEST_CASE("a backup id that leads elsewhere is refused before anything is done") {
  Fixture fixture(true);
  for (const char* id : {"", "../outside", "/outside", "a/b", "..", ".x"}) {
    INFO(id);
    ops::v1::CreateBackupRequest request;
    request.set_backup_id(id);
    request.set_request_id("backup-1");
    CHECK(ReasonOf(fixture.As<ops::v1::Backup>("operator", "CreateBackup", request).status()) ==
          common::v1::ERROR_REASON_FIELD_INVALID);
  }
  CHECK_FALSE(std::filesystem::exists(fixture.folder.path("backups")));
  CHECK(fixture.Diagnostics().audit_head().sequence() == 0);
}

TEST_CASE("only operators run a service; supervision reads and verifies its audit trail") {
  Fixture fixture;
  struct Row {
    const char* method;
    bool supervisor;
  };
  const Row rows[] = {
      {"GetDiagnostics", false},  {"ListOutboxEntries", false}, {"ReplayOutboxEntry", false},
      {"DropOutboxEntry", false}, {"ListAuditRows", true},      {"VerifyAudit", true},
      {"CheckStore", false},      {"CreateBackup", false},      {"ListBackups", false}};
  for (const Row& row : rows) {
    INFO(row.method);
    const auto reason = [&](const char* identity) {
      return ReasonOf(fixture
                          .As<ops::v1::GetDiagnosticsRequest>(identity, row.method,
                                                              ops::v1::GetDiagnosticsRequest())
                          .status());
    };
    CHECK(reason("tester") == common::v1::ERROR_REASON_ROLE_MISSING);
    CHECK((reason("supervisor") == common::v1::ERROR_REASON_ROLE_MISSING) == !row.supervisor);
    CHECK(reason("operator") != common::v1::ERROR_REASON_ROLE_MISSING);
  }
}

TEST_CASE("a tick is a command, and what it wrote is in the audit trail") {
  Fixture fixture;
  int runs = 0;
  fixture.host->AddTick("grow", absl::Seconds(10), [&](storage::Txn& txn) {
    if (++runs > 1) {
      fixture.counters->Add(txn, 5);
    }
    return absl::OkStatus();
  });
  fixture.host->RunTicks(fixture.clock.Now());
  fixture.host->RunPending();
  CHECK(fixture.Diagnostics().audit_head().sequence() == 0);
  fixture.clock.Advance(absl::Seconds(10));
  fixture.host->RunTicks(fixture.clock.Now());
  fixture.host->RunPending();
  CHECK(runs == 2);
  ops::v1::ListAuditRowsRequest request;
  request.set_method("(tick grow)");
  const auto rows =
      fixture.As<ops::v1::ListAuditRowsResponse>("operator", "ListAuditRows", request);
  REQUIRE(rows.ok());
  REQUIRE(rows->rows_size() == 1);
  CHECK(rows->rows(0).caller() == "test/36");
}

TEST_CASE("the gauges of a host are read from it, and an outbox that has emptied shows zero") {
  Fixture fixture;
  REQUIRE(fixture.Add(1).ok());
  fixture.Enqueue();
  const telemetry::Metrics& metrics = fixture.host->metrics();
  std::string text = metrics.CollectText();
  CHECK(absl::StrContains(text, "onething_outbox_dead{destination=\"relay\"} 1\n"));
  CHECK(absl::StrContains(text, "onething_audit_rows 1\n"));
  CHECK(absl::StrContains(text, "onething_commit_queue_limit 4096\n"));
  CHECK(absl::StrContains(text, "onething_storage_schema_version 2\n"));
  CHECK(metrics.storage.memory_bytes.Value() > 0);
  REQUIRE(fixture.host->store()
              .loop()
              .Run([&](storage::Txn& txn) { return fixture.host->outbox().Drop(txn, 1); })
              .ok());
  text = metrics.CollectText();
  CHECK(absl::StrContains(text, "onething_outbox_dead{destination=\"relay\"} 0\n"));
}

}  // namespace
}  // namespace onething::runtime
