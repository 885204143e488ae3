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
      {"nmae: a", "f:1:1: error: unknown key 'nmae'; did you mean 'name'?"},
      {"name: a\nlimits:\n  wait-max: 3s",
       "f:3:3: error: unknown key 'wait-max'; did you mean 'wait_max'?"},
      {"retryDelays: [1s]",
       "f:1:1: error: unknown key 'retryDelays'; did you mean 'retry_delays'?"},
      {"steps:\n- name: 甲\n  then: b",
       "f:3:3: error: unknown key 'then'; known keys: name, needs, source, steps"},
      {"'': a", "f:1:1: error: unknown key ''"},
      {"<<: {name: a}", "f:1:1: error: unknown key '<<'"},
      {"limits: {一: 1, 二: 2}",
       "f:1:10: error: unknown key '一'; known keys: entry_count_max, wait_max\n"
       "f:1:16: error: unknown key '二'; known keys: entry_count_max, wait_max"},
  });
}

TEST_CASE("values of the wrong kind are refused where they stand") {
  CheckRows({
      {"- name", "f:1:1: error: the document must be a map of keys, not a list"},
      {"name", "f:1:1: error: the document must be a map of keys, not a single value"},
      {"name: [a]", "f:1:7: error: 'name' must be a single value, not a list"},
      {"name:\n  a: b", "f:2:3: error: 'name' must be a single value, not a map of keys"},
      {"limits: 3", "f:1:9: error: 'limits' must be a map of keys, not a single value"},
      {"peers: a",
       "f:1:8: error: 'peers' must be a list, not a single value; write each element after '- '"},
      {"peers:\n- [a]", "f:2:3: error: 'peers[0]' must be a single value, not a list"},
      {"steps: [{needs: {}}]",
       "f:1:17: error: 'steps[0].needs' must be a list, not a map of keys; "
       "write each element after '- '"},
      {"labels: [a]", "f:1:9: error: 'labels' must be a map of keys, not a list"},
      {"labels: {a: {}}",
       "f:1:13: error: 'labels[\"a\"]' must be a single value, not a map of keys"},
      {"queues: {a: 1}",
       "f:1:13: error: 'queues[\"a\"]' must be a map of keys, not a single value"},
      {"drain_delay: {seconds: 3}",
       "f:1:14: error: 'drain_delay' must be a single value, not a map of keys"},
      {"key: YWJj", "f:1:6: error: bytes cannot be written in YAML; name a file that holds them"},
  });
}

TEST_CASE("a missing value is an error at its key or dash") {
  const std::string text_hint = " has no value; leave it out, or write \"\" for an empty text";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"name:", "f:1:1: error: 'name'" + text_hint},
      {"port: 1\nname: ~\n", "f:2:1: error: 'name'" + text_hint},
      {"port: 1\nname: null\noffset: 2", "f:2:1: error: 'name'" + text_hint},
      {"name:\n\n# nothing\nport: 1", "f:1:1: error: 'name'" + text_hint},
      {"limits:\nport: 1", "f:1:1: error: 'limits' has no value; leave it out"},
      {"{name, port: 1}", "f:1:2: error: 'name'" + text_hint},
      {"peers:\n  - a\n  -\n\n  # - not this one\n# - nor this\n  - b",
       "f:3:3: error: 'peers[1]'" + text_hint},
      {"peers:\n-\n- b", "f:2:1: error: 'peers[0]'" + text_hint},
      {"peers:\n  - a\n  -", "f:3:3: error: 'peers[1]'" + text_hint},
      {"peers:\n  - a\n  - # nothing\nport: 1", "f:3:3: error: 'peers[1]'" + text_hint},
      {"peers:\n  - ~\n", "f:2:3: error: 'peers[0]'" + text_hint},
      {"peers: [a, , b]", "f:1:12: error: 'peers[1]'" + text_hint},
      {"labels: {a: null}", "f:1:10: error: 'labels[\"a\"]'" + text_hint},
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
        "f:1:9: error: 'peers[0]' has no value; leave it out, or write \"\" for an empty text");
}

TEST_CASE("numbers and truth values have one way to be written") {
  const std::string int32 = " is not a whole number from -2147483648 to 2147483647";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"port: a", "f:1:7: error: 'a'" + int32},
      {"port: 2147483648", "f:1:7: error: '2147483648'" + int32},
      {"port: 1.0", "f:1:7: error: '1.0'" + int32},
      {"port: 0x10", "f:1:7: error: '0x10'" + int32},
      {"port: 010", "f:1:7: error: '010'" + int32},
      {"port: +1", "f:1:7: error: '+1'" + int32},
      {"port: 1_000", "f:1:7: error: '1_000'" + int32},
      {"port: ''", "f:1:7: error: ''" + int32},
      {"port: \"80\"", "f:1:7: error: text '80' in place of a number; write it without quotes"},
      {"shards: [1, x, 3, y]", "f:1:13: error: 'x'" + int32 + "\nf:1:19: error: 'y'" + int32},
      {"retry_count_max: -1", "f:1:18: error: '-1' is not a whole number from 0 to 4294967295"},
      {"seed: 18446744073709551616",
       "f:1:7: error: '18446744073709551616' is not a whole number from 0 to 18446744073709551615"},
      {"offset: -9223372036854775809",
       "f:1:9: error: '-9223372036854775809' is not a whole number from -9223372036854775808 to "
       "9223372036854775807"},
      {"ratio: .inf", "f:1:8: error: '.inf' is not a number"},
      {"ratio: nan", "f:1:8: error: 'nan' is not a number"},
      {"ratio: 1e999", "f:1:8: error: '1e999' is not a number"},
      {"weight: 1e39", "f:1:9: error: '1e39' is not a number"},
      {"reflection: yes",
       "f:1:13: error: 'yes' is not a truth value; write true or false, without quotes"},
      {"reflection: True",
       "f:1:13: error: 'True' is not a truth value; write true or false, without quotes"},
      {"reflection: 'true'",
       "f:1:13: error: 'true' is not a truth value; write true or false, without quotes"},
      {"slots: {x: applicant}", "f:1:9: error: 'x'" + int32},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("words, durations and times are refused with what is allowed") {
  CheckRows({
      {"source: e-licens",
       "f:1:9: error: unknown word 'e-licens'; did you mean 'e_licence'? "
       "allowed: applicant, e_licence, data_sharing"},
      {"source: SAMPLE_SOURCE_APPLICANT",
       "f:1:9: error: unknown word 'SAMPLE_SOURCE_APPLICANT'; "
       "allowed: applicant, e_licence, data_sharing"},
      {"source: Applicant",
       "f:1:9: error: unknown word 'Applicant'; did you mean 'applicant'? "
       "allowed: applicant, e_licence, data_sharing"},
      {"source: unspecified",
       "f:1:9: error: unknown word 'unspecified'; allowed: applicant, e_licence, data_sharing"},
      {"sources: [applicant, 2]",
       "f:1:22: error: unknown word '2'; allowed: applicant, e_licence, data_sharing"},
      {"drain_delay: 3",
       "f:1:14: error: '3' is not a duration; write a whole number with ms, s, m or h, like 30s"},
      {"retry_delays: [1s, -1s]",
       "f:1:20: error: '-1s' is not a duration; "
       "write a whole number with ms, s, m or h, like 30s"},
      {"effective_time: 2026-02-30T00:00:00Z",
       "f:1:17: error: '2026-02-30T00:00:00Z' is not a time; "
       "write it like 2026-03-02T09:00:00+08:00"},
  });
}

TEST_CASE("a key or a choice made twice is refused with both places") {
  CheckRows({
      {"name: a\nport: 1\n\"name\": b",
       "f:3:1: error: duplicate key 'name'; the first is at line 1, column 1"},
      {"labels: {甲: a, 甲: b, 甲: c}",
       "f:1:16: error: duplicate key '甲'; the first is at line 1, column 10\n"
       "f:1:22: error: duplicate key '甲'; the first is at line 1, column 10"},
      {"slots: {1: applicant, '1': applicant}",
       "f:1:23: error: duplicate key '1'; the first is at line 1, column 9"},
      {"disk: {path: a}\nname: b\nmemory_bytes: 1",
       "f:3:1: error: 'memory_bytes' and 'disk' (line 1, column 1) exclude each other; "
       "write one of them"},
  });
}

TEST_CASE("what YAML has and we do not take is refused where it stands") {
  const std::string anchors = "anchors and aliases are not allowed: write the value out";
  const std::string tags = "tags are not allowed: the field decides the type";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"name: &a b", "f:1:7: error: an anchor; " + anchors},
      {"name: &a b\ntitle: *a", "f:1:7: error: an anchor; " + anchors +
                                    "\nf:2:1: warning: 'title' is deprecated\n" +
                                    "f:2:8: error: an alias; " + anchors},
      {"limits: &a {}", "f:1:9: error: an anchor; " + anchors},
      {"&a name: b", "f:1:1: error: an anchor; " + anchors},
      {"labels: {&a x: y, *a : z}",
       "f:1:10: error: an anchor; " + anchors + "\nf:1:19: error: an alias as a key"},
      {"name: *a", "f:1:7: error: the referenced anchor is not defined"},
      {"name: !!str b", "f:1:7: error: a tag; " + tags},
      {"name: !mine b", "f:1:7: error: a tag; " + tags},
      {"name: ! b", "f:1:7: error: a tag; " + tags},
      {"name: ! ", "f:1:7: error: a tag; " + tags},
      {"limits: ! {}", "f:1:9: error: a tag; " + tags},
      {"peers: !set [a]", "f:1:8: error: a tag; " + tags},
      {"--- \nname: a\n---\nname: b",
       "f:3:1: error: a second document, or text behind the end of the first"},
      {"name: a\n...\nport: 1",
       "f:3:1: error: a second document, or text behind the end of the first"},
      {"", "f:1:1: error: the document is empty"},
      {"# nothing\n", "f:1:1: error: the document is empty"},
      {"---\n", "f:1:1: error: the document is empty"},
      {"null", "f:1:1: error: the document is empty"},
      {"? [a]\n: b", "f:1:3: error: a list or a map as a key, or a bracket that is not closed"},
      {"{a: 1}: b", "f:1:1: error: a list or a map as a key, or a bracket that is not closed"},
      {"name: a\n: b", "f:2:1: error: a key is missing"},
      {"~: b", "f:1:1: error: a key is missing"},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("text that is no YAML is refused in plain words") {
  CheckRows({
      {"name: a: b",
       "f:1:8: error: ':' where no key can stand; "
       "check the indentation, or put a text with ': ' into quotes"},
      {"limits:\n    wait_max: 3s\n  entry_count_max: 1",
       "f:3:3: error: text that belongs to no key; check the indentation"},
      {"peers:\n  - a\n b", "f:3:2: error: text that belongs to no key; check the indentation"},
      {"peers: [a, b\nname: c",
       "f:2:5: error: ',' or ']' expected; the bracket is opened at line 1, column 8"},
      {"peers: [a, b",
       "f:1:13: error: ',' or ']' expected; the bracket is opened at line 1, column 8"},
      {"limits: {wait_max: 1s\n\n",
       "f:3:1: error: ',' or '}' expected; the bracket is opened at line 1, column 9"},
      {"{name: a", "f:1:1: error: a list or a map as a key, or a bracket that is not closed"},
      {"name: a\n}", "f:2:1: error: a closing bracket that nothing opened"},
      {"name: 'a", "f:1:9: error: the document ends inside a text in quotes"},
      {"name: @a", "f:1:7: error: a character that begins no value; put the text into quotes"},
      {"name: \"\\é\"",
       "f:1:9: error: unknown escape in a double-quoted text; in single quotes a backslash is "
       "itself"},
      {"name: \"\\uD800\"", "f:1:14: error: an escape that is no character"},
      {"\tname: a", "f:1:1: error: a tab in the indentation; indent with blanks"},
      {"limits:\n  \twait_max: 1s\n\tport: 1",
       "f:2:3: error: a tab in the indentation; indent with blanks\n"
       "f:3:1: error: a tab in the indentation; indent with blanks"},
  });
}

TEST_CASE("bytes that are no plain text are refused wherever they stand") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {std::string("name: a\0b", 9), "f:1:8: error: control character U+0000"},
      {"name: 中\x07 \x1b[31m",
       "f:1:8: error: control character U+0007\nf:1:10: error: control character U+001B"},
      {"# \x7f\nname: a", "f:1:3: error: control character U+007F"},
      {"name: \u0085", "f:1:7: error: control character U+0085"},
      {"name: a\rport: 1", "f:1:8: error: control character U+000D"},
      {"name: \u202Eb", "f:1:7: error: control character U+202E"},
      {"name: a\n\uFEFF", "f:2:1: error: control character U+FEFF"},
      {"name: 中文\xff", "f:1:9: error: byte 0xFF is not UTF-8"},
      {"name: \xc0\xaf", "f:1:7: error: byte 0xC0 is not UTF-8"},
      {"name: \xed\xa0\x80", "f:1:7: error: byte 0xED is not UTF-8"},
      {"name: \xf4\x90\x80\x80", "f:1:7: error: byte 0xF4 is not UTF-8"},
      {"name: \xe4\xb8", "f:1:7: error: byte 0xE4 is not UTF-8"},
      {"name: \"\\0\"", "f:1:7: error: text with control character U+0000"},
      {"name: \"\\x1b[31m\"", "f:1:7: error: text with control character U+001B"},
  };
  for (const auto& [yaml, findings] : rows) {
    INFO(yaml);
    CHECK(Findings(yaml) == findings);
  }
}

TEST_CASE("every error of a file is reported, in the order of the places") {
  CHECK(Findings(
            "port: x\nnmae: a\nsteps:\n- needs: a\n  source: b\nport: 1\nlimits: {wait_max: 1}") ==
        "f:1:7: error: 'x' is not a whole number from -2147483648 to 2147483647\n"
        "f:2:1: error: unknown key 'nmae'; did you mean 'name'?\n"
        "f:4:10: error: 'steps[0].needs' must be a list, not a single value; "
        "write each element after '- '\n"
        "f:5:11: error: unknown word 'b'; allowed: applicant, e_licence, data_sharing\n"
        "f:6:1: error: duplicate key 'port'; the first is at line 1, column 1\n"
        "f:7:20: error: '1' is not a duration; write a whole number with ms, s, m or h, like 30s");
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
  CHECK(diagnostics[0].Format() == "f:1:1: warning: 'title' is deprecated");
}

TEST_CASE("the list of findings is bounded") {
  std::string yaml;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&yaml, "unknown_", i, ": 1\n");
  }
  CHECK(Findings(yaml, {.diagnostic_count_max = 2}) ==
        "f:1:1: error: unknown key 'unknown_0'\nf:2:1: error: unknown key 'unknown_1'\n"
        "f:2:1: error: further findings are not shown");
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
        absl::StrCat(path, ":1:1: error: larger than ", size - 1, " bytes"));
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
        absl::StrCat(kTestData, "sample.yaml:31:5: error: required"));
}

}  // namespace
}  // namespace onething::config
