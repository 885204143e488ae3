#include "tools/onething/command_line.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/error.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "tools/onething/test_run.h"

namespace onething::tool {
namespace {

std::vector<std::string> Split(const std::string& text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// All nouns and verbs below `app`, as words.
void CollectCommands(const CLI::App& app, const std::vector<std::string>& path,
                     std::vector<std::vector<std::string>>* commands) {
  commands->push_back(path);
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    std::vector<std::string> longer = path;
    longer.push_back(command->get_name());
    CollectCommands(*command, longer, commands);
  }
}

std::vector<std::vector<std::string>> AllCommands() {
  SessionOptions options;
  Session session(&options);
  Program program{.session = session};
  CLI::App app("", "onething");
  AddCommands(app, &options, &program);
  std::vector<std::vector<std::string>> commands;
  CollectCommands(app, {}, &commands);
  return commands;
}

// A line of help without what the program is typed in: names, types, defaults.
bool HasChinese(const std::string& line) {
  return std::any_of(line.begin(), line.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
}

TEST_CASE("every noun and verb has a help in Chinese, every option in it too") {
  const auto commands = AllCommands();
  CHECK(commands.size() > 60);
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const TestRun run = RunWith(command, rpc::OpenChannel);
    INFO(run.output);
    CHECK(run.exit_code == kDone);
    CHECK(run.errors.empty());
    CHECK(absl::StrContains(run.output, "用法:"));
    const std::vector<std::string> lines = absl::StrSplit(run.output, '\n');
    CHECK(HasChinese(lines.front()));
    for (size_t i = 1; i < lines.size(); ++i) {
      // A long name has its description in the next line.
      const bool is_entry = absl::StartsWith(lines[i], "  ");
      CHECK((!is_entry || HasChinese(lines[i]) || HasChinese(lines[i + 1])));
      CHECK(!absl::StrContains(lines[i], "Subcommands"));
      CHECK(!absl::StrContains(lines[i], "Options"));
    }
  }
}

TEST_CASE("a wrong command line ends with 2 and a sentence that says what was meant") {
  struct Row {
    const char* arguments;
    const char* sentence;
  };
  const Row rows[] = {
      {"", "请在 onething 之后写明命令：item、bundle、"},
      {"itme list", "onething 没有命令 itme；是否想写“item”？"},
      {"zzzzzz", "onething 没有命令 zzzzzz；可用：item、bundle、"},
      {"item", "请在 onething item 之后写明命令：create、"},
      {"item publsh x", "onething item 没有命令 publsh；是否想写“publish”？"},
      {"item list --regoin 36", "onething item list 没有选项 --regoin；是否想写“--region”？"},
      {"item list --jsno", "没有选项 --jsno；是否想写“--json”？"},
      {"item list --jsno=1", "没有选项 --jsno；是否想写“--json”？"},
      {"item get", "缺少 name（事项："},
      {"item get a b", "onething item get 用不着参数 b"},
      {"item suspend a", "缺少 --reason（原因）"},
      {"item list --page-size many", "--page-size 应为整数，不是 many"},
      {"item list --page-size 99999999999", "--page-size 应为整数，不是 99999999999"},
      {"item list --state publishd", "是否想写“published”？"},
      {"item list --state", "--state"},
      {"item create nowhere.yaml", "没有文件 nowhere.yaml"},
      {"bundle check nowhere.yaml", "没有文件 nowhere.yaml"},
      {"bundle notice newborn --answer yes", "--answer 应为 名称=值，不是 yes"},
      {"outbox replay -1 --service relay", "id 应为非负整数，不是 -1"},
      {"outbox replay x --service relay", "id 应为非负整数，不是 x"},
      {"outbox replay 1", "缺少 --service"},
      {"outbox list --service catalog", "没有服务 catalog；是否想写“catalogue”？"},
      {"audit verify --service relay --expect-hash 0g", "--expect-hash 应为成对的十六进制数字"},
      {"item list --timeout 0", "应为大于 0、至多 3600 的秒数，不是 0"},
      {"item list --server catalog=a:1", "没有服务 catalog"},
      {"item list --server catalogue", "应为 服务=主机:端口，不是 catalogue"},
  };
  for (const Row& row : rows) {
    INFO(row.arguments);
    const TestRun run = RunWith(Split(row.arguments), rpc::OpenChannel);
    CHECK(run.exit_code == kUsage);
    CHECK(run.output.empty());
    INFO(run.errors);
    CHECK(absl::StrContains(run.errors, row.sentence));
    CHECK(absl::StrContains(run.errors, "--help"));

    std::vector<std::string> with_json = Split(row.arguments);
    with_json.insert(with_json.begin(), "--json");
    const TestRun json_run = RunWith(with_json, rpc::OpenChannel);
    CHECK(json_run.exit_code == kUsage);
    CHECK(json_run.errors.empty());
    const auto document = nlohmann::json::parse(json_run.output, nullptr, false);
    INFO(json_run.output);
    REQUIRE(document.is_object());
    CHECK(document["error"]["code"] == "INVALID_ARGUMENT");
    CHECK(document["error"]["reason"] == "USAGE");
  }
}

TEST_CASE("the version is printed") {
  const TestRun run = RunWith({"--version"}, rpc::OpenChannel);
  CHECK(run.exit_code == kDone);
  CHECK(absl::StartsWith(run.output, "onething 0."));
}

TEST_CASE("with --json the answer is one document, wherever the flag stands") {
  catalogue::v1::ListItemsResponse response;
  response.add_items()->set_display_name("出生登记");
  response.set_next_page_token("T");
  for (const char* arguments : {"--json item list", "item --json list", "item list --json"}) {
    INFO(arguments);
    const TestRun run = Run(Split(arguments), response.SerializeAsString());
    CHECK(run.exit_code == kDone);
    CHECK(run.errors.empty());
    const auto document = nlohmann::json::parse(run.output, nullptr, false);
    REQUIRE(document.is_object());
    CHECK(document["items"][0]["display_name"] == "出生登记");
    CHECK(document["items"][0]["task_code"] == "");
    CHECK(document["next_page_token"] == "T");
  }
}

TEST_CASE("a page that another follows says how to get it") {
  catalogue::v1::ListItemsResponse response;
  response.set_next_page_token("T2");
  CHECK(absl::StrContains(Run({"item", "list"}, response.SerializeAsString()).output,
                          "下一页：--page-token T2\n"));
}

common::v1::BadRequest OneViolation(const std::string& field) {
  common::v1::BadRequest violations;
  auto* fault = violations.add_field_violations();
  fault->set_field(field);
  fault->set_description("最多 99");
  return violations;
}

TEST_CASE("a refusal ends with 1 and tells sentence, reason and what to do") {
  const absl::Status refusal =
      MakeError(absl::StatusCode::kAborted, common::v1::ERROR_REASON_ETAG_MISMATCH,
                "事项已被他人修改", {{"etag", "7"}});
  const TestRun run = Run({"item", "publish", "A1"}, refusal);
  CHECK(run.exit_code == kRefused);
  CHECK(run.output.empty());
  CHECK(run.errors ==
        "未办理：事项已被他人修改\n原因代码：ETAG_MISMATCH\n怎么办：请重新读取后再提交\n");

  const TestRun json_run = Run({"item", "publish", "A1", "--json"}, refusal);
  CHECK(json_run.exit_code == kRefused);
  CHECK(json_run.errors.empty());
  CHECK(nlohmann::json::parse(json_run.output) ==
        nlohmann::json::parse(R"({"error":{"code":"ABORTED","reason":"ETAG_MISMATCH",
            "message":"事项已被他人修改","advice":"请重新读取后再提交",
            "metadata":{"etag":"7"},"violations":[]}})"));
}

TEST_CASE("up that cannot begin says why and what to do") {
  const TestRun run = Run({"up", "--port", "0", "--data", "/dev/null/suite"});
  CHECK(run.exit_code == kRefused);
  CHECK(run.errors ==
        "未办理：无法写入 /dev/null/suite：路径中有一段不是目录\n原因代码：FAILED_PRECONDITION\n"
        "怎么办：请检查目录的权限和磁盘空间，或用 --data 换一个目录\n");
}

TEST_CASE("a violation is shown at its place in the file that was sent") {
  const TestFile file("item.yaml", "display_name: 甲\npromised_limit:\n  days: 999999\n");
  const absl::Status refusal = MakeViolationsError(
      absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID, "请求有误",
      OneViolation("item.promised_limit.days"));
  const TestRun run = Run({"item", "create", file.path()}, refusal);
  CHECK(run.exit_code == kRefused);
  INFO(run.errors);
  CHECK(absl::StrContains(
      run.errors, absl::StrCat("  · ", file.path(), ":3:9  item.promised_limit.days  最多")));

  const TestRun json_run = Run({"--json", "item", "create", file.path()}, refusal);
  const auto document = nlohmann::json::parse(json_run.output);
  REQUIRE(document["error"]["violations"].size() == 1);
  CHECK(document["error"]["violations"][0]["place"] == file.path() + ":3:9");
}

TEST_CASE("a file with faults is refused before anything is called") {
  const TestFile file("item.yaml", "display_nam: 甲\nvisits: many\n");
  const TestRun run = Run({"item", "create", file.path()});
  CHECK(run.exit_code == kRefused);
  CHECK(run.calls.empty());
  INFO(run.errors);
  CHECK(absl::StrContains(run.errors, file.path() + ":1:1: 错误：没有键“display_nam”"));
  CHECK(absl::StrContains(run.errors, file.path() + ":2:9: 错误："));
  const TestFile broken("record.json", "{");
  CHECK(Run({"license", "verify", "--record", broken.path(), "--cause", "x"}).exit_code ==
        kRefused);
}

// A port of loopback on which nobody listens: taken, and not listened on, while this lives.
class ClosedPort {
 public:
  ClosedPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, generic, size) == 0);
    REQUIRE(getsockname(socket_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~ClosedPort() { close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  const int socket_;
  int port_ = 0;
};

TEST_CASE("a service that does not answer, or a suite that is not there, ends with 3") {
  const ClosedPort closed;
  const std::vector<std::string> lines[] = {
      {"item", "list", "--server", "catalogue=" + closed.address()},
      {"item", "list", "--suite", "/nonexistent"},
      {"service", "overview", "--suite", "/nonexistent"}};
  for (const std::vector<std::string>& line : lines) {
    const TestRun run = RunWith(line, rpc::OpenChannel);
    INFO(run.errors);
    CHECK(run.exit_code == kUnreachable);
    std::vector<std::string> with_json = line;
    with_json.push_back("--json");
    const TestRun json_run = RunWith(with_json, rpc::OpenChannel);
    CHECK(json_run.exit_code == kUnreachable);
    CHECK(json_run.errors.empty());
    CHECK(nlohmann::json::parse(json_run.output, nullptr, false).is_object());
  }
}

TEST_CASE("the environment says where the suite is, the option overrules it") {
  setenv("ONETHING_SUITE", "/from-environment", 1);
  CHECK(
      absl::StrContains(RunWith({"item", "list"}, rpc::OpenChannel).errors, "/from-environment/"));
  CHECK(absl::StrContains(
      RunWith({"item", "list", "--suite", "/from-option"}, rpc::OpenChannel).errors,
      "/from-option/"));
  unsetenv("ONETHING_SUITE");
  CHECK(absl::StrContains(RunWith({"item", "list", "--json"}, rpc::OpenChannel).output,
                          "onething-data/"));
}

}  // namespace
}  // namespace onething::tool
