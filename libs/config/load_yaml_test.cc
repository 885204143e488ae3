#include "libs/config/load_yaml.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/config/diagnostic_log.h"
#include "onething/testing/v1/config_sample.pb.h"

namespace onething::config {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::v1::ConfigSample;

constexpr char kTestData[] = "libs/config/testdata/";

std::string ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  REQUIRE(stream.is_open());
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// What a load prints, one finding a line; checks what is true of every load.
std::string Findings(const std::string& yaml, const LoadOptions& options = {}) {
  ConfigSample message;
  message.set_name("left over");
  std::vector<Diagnostic> diagnostics;
  const absl::Status status = LoadYaml(yaml, "f", options, &message, &diagnostics);
  CHECK(status == ToStatus(diagnostics));
  if (!status.ok()) {
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(MessageDifferencer::Equals(message, ConfigSample()));
  }
  return absl::StrJoin(diagnostics, "\n", [](std::string* out, const Diagnostic& diagnostic) {
    out->append(diagnostic.Format());
  });
}

struct Row {
  const char* yaml;
  const char* findings;
};

void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.yaml);
    CHECK(Findings(row.yaml) == row.findings);
  }
}

TEST_CASE("a file with every shape of field becomes the message it says") {
  ConfigSample expected;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(
      ReadFile(absl::StrCat(kTestData, "sample.textproto")), &expected));
  ConfigSample loaded;
  std::vector<Diagnostic> diagnostics;
  const absl::Status status =
      LoadYamlFile(absl::StrCat(kTestData, "sample.yaml"), {}, &loaded, &diagnostics);
  INFO(status);
  REQUIRE(status.ok());
  CHECK(diagnostics.empty());
  MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  const bool equal = differencer.Compare(expected, loaded);
  INFO(difference);
  CHECK(equal);
}

TEST_CASE("a file with Windows line ends and a byte order mark reads the same") {
  std::string text = ReadFile(absl::StrCat(kTestData, "sample.yaml"));
  ConfigSample expected;
  REQUIRE(LoadYaml(text, "f", {}, &expected, nullptr).ok());
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : text) {
    windows += c == '\n' ? "\r\n" : std::string(1, c);
  }
  ConfigSample loaded;
  const absl::Status status = LoadYaml(windows, "f", {}, &loaded, nullptr);
  INFO(status);
  CHECK(MessageDifferencer::Equals(expected, loaded));
}

TEST_CASE("keys that the message does not have are refused with the likely one") {
  CheckRows({
      {"nmae: a", "f:1:1: 错误：没有键“nmae”；是否想写“name”？"},
      {"name: a\nlimits:\n  wait-max: 3s", "f:3:3: 错误：没有键“wait-max”；是否想写“wait_max”？"},
      {"retryDelays: [1s]", "f:1:1: 错误：没有键“retryDelays”；是否想写“retry_delays”？"},
      {"steps:\n- name: 甲\n  then: b",
       "f:3:3: 错误：没有键“then”；可用：name、needs、source、steps"},
      {"'': a", "f:1:1: 错误：没有键“”"},
      {"<<: {name: a}", "f:1:1: 错误：没有键“<<”"},
      {"limits: {一: 1, 二: 2}",
       "f:1:10: 错误：没有键“一”；可用：entry_count_max、wait_max\n"
       "f:1:16: 错误：没有键“二”；可用：entry_count_max、wait_max"},
  });
}

TEST_CASE("values of the wrong kind are refused where they stand") {
  CheckRows({
      {"- name", "f:1:1: 错误：文档应为键值对，不是列表"},
      {"name", "f:1:1: 错误：文档应为键值对，不是单个值"},
      {"name: [a]", "f:1:7: 错误：“name”应为单个值，不是列表"},
      {"name:\n  a: b", "f:2:3: 错误：“name”应为单个值，不是键值对"},
      {"limits: 3", "f:1:9: 错误：“limits”应为键值对，不是单个值"},
      {"peers: a", "f:1:8: 错误：“peers”应为列表，不是单个值；每个元素请写在“- ”之后"},
      {"peers:\n- [a]", "f:2:3: 错误：“peers[0]”应为单个值，不是列表"},
      {"steps: [{needs: {}}]",
       "f:1:17: 错误：“steps[0].needs”应为列表，不是键值对；"
       "每个元素请写在“- ”之后"},
      {"labels: [a]", "f:1:9: 错误：“labels”应为键值对，不是列表"},
      {"labels: {a: {}}", "f:1:13: 错误：“labels[\"a\"]”应为单个值，不是键值对"},
      {"queues: {a: 1}", "f:1:13: 错误：“queues[\"a\"]”应为键值对，不是单个值"},
      {"drain_delay: {seconds: 3}", "f:1:14: 错误：“drain_delay”应为单个值，不是键值对"},
      {"key: YWJj", "f:1:6: 错误：YAML 中不能写二进制内容；请改为指明存放它的文件"},
  });
}

TEST_CASE("a missing value is an error at its key or dash") {
  const std::string text_hint = "没有值；不填请删去，空文本请写 \"\"";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"name:", "f:1:1: 错误：“name”" + text_hint},
      {"port: 1\nname: ~\n", "f:2:1: 错误：“name”" + text_hint},
      {"port: 1\nname: null\noffset: 2", "f:2:1: 错误：“name”" + text_hint},
      {"name:\n\n# nothing\nport: 1", "f:1:1: 错误：“name”" + text_hint},
      {"limits:\nport: 1", "f:1:1: 错误：“limits”没有值；不填请删去"},
      {"{name, port: 1}", "f:1:2: 错误：“name”" + text_hint},
      {"peers:\n  - a\n  -\n\n  # - not this one\n# - nor this\n  - b",
       "f:3:3: 错误：“peers[1]”" + text_hint},
      {"peers:\n-\n- b", "f:2:1: 错误：“peers[0]”" + text_hint},
      {"peers:\n  - a\n  -", "f:3:3: 错误：“peers[1]”" + text_hint},
      {"peers:\n  - a\n  - # nothing\nport: 1", "f:3:3: 错误：“peers[1]”" + text_hint},
      {"peers:\n  - ~\n", "f:2:3: 错误：“peers[0]”" + text_hint},
      {"peers: [a, , b]", "f:1:12: 错误：“peers[1]”" + text_hint},
      {"labels: {a: null}", "f:1:10: 错误：“labels[\"a\"]”" + text_hint},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("a missing value leaves the field unset where the options allow it") {
  ConfigSample message;
  REQUIRE(LoadYaml("name: ~\nlimits:\nport: 3\nmemory_bytes:\ndisk: {}", "f", {.allow_null = true},
                   &message, nullptr)
              .ok());
  CHECK(message.ShortDebugString() == "port: 3 disk { }");
  CHECK(Findings("peers: [~]", {.allow_null = true}) ==
        "f:1:9: 错误：“peers[0]”没有值；不填请删去，空文本请写 \"\"");
}

TEST_CASE("numbers and truth values have one way to be written") {
  const std::string int32 = "不是从-2147483648到2147483647的整数";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"port: a", "f:1:7: 错误：“a”" + int32},
      {"port: 2147483648", "f:1:7: 错误：“2147483648”" + int32},
      {"port: 1.0", "f:1:7: 错误：“1.0”" + int32},
      {"port: 0x10", "f:1:7: 错误：“0x10”" + int32},
      {"port: 010", "f:1:7: 错误：“010”" + int32},
      {"port: +1", "f:1:7: 错误：“+1”" + int32},
      {"port: 1_000", "f:1:7: 错误：“1_000”" + int32},
      {"port: ''", "f:1:7: 错误：“”" + int32},
      {"port: \"80\"", "f:1:7: 错误：此处应为数，不是文本“80”；请去掉引号"},
      {"shards: [1, x, 3, y]", "f:1:13: 错误：“x”" + int32 + "\nf:1:19: 错误：“y”" + int32},
      {"retry_count_max: -1", "f:1:18: 错误：“-1”不是从0到4294967295的整数"},
      {"seed: 18446744073709551616",
       "f:1:7: 错误：“18446744073709551616”不是从0到18446744073709551615的整数"},
      {"offset: -9223372036854775809",
       "f:1:9: 错误：“-9223372036854775809”不是从-9223372036854775808到9223372036854775807的整数"},
      {"ratio: .inf", "f:1:8: 错误：“.inf”不是数"},
      {"ratio: nan", "f:1:8: 错误：“nan”不是数"},
      {"ratio: 1e999", "f:1:8: 错误：“1e999”不是数"},
      {"weight: 1e39", "f:1:9: 错误：“1e39”不是数"},
      {"reflection: yes", "f:1:13: 错误：“yes”不是真假值；请写 true 或 false，不加引号"},
      {"reflection: True", "f:1:13: 错误：“True”不是真假值；请写 true 或 false，不加引号"},
      {"reflection: 'true'", "f:1:13: 错误：“true”不是真假值；请写 true 或 false，不加引号"},
      {"slots: {x: applicant}", "f:1:9: 错误：“x”" + int32},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("words, durations and times are refused with what is allowed") {
  CheckRows({
      {"source: e-licens",
       "f:1:9: 错误：没有取值“e-licens”；是否想写“e_licence”？"
       "可用：applicant、e_licence、data_sharing"},
      {"source: SAMPLE_SOURCE_APPLICANT",
       "f:1:9: 错误：没有取值“SAMPLE_SOURCE_APPLICANT”；"
       "可用：applicant、e_licence、data_sharing"},
      {"source: Applicant",
       "f:1:9: 错误：没有取值“Applicant”；是否想写“applicant”？"
       "可用：applicant、e_licence、data_sharing"},
      {"source: unspecified",
       "f:1:9: 错误：没有取值“unspecified”；可用：applicant、e_licence、data_sharing"},
      {"sources: [applicant, 2]",
       "f:1:22: 错误：没有取值“2”；可用：applicant、e_licence、data_sharing"},
      {"drain_delay: 3", "f:1:14: 错误：“3”不是时长；请写整数加 ms、s、m 或 h，如 30s"},
      {"retry_delays: [1s, -1s]",
       "f:1:20: 错误：“-1s”不是时长；"
       "请写整数加 ms、s、m 或 h，如 30s"},
      {"effective_time: 2026-02-30T00:00:00Z",
       "f:1:17: 错误：“2026-02-30T00:00:00Z”不是时间；"
       "请写成 2026-03-02T09:00:00+08:00 的形式"},
  });
}

TEST_CASE("a key or a choice made twice is refused with both places") {
  CheckRows({
      {"name: a\nport: 1\n\"name\": b", "f:3:1: 错误：键“name”重复；第一次在第1行第1列"},
      {"labels: {甲: a, 甲: b, 甲: c}",
       "f:1:16: 错误：键“甲”重复；第一次在第1行第10列\n"
       "f:1:22: 错误：键“甲”重复；第一次在第1行第10列"},
      {"slots: {1: applicant, '1': applicant}", "f:1:23: 错误：键“1”重复；第一次在第1行第9列"},
      {"disk: {path: a}\nname: b\nmemory_bytes: 1",
       "f:3:1: 错误：“memory_bytes”与“disk”（第1行第1列）不能并存；"
       "请只写其中一个"},
  });
}

TEST_CASE("what YAML has and we do not take is refused where it stands") {
  const std::string anchors = "不允许锚点和别名，请直接写出值";
  const std::string tags = "不允许标签，类型由字段决定";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"name: &a b", "f:1:7: 错误：此处用了锚点；" + anchors},
      {"name: &a b\ntitle: *a", "f:1:7: 错误：此处用了锚点；" + anchors +
                                    "\nf:2:1: 警告：“title”已弃用\n" +
                                    "f:2:8: 错误：此处用了别名；" + anchors},
      {"limits: &a {}", "f:1:9: 错误：此处用了锚点；" + anchors},
      {"&a name: b", "f:1:1: 错误：此处用了锚点；" + anchors},
      {"labels: {&a x: y, *a : z}",
       "f:1:10: 错误：此处用了锚点；" + anchors + "\nf:1:19: 错误：用别名作键"},
      {"name: *a", "f:1:7: 错误：此处用了别名；" + anchors},
      {"name: !!str b", "f:1:7: 错误：此处用了标签；" + tags},
      {"name: !mine b", "f:1:7: 错误：此处用了标签；" + tags},
      {"name: ! b", "f:1:7: 错误：此处用了标签；" + tags},
      {"name: ! ", "f:1:7: 错误：此处用了标签；" + tags},
      {"limits: ! {}", "f:1:9: 错误：此处用了标签；" + tags},
      {"peers: !set [a]", "f:1:8: 错误：此处用了标签；" + tags},
      {"--- \nname: a\n---\nname: b", "f:3:1: 错误：出现第二个文档，或第一个文档结束后还有文字"},
      {"name: a\n...\nport: 1", "f:3:1: 错误：出现第二个文档，或第一个文档结束后还有文字"},
      {"", "f:1:1: 错误：文档是空的"},
      {"# nothing\n", "f:1:1: 错误：文档是空的"},
      {"---\n", "f:1:1: 错误：文档是空的"},
      {"null", "f:1:1: 错误：文档是空的"},
      {"? [a]\n: b", "f:1:3: 错误：用列表或键值对作键，或有括号没有闭合"},
      {"{a: 1}: b", "f:1:1: 错误：用列表或键值对作键，或有括号没有闭合"},
      {"name: a\n: b", "f:2:1: 错误：缺少键"},
      {"~: b", "f:1:1: 错误：缺少键"},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("text that is no YAML is refused in plain words") {
  CheckRows({
      {"name: a: b",
       "f:1:8: 错误：“:”写在不能有键的地方；"
       "请检查缩进，或给含“: ”的文本加引号"},
      {"limits:\n    wait_max: 3s\n  entry_count_max: 1",
       "f:3:3: 错误：有文字不属于任何键；请检查缩进"},
      {"peers:\n  - a\n b", "f:3:2: 错误：有文字不属于任何键；请检查缩进"},
      {"peers: [a, b\nname: c", "f:2:5: 错误：此处应为“,”或“]”；左括号在第1行第8列"},
      {"peers: [a, b", "f:1:13: 错误：此处应为“,”或“]”；左括号在第1行第8列"},
      {"limits: {wait_max: 1s\n\n", "f:3:1: 错误：此处应为“,”或“}”；左括号在第1行第9列"},
      {"{name: a", "f:1:1: 错误：用列表或键值对作键，或有括号没有闭合"},
      {"name: a\n}", "f:2:1: 错误：多余的右括号"},
      {"name: 'a", "f:1:9: 错误：引号中的文本没有结束"},
      {"name: @a", "f:1:7: 错误：值不能以此字符开头；请给文本加引号"},
      {"name: \"\\é\"", "f:1:9: 错误：双引号中有不认识的转义；单引号中的反斜杠不作转义"},
      {"name: \"\\uD800\"", "f:1:14: 错误：转义得到的不是字符"},
      {"\tname: a", "f:1:1: 错误：缩进中有制表符；请用空格缩进"},
      {"limits:\n  \twait_max: 1s\n\tport: 1",
       "f:2:3: 错误：缩进中有制表符；请用空格缩进\n"
       "f:3:1: 错误：缩进中有制表符；请用空格缩进"},
  });
}

TEST_CASE("bytes that are no plain text are refused wherever they stand") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {std::string("name: a\0b", 9), "f:1:8: 错误：不允许的控制字符 U+0000"},
      {"name: 中\x07 \x1b[31m",
       "f:1:8: 错误：不允许的控制字符 U+0007\nf:1:10: 错误：不允许的控制字符 U+001B"},
      {"# \x7f\nname: a", "f:1:3: 错误：不允许的控制字符 U+007F"},
      {"name: \u0085", "f:1:7: 错误：不允许的控制字符 U+0085"},
      {"name: a\rport: 1", "f:1:8: 错误：不允许的控制字符 U+000D"},
      {"name: \u202Eb", "f:1:7: 错误：不允许的控制字符 U+202E"},
      {"name: a\n\uFEFF", "f:2:1: 错误：不允许的控制字符 U+FEFF"},
      {"name: 中文\xff", "f:1:9: 错误：不是 UTF-8 的字节 0xFF；请将文件另存为 UTF-8 编码"},
      {"name: \xc0\xaf", "f:1:7: 错误：不是 UTF-8 的字节 0xC0；请将文件另存为 UTF-8 编码"},
      {"name: \xed\xa0\x80", "f:1:7: 错误：不是 UTF-8 的字节 0xED；请将文件另存为 UTF-8 编码"},
      {"name: \xf4\x90\x80\x80", "f:1:7: 错误：不是 UTF-8 的字节 0xF4；请将文件另存为 UTF-8 编码"},
      {"name: \xe4\xb8", "f:1:7: 错误：不是 UTF-8 的字节 0xE4；请将文件另存为 UTF-8 编码"},
      {"name: \"\\0\"", "f:1:7: 错误：文本中有不允许的控制字符 U+0000"},
      {"name: \"\\x1b[31m\"", "f:1:7: 错误：文本中有不允许的控制字符 U+001B"},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("every error of a file is reported, in the order of the places") {
  CHECK(Findings(
            "port: x\nnmae: a\nsteps:\n- needs: a\n  source: b\nport: 1\nlimits: {wait_max: 1}") ==
        "f:1:7: 错误：“x”不是从-2147483648到2147483647的整数\n"
        "f:2:1: 错误：没有键“nmae”；是否想写“name”？\n"
        "f:4:10: 错误：“steps[0].needs”应为列表，不是单个值；"
        "每个元素请写在“- ”之后\n"
        "f:5:11: 错误：没有取值“b”；可用：applicant、e_licence、data_sharing\n"
        "f:6:1: 错误：键“port”重复；第一次在第1行第1列\n"
        "f:7:20: 错误：“1”不是时长；请写整数加 ms、s、m 或 h，如 30s");
}

TEST_CASE("errors carry the path of their field") {
  ConfigSample message;
  std::vector<Diagnostic> diagnostics;
  LoadYaml("steps:\n- name: a\n- needs: [a, [b]]\n- setps: []\nqueues: {a: {wait_max: 1}}", "f", {},
           &message, &diagnostics)
      .IgnoreError();
  REQUIRE(diagnostics.size() == 3);
  CHECK(diagnostics[0].path == "steps[1].needs[1]");
  CHECK(diagnostics[1].path == "steps[2]");
  CHECK(diagnostics[2].path == "queues[\"a\"].wait_max");
}

TEST_CASE("a deprecated field is a warning and no error") {
  ConfigSample message;
  std::vector<Diagnostic> diagnostics;
  REQUIRE(LoadYaml("title: a", "f", {}, &message, &diagnostics).ok());
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].severity == Severity::kWarning);
  CHECK(diagnostics[0].Format() == "f:1:1: 警告：“title”已弃用");
}

TEST_CASE("the list of findings is bounded") {
  std::string yaml;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&yaml, "unknown_", i, ": 1\n");
  }
  CHECK(Findings(yaml, {.diagnostic_count_max = 2}) ==
        "f:1:1: 错误：没有键“unknown_0”\nf:2:1: 错误：没有键“unknown_1”\n"
        "f:2:1: 错误：其余的不再列出");
}

TEST_CASE("a file that is missing, no file or too large is refused") {
  ConfigSample message;
  std::vector<Diagnostic> diagnostics;
  CHECK(LoadYamlFile("libs/config/testdata/none.yaml", {}, &message, &diagnostics).code() ==
        absl::StatusCode::kNotFound);
  CHECK(LoadYamlFile("libs/config/testdata", {}, &message, &diagnostics).code() ==
        absl::StatusCode::kFailedPrecondition);
  const std::string path = absl::StrCat(kTestData, "sample.yaml");
  const auto size = static_cast<size_t>(std::filesystem::file_size(path));
  CHECK(LoadYamlFile(path, {.size_bytes_max = size}, &message, &diagnostics).ok());
  CHECK(LoadYamlFile(path, {.size_bytes_max = size - 1}, &message, &diagnostics).message() ==
        absl::StrCat(path, ":1:1: 错误：超过", size - 1, "字节"));
}

TEST_CASE("the source map finds every field of a loaded message") {
  ConfigSample message;
  SourceMap places;
  REQUIRE(
      LoadYamlFile(absl::StrCat(kTestData, "sample.yaml"), {}, &message, nullptr, &places).ok());
  CHECK(places.file() == absl::StrCat(kTestData, "sample.yaml"));
  const std::vector<std::pair<std::string, Position>> rows = {
      {"", {3, 1}},
      {"name", {3, 7}},
      {"limits", {14, 1}},
      {"limits.wait_max", {14, 41}},
      {"peers[5]", {21, 3}},
      {"shards[2]", {27, 16}},
      {"steps[1]", {32, 5}},
      {"steps[1].needs", {33, 5}},
      {"steps[1].needs[0]", {33, 13}},
      {"steps[1].steps[0].name", {36, 15}},
      {"labels[\"a.b\"]", {39, 8}},
      {"labels[\"quo\\\"te\"]", {41, 13}},
      {"queues[\"outbox\"].wait_max", {44, 15}},
      {"slots[-1]", {47, 7}},
      {"disk.path", {49, 9}},
  };
  for (const auto& [path, position] : rows) {
    INFO(path);
    CHECK(places.Find(path).has_value());
    CHECK(Describe(places.Nearest(path)) == Describe(position));
  }
  CHECK(!places.Find("title").has_value());
  // A violation about what is not written is reported where it is missed.
  CHECK(places.At("steps[0].needs", "required").Format() ==
        absl::StrCat(kTestData, "sample.yaml:31:5: 错误：required"));
}

}  // namespace
}  // namespace onething::config
