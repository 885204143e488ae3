// Every verb that calls an RPC: which, of which service, as whom, with what request.

#include <google/protobuf/descriptor.h>

#include <catch2/catch.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "onething/options/v1/options.pb.h"
#include "tools/onething/test_run.h"

namespace onething::tool {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;

constexpr char kItemFile[] = "display_name: 出生医学证明首次签发\npromised_limit: {days: 5}\n";
constexpr char kBundleFile[] = "id: newborn\ndisplay_name: 新生儿出生一件事\n";
constexpr char kApplicationFile[] = "answers: {maternity: yes}\nform: {mother-name: 张敏}\n";
constexpr char kTypeFile[] = "display_name: 出生医学证明\n";
constexpr char kIssueFile[] = "issuer_name: 南昌市卫生健康委员会\nholder: {kind: person}\n";
// bytes 61 and 62 in base64, and what a request does not have
constexpr char kRecordFile[] = R"({"signed_content":"YQ==","signature":"Yg==","state":1})";

struct Row {
  const char* arguments;
  // `service identity Method`.
  const char* call;
  // Without request_id.
  const char* request;
};

// {item} and so on stand for the files above.
const Row kRows[] = {
    {"item create {item}", "catalogue editor Catalogue/CreateItem",
     "item { display_name: '出生医学证明首次签发' promised_limit { days: 5 } }"},
    {"item update A1 {item} --field display_name --field promised_limit",
     "catalogue editor Catalogue/UpdateItem",
     "name: 'items/A1' item { display_name: '出生医学证明首次签发' promised_limit { days: 5 } }"
     "update_mask { paths: 'display_name' paths: 'promised_limit' }"},
    {"item publish items/A1 --etag 7", "catalogue editor Catalogue/PublishItem",
     "name: 'items/A1' etag: '7'"},
    {"item get A1@draft", "catalogue portal Catalogue/GetItem", "name: 'items/A1@draft'"},
    {"item batch-get A1 items/A2@3", "catalogue portal Catalogue/BatchGetItems",
     "names: 'items/A1' names: 'items/A2@3'"},
    {"item list --state published --authority C --region 36 --catalog 12 --text 出生 --page-size 5 "
     "--page-token T",
     "catalogue portal Catalogue/ListItems",
     "state: STATE_PUBLISHED authority_code: 'C' region_code: '36' catalog_code: '12' "
     "text: '出生' page_size: 5 page_token: 'T'"},
    {"item versions A1", "catalogue portal Catalogue/ListItemVersions", "name: 'items/A1'"},
    {"item suspend A1 --reason 停电", "catalogue editor Catalogue/SuspendItem",
     "name: 'items/A1' reason: '停电'"},
    {"item resume A1", "catalogue editor Catalogue/ResumeItem", "name: 'items/A1'"},
    {"item retire A1 --reason 取消", "catalogue editor Catalogue/RetireItem",
     "name: 'items/A1' reason: '取消'"},

    {"bundle publish {bundle}", "workflow editor Bundles/PublishBundle",
     "bundle { id: 'newborn' display_name: '新生儿出生一件事' }"},
    {"bundle get newborn@2", "workflow portal Bundles/GetBundle", "name: 'bundles/newborn@2'"},
    {"bundle list", "workflow portal Bundles/ListBundles", ""},
    {"bundle retire newborn --reason 停用", "workflow editor Bundles/RetireBundle",
     "name: 'bundles/newborn' reason: '停用'"},
    {"bundle notice newborn --answer maternity=yes --answer twins=no --leave-out vaccination",
     "workflow portal Cases/PreviewCase",
     "bundle: 'bundles/newborn' answers { key: 'maternity' value: 'yes' } "
     "answers { key: 'twins' value: 'no' } left_out_items: 'vaccination'"},

    {"case create {application} --bundle newborn --submit", "workflow portal Cases/CreateCase",
     "bundle: 'bundles/newborn' submit: true application { answers { key: 'maternity' value: 'yes' "
     "}"
     " form { key: 'mother-name' value: '张敏' } }"},
    {"case update 36-1 {application} --etag 2", "workflow portal Cases/UpdateCase",
     "name: 'cases/36-1' etag: '2' application { answers { key: 'maternity' value: 'yes' }"
     " form { key: 'mother-name' value: '张敏' } }"},
    {"case submit 36-1", "workflow portal Cases/SubmitCase", "name: 'cases/36-1'"},
    {"case get 36-1", "workflow supervisor Cases/GetCase", "name: 'cases/36-1'"},
    {"case list --state in-progress --bundle newborn --applicant X",
     "workflow supervisor Cases/ListCases",
     "state: STATE_IN_PROGRESS bundle: 'bundles/newborn' applicant_code: 'X'"},
    {"case timeline 36-1", "workflow supervisor Cases/ListTimeline", "name: 'cases/36-1'"},
    {"case withdraw 36-1 --reason 填错", "workflow portal Cases/WithdrawCase",
     "name: 'cases/36-1' reason: '填错'"},

    {"task list --authority C --state open", "workflow authority Tasks/ListTasks",
     "authority_code: 'C' state: STATE_OPEN"},
    {"task get 17", "workflow authority Tasks/GetTask", "name: 'tasks/17'"},
    {"task claim 17 --officer 王芳", "workflow authority Tasks/ClaimTask",
     "name: 'tasks/17' officer: '王芳'"},
    {"task complete 17 --officer 王芳 --decision refuse --reason 材料不全 --element no=Z=1",
     "workflow authority Tasks/CompleteTask",
     "name: 'tasks/17' officer: '王芳' decision: DECISION_REFUSE reason: '材料不全' "
     "elements { key: 'no' value: 'Z=1' }"},

    {"license type-create {type}", "license editor Licenses/CreateLicenseType",
     "license_type { display_name: '出生医学证明' }"},
    {"license type-get T", "license editor Licenses/GetLicenseType", "name: 'licenseTypes/T'"},
    {"license type-list", "license editor Licenses/ListLicenseTypes", ""},
    {"license issue {issue}", "license authority Licenses/IssueLicense",
     "issuer_name: '南昌市卫生健康委员会' holder { kind: SUBJECT_KIND_PERSON }"},
    {"license get 1.2", "license authority Licenses/GetLicense", "name: 'licenses/1.2'"},
    {"license list --holder H --issuer I --type T", "license authority Licenses/ListLicenses",
     "holder_code: 'H' issuer_code: 'I' type_code: 'T'"},
    {"license verify 1.2 --holder H --cause 入学", "license authority Licenses/VerifyLicense",
     "identifier: '1.2' holder_code: 'H' use_cause: '入学'"},
    {"license verify --record {record} --cause 入学", "license authority Licenses/VerifyLicense",
     "presented { signed_content: 'a' signature: 'b' } use_cause: '入学'"},
    {"license suspend 1.2 --reason 核查", "license authority Licenses/SuspendLicense",
     "name: 'licenses/1.2' reason: '核查'"},
    {"license resume 1.2", "license authority Licenses/ResumeLicense", "name: 'licenses/1.2'"},
    {"license revoke 1.2 --reason 注销", "license authority Licenses/RevokeLicense",
     "name: 'licenses/1.2' reason: '注销'"},

    {"transfer list --state dead --peer 33 --direction outbound",
     "relay operator Relay/ListTransfers",
     "state: STATE_DEAD peer: '33' direction: DIRECTION_OUTBOUND"},
    {"transfer get 36-33-1", "relay operator Relay/GetTransfer", "name: 'transfers/36-33-1'"},

    {"rating invitations 36-1", "rating supervisor Ratings/ListInvitations",
     "case_name: 'cases/36-1'"},
    {"rating submit 36-1 --number 2 --level 5 --label 501 --label 502 --comment 快 --channel "
     "qr-code",
     "rating portal Ratings/SubmitRating",
     "case_name: 'cases/36-1' service_number: 2 level: 5 labels: '501' labels: '502' comment: '快' "
     "channel: CHANNEL_QR_CODE"},
    {"rating get 36-1-2", "rating supervisor Ratings/GetRating", "name: 'ratings/36-1-2'"},
    {"rating list --item I --authority A --level 1", "rating supervisor Ratings/ListRatings",
     "item_code: 'I' authority_code: 'A' level: 1"},
    {"rating labels --level 1", "rating portal Ratings/ListLabels", "level: 1"},
    {"rating statistics --region 36 --period 2026-03", "rating supervisor Ratings/GetStatistics",
     "region_code: '36' period: '2026-03'"},
    {"rating rectifications --state open --authority A",
     "rating supervisor Ratings/ListRectifications", "state: STATE_OPEN authority_code: 'A'"},
    {"rating resolve 36-1-2 --resolution 已致歉", "rating authority Ratings/ResolveRectification",
     "name: 'rectifications/36-1-2' resolution: '已致歉'"},

    {"backup create nightly --service catalogue", "catalogue operator Operations/CreateBackup",
     "backup_id: 'nightly'"},
    {"backup list --service workflow", "workflow operator Operations/ListBackups", ""},
    {"outbox list --service relay --state dead --destination peer/33",
     "relay operator Operations/ListOutboxEntries", "state: DEAD destination: 'peer/33'"},
    {"outbox replay 9 --service relay", "relay operator Operations/ReplayOutboxEntry", "id: 9"},
    {"outbox drop 9 --service relay", "relay operator Operations/DropOutboxEntry", "id: 9"},
    {"audit list --service license --caller c --method /m --resource r --of-request q",
     "license supervisor Operations/ListAuditRows",
     "caller: 'c' method: '/m' resource: 'r' request_id: 'q'"},
    {"audit verify --service rating --expect-sequence 7 --expect-hash 00ff",
     "rating supervisor Operations/VerifyAudit",
     "expected_head { sequence: 7 hash: '\\000\\377' }"},
    {"service status --service rating", "rating operator Operations/GetDiagnostics", ""},
    {"service check --service rating", "rating operator Operations/CheckStore", ""},
};

// RPCs that services call of each other; a person has no verb for them.
const std::set<std::string> kWithoutVerb = {
    "Ratings/InviteRatings",        "Relay/SubmitTransfer",
    "Relay/ReportResult",           "RelayPeer/Deliver",
    "RelayPeer/PostReceipt",        "TransferHandler/HandleTransfer",
    "TransferHandler/HandleReceipt"};

// Verbs that call none, or several.
const std::set<std::string> kWithoutCall = {"bundle check", "service overview", "cel conformance"};
// Nouns that work on processes.
const std::set<std::string> kLocalNouns = {"up", "demo", "bench"};

std::vector<std::string> Split(const std::string& text) { return absl::StrSplit(text, ' '); }

// `Catalogue/GetItem` of `onething.catalogue.v1.Catalogue/GetItem`.
std::string ShortMethod(const std::string& method) {
  return method.substr(method.rfind('.', method.find('/')) + 1);
}

// The request that was sent, of the type that the method takes.
class SentRequest {
 public:
  explicit SentRequest(const SeenCall& call) {
    std::string method = call.method;
    method[method.find('/')] = '.';
    const auto* descriptor = DescriptorPool::generated_pool()->FindMethodByName(method);
    REQUIRE(descriptor != nullptr);
    prototype_ = google::protobuf::MessageFactory::generated_factory()->GetPrototype(
        descriptor->input_type());
    sent_.reset(prototype_->New());
    REQUIRE(sent_->ParseFromString(call.request));
    is_command_ = descriptor->options().GetExtension(options::v1::method).kind() ==
                  options::v1::METHOD_KIND_COMMAND;
  }

  // Takes the idempotency key out: random, for a command only.
  void CheckRequestId() {
    const auto* field = sent_->GetDescriptor()->FindFieldByName("request_id");
    if (is_command_) {
      REQUIRE(field != nullptr);
      CHECK(sent_->GetReflection()->GetString(*sent_, field).size() == 32);
      sent_->GetReflection()->ClearField(sent_.get(), field);
    }
  }

  void CheckIs(const std::string& text) const {
    const std::unique_ptr<Message> wanted(prototype_->New());
    REQUIRE(google::protobuf::TextFormat::ParseFromString(text, wanted.get()));
    INFO(sent_->Utf8DebugString());
    CHECK(google::protobuf::util::MessageDifferencer::Equals(*sent_, *wanted));
  }

 private:
  const Message* prototype_ = nullptr;
  std::unique_ptr<Message> sent_;
  bool is_command_ = false;
};

TEST_CASE("every verb calls its RPC with what its options say") {
  const std::map<std::string, std::string> texts = {
      {"{item}", kItemFile}, {"{bundle}", kBundleFile}, {"{application}", kApplicationFile},
      {"{type}", kTypeFile}, {"{issue}", kIssueFile},   {"{record}", kRecordFile}};
  for (const Row& row : kRows) {
    INFO(row.arguments);
    std::vector<std::string> arguments = Split(row.arguments);
    std::vector<std::unique_ptr<TestFile>> files;
    for (std::string& argument : arguments) {
      if (const auto text = texts.find(argument); text != texts.end()) {
        const char* name = argument == "{record}" ? "record.json" : "file.yaml";
        files.push_back(std::make_unique<TestFile>(name, text->second));
        argument = files.back()->path();
      }
    }
    const TestRun run = Run(arguments);
    INFO(run.errors);
    REQUIRE(run.calls.size() == 1);
    const SeenCall& call = run.calls.front();
    CHECK(absl::StrCat(call.target.substr(0, call.target.find(':')), " ", call.identity, " ",
                       ShortMethod(call.method)) == row.call);
    SentRequest sent(call);
    sent.CheckRequestId();
    sent.CheckIs(row.request);
  }
}

TEST_CASE("every RPC a person may call has a verb, and every verb stands in the table") {
  std::set<std::string> methods_called;
  std::set<std::string> verbs_tested = kWithoutCall;
  for (const Row& row : kRows) {
    methods_called.insert(Split(row.call)[2]);
    verbs_tested.insert(absl::StrCat(Split(row.arguments)[0], " ", Split(row.arguments)[1]));
  }
  for (const char* service :
       {"catalogue.v1.Catalogue", "workflow.v1.Bundles", "workflow.v1.Cases", "workflow.v1.Tasks",
        "license.v1.Licenses", "relay.v1.Relay", "relay.v1.RelayPeer", "relay.v1.TransferHandler",
        "rating.v1.Ratings", "ops.v1.Operations"}) {
    const auto* descriptor =
        DescriptorPool::generated_pool()->FindServiceByName(absl::StrCat("onething.", service));
    REQUIRE(descriptor != nullptr);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string method =
          absl::StrCat(descriptor->name(), "/", descriptor->method(i)->name());
      INFO(method);
      CHECK(methods_called.count(method) + kWithoutVerb.count(method) == 1);
    }
  }
  SessionOptions options;
  Session session(&options);
  Program program{.session = session};
  CLI::App app("", "onething");
  AddCommands(app, &options, &program);
  for (const CLI::App* noun : app.get_subcommands([](CLI::App*) { return true; })) {
    if (kLocalNouns.count(noun->get_name()) == 0) {
      for (const CLI::App* verb : noun->get_subcommands([](const CLI::App*) { return true; })) {
        INFO(noun->get_name() << " " << verb->get_name());
        CHECK(verbs_tested.count(absl::StrCat(noun->get_name(), " ", verb->get_name())) == 1);
      }
    }
  }
}

TEST_CASE("the caller is the verb's own, the portal when it acts for someone, or the one named") {
  struct Identity {
    const char* arguments;
    const char* identity;
    const char* on_behalf_of;
  };
  const Identity rows[] = {
      {"case get 36-1", "supervisor", ""},
      {"case get 36-1 --for 360100199001011234", "portal", "360100199001011234"},
      {"--for 360100199001011234 license get 1.2", "portal", "360100199001011234"},
      {"case get 36-1 --for 360100199001011234 --as window-3", "window-3", "360100199001011234"},
      {"item publish A1 --as editor-2", "editor-2", ""}};
  for (const Identity& row : rows) {
    INFO(row.arguments);
    const TestRun run = Run(Split(row.arguments));
    REQUIRE(run.calls.size() == 1);
    CHECK(run.calls[0].identity == row.identity);
    CHECK(run.calls[0].on_behalf_of == row.on_behalf_of);
  }
}

TEST_CASE("a request id given is the one sent") {
  const TestRun run = Run(Split("item resume A1 --request-id 2026-03-02-0001"));
  REQUIRE(run.calls.size() == 1);
  CHECK(absl::StrContains(run.calls[0].request, "2026-03-02-0001"));
}

}  // namespace
}  // namespace onething::tool
