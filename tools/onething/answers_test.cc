// What is shown of the services' answers.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"
#include "onething/license/v1/license.pb.h"
#include "onething/ops/v1/operations.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tools/onething/test_run.h"

namespace onething::tool {
namespace {

constexpr char kCitizen[] = "360100199001011234";

template <class Message>
Message FromText(const std::string& text) {
  Message message;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

template <class Message>
TestRun Answered(const std::string& arguments, const std::string& answer) {
  return Run(absl::StrSplit(arguments, ' '), FromText<Message>(answer).SerializeAsString());
}

TEST_CASE("lists mask names and citizen numbers, a single record shows them") {
  const std::string applicant =
      "kind: SUBJECT_KIND_PERSON name: '欧阳志锋' code: '360100199001011234'";
  const std::string task = "name: 'tasks/1' applicant { " + applicant + " }";
  const std::string found = "name: 'cases/1' application { applicant { " + applicant + " } }";
  const std::string license = "content { identifier: '1.2' holder { " + applicant + " } }";
  const TestRun lists[] = {
      Answered<workflow::v1::ListTasksResponse>("task list --authority C", "tasks {" + task + "}"),
      Answered<workflow::v1::ListCasesResponse>("case list", "cases {" + found + "}"),
      Answered<license::v1::ListLicensesResponse>("license list", "licenses {" + license + "}")};
  for (const TestRun& run : lists) {
    INFO(run.output);
    CHECK(absl::StrContains(run.output, "欧**锋"));
    CHECK(!absl::StrContains(run.output, "欧阳志锋"));
    CHECK(!absl::StrContains(run.output, kCitizen));
  }
  CHECK(absl::StrContains(lists[2].output, "360100********1234"));
  for (const TestRun& run : {Answered<workflow::v1::Task>("task get 1", task),
                             Answered<workflow::v1::Case>("case get 1", found),
                             Answered<license::v1::License>("license get 1.2", license)}) {
    INFO(run.output);
    CHECK(absl::StrContains(run.output, "欧阳志锋  360100199001011234"));
  }
}

TEST_CASE("a timeline is a table whose columns stand under each other") {
  const TestRun run = Answered<workflow::v1::ListTimelineResponse>("case timeline 1", R"(
      events { sequence: 1 time { seconds: 1772413205 } actor: 'portal' sentence: '申请已提交' }
      events { sequence: 12 time { seconds: 1772413265 } item: 'birth-cert' actor: 'authority'
               sentence: '出生医学证明首次签发：准予' })");
  CHECK(run.output ==
        "序  时间            子件        经手       经过\n"
        "──  ──────────────  ──────────  ─────────  ──────────────────────────\n"
        "1   03-02 09:00:05              portal     申请已提交\n"
        "12  03-02 09:01:05  birth-cert  authority  出生医学证明首次签发：准予\n");
}

TEST_CASE("a case shows for each item where it stands and what it waits for") {
  const TestRun run = Answered<workflow::v1::Case>("case get 1", R"(
      name: 'cases/36-2026-0000001' bundle_display_name: '新生儿出生一件事' state: STATE_IN_PROGRESS
      items { item: 'a' state: STATE_APPROVED license: '1.2.156' }
      items { item: 'b' state: STATE_WAITING waits_for: 'a' waits_for: 'c' }
      items { item: 'c' state: STATE_HANDED_OVER province: '33' transfer: 'transfers/36-33-1' }
      items { item: 'd' state: STATE_REFUSED reason: '材料不符' })");
  for (const char* text : {"新生儿出生一件事（办理中）", "1.2.156", "等待 a、c",
                           "33 省办理  transfers/36-33-1", "不予", "材料不符"}) {
    INFO(text);
    CHECK(absl::StrContains(run.output, text));
  }
}

TEST_CASE("a check whose answer is no ends with 1, in both forms") {
  struct Row {
    const char* arguments;
    std::string answer;
    int exit_code;
  };
  license::v1::VerifyLicenseResponse valid;
  valid.set_verdict(license::v1::VERDICT_VALID);
  license::v1::VerifyLicenseResponse revoked;
  revoked.set_verdict(license::v1::VERDICT_REVOKED);
  ops::v1::VerifyAuditResponse intact;
  intact.set_intact(true);
  ops::v1::CheckStoreResponse sound;
  sound.set_sound(true);
  const Row rows[] = {
      {"license verify 1.2 --cause x", valid.SerializeAsString(), kDone},
      {"license verify 1.2 --cause x", revoked.SerializeAsString(), kRefused},
      {"audit verify --service relay", intact.SerializeAsString(), kDone},
      {"audit verify --service relay", "", kRefused},
      {"service check --service relay", sound.SerializeAsString(), kDone},
      {"service check --service relay", "", kRefused},
  };
  for (const Row& row : rows) {
    INFO(row.arguments);
    std::vector<std::string> arguments = absl::StrSplit(row.arguments, ' ');
    CHECK(Run(arguments, row.answer).exit_code == row.exit_code);
    arguments.push_back("--json");
    const TestRun run = Run(arguments, row.answer);
    CHECK(run.exit_code == row.exit_code);
    CHECK(nlohmann::json::parse(run.output, nullptr, false).is_object());
  }
}

TEST_CASE("the receipts of a transfer are shown decoded") {
  relay::v1::ReceiptContent content;
  content.set_kind(relay::v1::ReceiptContent::KIND_DELIVERED);
  content.set_signer("33");
  content.set_envelope_digest("\x01\xff");
  content.mutable_time()->set_seconds(1772413205);
  content.set_payload("personal data");
  relay::v1::Transfer transfer;
  transfer.set_name("transfers/36-33-1");
  transfer.add_receipts()->set_content(content.SerializeAsString());
  transfer.add_receipts()->set_content("\xff");

  const TestRun run = Run({"transfer", "get", "36-33-1"}, transfer.SerializeAsString());
  INFO(run.output);
  CHECK(absl::StrContains(run.output, "送达回执  33 省  2026-03-02 09:00:05"));

  const TestRun json_run =
      Run({"transfer", "get", "36-33-1", "--json"}, transfer.SerializeAsString());
  const auto document = nlohmann::json::parse(json_run.output);
  const auto& decoded = document["receipts"][0]["decoded"];
  CHECK(decoded["kind"] == "KIND_DELIVERED");
  CHECK(decoded["signer"] == "33");
  CHECK(decoded["time"] == "2026-03-02T01:00:05Z");
  CHECK(decoded["envelope_digest"] == "01ff");
  CHECK(!decoded.contains("payload"));
  CHECK(document["receipts"][1]["decoded"]["kind"] == "KIND_UNSPECIFIED");
}

TEST_CASE("statistics show every level, from the best") {
  const TestRun run = Answered<rating::v1::Statistics>("rating statistics --region 36", R"(
      invited_count: 8 rated_count: 4 level_counts: [1, 0, 0, 0, 3]
      satisfaction_per_10000: 7500 response_per_10000: 5000 open_rectification_count: 1)");
  CHECK(run.output ==
        "等级        件数\n"
        "──────────  ────\n"
        "非常满意    3\n"
        "满意        0\n"
        "基本满意    0\n"
        "不满意      0\n"
        "非常不满意  1\n"
        "邀请    8\n"
        "评价    4\n"
        "满意率  75.00%\n"
        "参评率  50.00%\n"
        "待整改  1\n");
}

TEST_CASE("the overview asks every service") {
  const TestRun run = Answered<ops::v1::Diagnostics>("service overview", R"(
      version: '0.1.0' uptime { seconds: 93784 } command_count: 12 resident_bytes: 41943040
      outbox { pending: 2 dead: 1 } outbox { pending: 3 })");
  INFO(run.output);
  CHECK(run.exit_code == kDone);
  CHECK(run.calls.size() == 5);
  CHECK(absl::StrContains(run.output, "workflow   0.1.0  1 天 2 小时  12    5     1"));
  CHECK(absl::StrContains(run.output, "40.0 MiB"));
  const TestRun down =
      Run({"service", "overview", "--json"}, absl::UnavailableError("connection refused"));
  CHECK(down.exit_code == kUnreachable);
  CHECK(nlohmann::json::parse(down.output)["services"]["relay"].is_null());
}

constexpr char kNotice[] = R"(
    bundle: 'bundles/newborn@1' display_name: '新生儿出生一件事'
    questions { id: 'maternity' text: '是否在本省助产机构出生？'
                options { id: 'yes' text: '是' } options { id: 'no' text: '否' } }
    questions { id: 'twins' text: '是否多胞胎？'
                options { id: 'yes' text: '是' } options { id: 'no' text: '否' } }
    open_questions: 'twins'
    items { item: 'birth-cert' display_name: '出生医学证明' authority_name: '卫健委'
            promised_days: 5 in_joint_limit: true }
    items { item: 'hukou' display_name: '出生登记' authority_name: '公安局' promised_days: 10
            needs: 'birth-cert' in_joint_limit: true }
    items { item: 'card' display_name: '社会保障卡' authority_name: '人社局' promised_days: 30
            needs: 'hukou' optional: true province: '33' }
    fields { field { id: 'mother-name' label: '母亲姓名' } needed_by: 'birth-cert' needed_by: 'hukou' }
    materials { material { display_name: '出生医学记录' source: MATERIAL_SOURCE_APPLICANT }
                needed_by: 'birth-cert' }
    materials { material { display_name: '结婚证' source: MATERIAL_SOURCE_E_LICENCE } exempt: true
                reason: '由电子证照核验' needed_by: 'hukou' }
    joint_limit_working_days: 5 joint_due_date: '2026-03-09'
    savings { single { working_days: 72 trips: 4 materials: 22 steps: 7 source: '某指南' }
              materials: 1 forms: 1 working_days: 5 })";

TEST_CASE("a notice tells situation, items, one form, one set of materials, limit and savings") {
  const TestRun run =
      Answered<workflow::v1::Notice>("bundle notice newborn --answer maternity=yes", kNotice);
  INFO(run.output);
  for (const char* text :
       {"一次告知：新生儿出生一件事（bundles/newborn@1）\n", "是否在本省助产机构出生？  是\n",
        "待答：twins=yes 是；twins=no 否\n", "事项 3 项\n", "出生医学证明\n", "出生登记",
        "可选，33 省办理，不计入联办时限\n", "一张表单 1 个字段\n",
        "母亲姓名  是    出生医学证明、出生登记\n", "一套材料 2 份，须申请人准备 1 份\n",
        "结婚证        电子证照    免交：由电子证照核验  出生登记\n",
        "联办时限 5 个工作日，今日提交则不迟于 2026-03-09\n", "工作日  72        5\n",
        "依据：某指南\n"}) {
    INFO(text);
    CHECK(absl::StrContains(run.output, text));
  }
}

TEST_CASE("an answer that leads out of the bundle gives the reason and the other way") {
  const TestRun run =
      Answered<workflow::v1::Notice>("bundle notice newborn --answer maternity=no",
                                     "display_name: '新生儿出生一件事' exclusion { reason: "
                                     "'在省外出生' instead: '到户籍地办理' }");
  CHECK(run.exit_code == kDone);
  CHECK(absl::StrContains(run.output, "不能通过这件事办理：在省外出生\n请改为：到户籍地办理\n"));
}

}  // namespace
}  // namespace onething::tool
