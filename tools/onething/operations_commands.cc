#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "onething/ops/v1/operations.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/suite_file.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = ops::v1;

void PrintBackup(const v1::Backup& backup) {
  std::cout << backup.name() << "（" << backup.owner() << "）\n"
            << FactLines({{"时间", FullTime(backup.create_time())},
                          {"大小", absl::StrCat(BytesText(backup.size_bytes()), "，",
                                                backup.file_count(), " 个文件")},
                          {"审计链末端",
                           absl::StrCat(backup.audit_head().sequence(), "  ",
                                        absl::BytesToHexString(backup.audit_head().hash()))}});
}

void PrintBackups(const v1::ListBackupsResponse& response) {
  TextTable table({"备份", "库", "时间", "大小", "文件"});
  for (const v1::Backup& backup : response.backups()) {
    table.AddRow({backup.backup_id(), backup.owner(), FullTime(backup.create_time()),
                  BytesText(backup.size_bytes()), absl::StrCat(backup.file_count())});
  }
  std::cout << table.ToString();
}

void PrintEntry(const v1::OutboxEntry& entry) {
  std::cout << "发件 " << entry.id() << "（" << Word(entry.state()) << "）\n"
            << FactLines({{"去向", entry.destination()},
                          {"方法", entry.method()},
                          {"次序键", entry.order_key()},
                          {"失败次数", absl::StrCat(entry.attempts())},
                          {"下次发送", FullTime(entry.next_attempt_time())},
                          {"最近原因", entry.last_reason()},
                          {"最近错误", entry.last_error()}});
}

void PrintEntries(const v1::ListOutboxEntriesResponse& response) {
  TextTable table({"编号", "状态", "去向", "方法", "次序键", "失败", "下次发送", "最近错误"});
  for (const v1::OutboxEntry& entry : response.entries()) {
    table.AddRow({absl::StrCat(entry.id()), Word(entry.state()), entry.destination(),
                  entry.method(), entry.order_key(), absl::StrCat(entry.attempts()),
                  ClockTime(entry.next_attempt_time()), entry.last_error()});
  }
  std::cout << table.ToString();
}

void PrintRows(const v1::ListAuditRowsResponse& response) {
  TextTable table({"序", "时间", "方法", "身份", "代表", "对象", "结果"});
  for (const v1::AuditRow& row : response.rows()) {
    table.AddRow({absl::StrCat(row.sequence()), ClockTime(row.time()), row.method(), row.caller(),
                  row.on_behalf_of(), row.resource(), row.outcome()});
  }
  std::cout << table.ToString();
}

void PrintAuditVerdict(const v1::VerifyAuditResponse& response) {
  std::cout << (response.intact() ? "审计链完整" : "审计链被破坏") << "\n"
            << FactLines({{"核对行数", absl::StrCat(response.row_count())},
                          {"末端", absl::StrCat(response.head().sequence(), "  ",
                                                absl::BytesToHexString(response.head().hash()))},
                          {"发现", response.finding()},
                          {"位置", response.fault_sequence() == 0
                                       ? ""
                                       : absl::StrCat("第 ", response.fault_sequence(), " 行")}});
}

void PrintChecks(const v1::CheckStoreResponse& response) {
  TextTable table({"检查", "结果", "发现"});
  for (const v1::CheckResult& result : response.results()) {
    table.AddRow({result.check(), result.sound() ? "正常" : "有误", result.finding()});
  }
  std::cout << table.ToString();
}

void PrintDiagnostics(const v1::Diagnostics& found) {
  std::cout << found.service() << "（" << found.owner() << "，版本 " << found.version() << " "
            << found.commit() << "）\n"
            << FactLines(
                   {{"启动", FullTime(found.start_time())},
                    {"已运行", DurationText(found.uptime().seconds())},
                    {"配置摘要", found.config_digest().substr(0, 16)},
                    {"命令队列",
                     absl::StrCat(found.command_queue_size(), " / ", found.command_queue_max())},
                    {"查询队列",
                     absl::StrCat(found.executor_queue_size(), " / ", found.executor_queue_max())},
                    {"命令", absl::StrCat(found.command_count(), "，", found.group_count(), " 组")},
                    {"最近提交", FullTime(found.last_commit_time())},
                    {"库", BytesText(found.store_disk_bytes())},
                    {"内存", BytesText(found.resident_bytes())},
                    {"审计行", absl::StrCat(found.audit_head().sequence())}});
  for (const v1::OutboxCounts& counts : found.outbox()) {
    std::cout << "  发件箱 " << counts.destination() << "：待发 " << counts.pending() << "，死信 "
              << counts.dead() << "\n";
  }
}

uint64_t OutboxSum(const v1::Diagnostics& found, uint64_t (v1::OutboxCounts::*count)() const) {
  uint64_t sum = 0;
  for (const v1::OutboxCounts& counts : found.outbox()) {
    sum += (counts.*count)();
  }
  return sum;
}

// All services of the suite in one table; kUnreachable when one does not answer.
int ShowSuite(Session* session) {
  TextTable table({"服务", "版本", "已运行", "命令", "待发", "死信", "库", "内存", "审计行"});
  nlohmann::json services = nlohmann::json::object();
  int exit_code = kDone;
  for (const char* service : kServices) {
    const auto found =
        session->Call<v1::Diagnostics>(service, "onething.ops.v1.Operations/GetDiagnostics",
                                       kOperator.name, v1::GetDiagnosticsRequest());
    if (!found.ok()) {
      table.AddRow({service, std::string(found.status().message())});
      services[service] = nullptr;
      exit_code = kUnreachable;
      continue;
    }
    services[service] = nlohmann::json::parse(ToJson(*found));
    table.AddRow({service, found->version(), DurationText(found->uptime().seconds()),
                  absl::StrCat(found->command_count()),
                  absl::StrCat(OutboxSum(*found, &v1::OutboxCounts::pending)),
                  absl::StrCat(OutboxSum(*found, &v1::OutboxCounts::dead)),
                  BytesText(found->store_disk_bytes()), BytesText(found->resident_bytes()),
                  absl::StrCat(found->audit_head().sequence())});
  }
  session->ShowJson(nlohmann::json{{"services", services}}.dump(),
                    [&] { std::cout << table.ToString(); });
  return exit_code;
}

constexpr FieldOption kEntry{"id", "id", "发件编号"};

}  // namespace

void AddOperationsCommands(CLI::App& app, Program* program) {
  Noun backup(app, program, "backup", "备份：服务运行中复制其数据库");
  backup.Call<v1::CreateBackupRequest>("create", "新建备份", kOperator,
                                       {{"id", "backup_id", "备份的文件夹名"}}, PrintBackup);
  backup.Call<v1::ListBackupsRequest>("list", "列出备份", kOperator, {}, PrintBackups);

  Noun outbox(app, program, "outbox", "发件箱：尚未送达的调用和死信");
  outbox.Call<v1::ListOutboxEntriesRequest>(
      "list", "列出发件", kOperator,
      {{"--state", "state", "只列此状态"}, {"--destination", "destination", "只列此去向"}},
      PrintEntries);
  outbox.Call<v1::ReplayOutboxEntryRequest>("replay", "重发死信", kOperator, {kEntry}, PrintEntry);
  outbox.Call<v1::DropOutboxEntryRequest>("drop", "放弃死信，其后的发件继续", kOperator, {kEntry},
                                          PrintEntry);

  Noun audit(app, program, "audit", "审计：查询记录、核对哈希链");
  audit.Call<v1::ListAuditRowsRequest>("list", "列出审计记录，先早后晚", kSupervisor,
                                       {{"--caller", "caller", "只列此身份"},
                                        {"--method", "method", "只列此方法"},
                                        {"--resource", "resource", "只列此对象"},
                                        {"--of-request", "request_id", "只列此幂等键"}},
                                       PrintRows);
  audit.Call<v1::VerifyAuditRequest>(
      "verify", "核对整条审计链；被破坏时退出码为 1", kSupervisor,
      {{"--expect-sequence", "expected_head.sequence", "另存的末端序号，链中须有它"},
       {"--expect-hash", "expected_head.hash", "另存的末端哈希"}},
      PrintAuditVerdict, &v1::VerifyAuditResponse::intact);

  Noun service(app, program, "service", "服务：运行状态、数据库检查");
  service.Call<v1::GetDiagnosticsRequest>("status", "查看一个服务的运行状态", kOperator, {},
                                          PrintDiagnostics);
  AddVerb(service.app(), program, "overview", "查看全部服务的运行状态",
          [=](CLI::App&) { return [=] { return ShowSuite(&program->session); }; });
  service.Call<v1::CheckStoreRequest>("check", "核对数据库的索引与计数；有误时退出码为 1",
                                      kOperator, {}, PrintChecks, &v1::CheckStoreResponse::sound);
}

}  // namespace onething::tool
