// Files made to break the loader: each must be refused, soon and with a place, and none may end the
// process.

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/load_yaml.h"
#include "libs/config/text_screen.h"
#include "onething/testing/v1/config_sample.pb.h"

namespace onething::config {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::v1::ConfigSample;

constexpr size_t kMebibyte = size_t{1} << 20;

std::string Repeat(absl::string_view text, size_t size) {
  std::string all;
  while (all.size() + text.size() <= size) {
    all.append(text.data(), text.size());
  }
  return all;
}

std::string FirstFinding(const std::string& yaml, const LoadOptions& options = {}) {
  ConfigSample message;
  std::vector<Diagnostic> diagnostics;
  LoadYaml(yaml, "f", options, &message, &diagnostics).IgnoreError();
  return diagnostics.empty() ? "" : diagnostics.front().Format();
}

// No finding is left in the words of the parser: each has a character from U+4000 to U+9FFF.
bool IsChinese(absl::string_view message) {
  return std::any_of(message.begin(), message.end(),
                     [](unsigned char c) { return c >= 0xE4 && c <= 0xE9; });
}

// Holds of every load whatever the text.
void CheckInvariants(const std::string& yaml) {
  ConfigSample message;
  std::vector<Diagnostic> diagnostics;
  SourceMap places;
  const absl::Status status = LoadYaml(yaml, "f", {}, &message, &diagnostics, &places);
  const int line_count = 1 + static_cast<int>(std::count(yaml.begin(), yaml.end(), '\n'));
  bool ok = status == ToStatus(diagnostics) && diagnostics.size() <= 101;
  for (const Diagnostic& diagnostic : diagnostics) {
    const std::string line = diagnostic.Format();
    ok = ok && diagnostic.line >= 1 && diagnostic.line <= line_count && diagnostic.column >= 1 &&
         diagnostic.column <= static_cast<int>(yaml.size()) + 1 && IsChinese(diagnostic.message) &&
         !FindRefusedCharacter(line).has_value() && !absl::StrContains(line, "\n");
  }
  if (status.ok()) {
    ConfigSample copy;
    ok = ok && copy.ParseFromString(message.SerializeAsString()) &&
         MessageDifferencer::Equals(copy, message);
  } else {
    ok = ok && MessageDifferencer::Equals(message, ConfigSample());
  }
  if (!ok) {
    FAIL("status: " << status << "\ntext:\n" << yaml);
  }
}

TEST_CASE("nesting is refused at its limit, whatever makes it") {
  std::string steps = "{}";
  for (int i = 0; i < 15; ++i) {
    steps = absl::StrCat("{steps: [", steps, "]}");
  }
  // The document, and 15 times a list and a map: 31 levels.
  CHECK(FirstFinding(absl::StrCat("steps: [", steps, "]")) == "f:1:144: 错误：嵌套超过32层");
  CHECK(FirstFinding(steps) == "");
  CHECK(FirstFinding(steps, {.depth_max = 31}) == "");
  CHECK(FirstFinding(steps, {.depth_max = 30}) == "f:1:136: 错误：嵌套超过30层");
  CHECK(FirstFinding(Repeat("- ", 100)) == "f:1:65: 错误：嵌套超过32层");
  CHECK(FirstFinding(Repeat("? ", 100)) == "f:1:3: 错误：用列表或键值对作键，或有括号没有闭合");
  CHECK(FirstFinding(absl::StrCat("peers: ", Repeat("[", 99), Repeat("]", 99))) ==
        "f:1:39: 错误：嵌套超过32层");
}

TEST_CASE("a long run of any bracket, mark or separator is refused without harm") {
  constexpr size_t kSize = kMebibyte / 8;
  const std::vector<std::string> patterns = {
      "[",   "{",     "[\n",    "{a: ", "[a,", "[[],",   "[]",  "{}",    ",",      "- ",
      "-\n", "? ",    "?\n",    ": ",   ":\n", "\"a\" ", "'",   "\"",    "!a ",    "&a ",
      "*a ", "- a\n", "a: b\n", "#\n",  "\n",  " ",      "|\n", "---\n", "%A b\n", "{? ",
      "[? ", "a",     "中",     "\t",   "\\",  "a,\n",   "{a,", "<<: ",  "\r\n",   "...\n",
  };
  for (const std::string& pattern : patterns) {
    INFO(pattern);
    CheckInvariants(Repeat(pattern, kSize));
    CheckInvariants(absl::StrCat("peers: [", Repeat(pattern, kSize)));
    CHECK(FirstFinding(Repeat(pattern, kSize)) != "");
  }
}

TEST_CASE("a mebibyte of what costs the parser most is refused without harm") {
  CheckInvariants(Repeat("[", kMebibyte));
  CheckInvariants(Repeat("[\n", kMebibyte));
  CheckInvariants(Repeat("- a: b\n", kMebibyte));
  CheckInvariants(absl::StrCat("{", Repeat("a ", kMebibyte / 2), Repeat(",", 99'000)));
}

TEST_CASE("the parser is not given what it would need too much memory for") {
  CHECK(FirstFinding(absl::StrCat("name: ", Repeat("[", 2000))) ==
        "f:1:1031: 错误：未闭合的括号超过1024个");
  CHECK(FirstFinding(absl::StrCat("peers: [", Repeat("a,", 300'000))) ==
        "f:1:200010: 错误：逗号超过100000个");
  // Brackets and commas of text count too, far above what text has.
  CHECK(FirstFinding(absl::StrCat("name: '", Repeat("[{(", 1500), "'")) == "");
}

TEST_CASE("a text with more nodes than the limit is refused at the first one too many") {
  CHECK(FirstFinding("peers: [a, b]", {.node_count_max = 5}) == "");
  CHECK(FirstFinding("peers: [a, b]", {.node_count_max = 4}) == "f:1:12: 错误：键和值合计超过4个");
  CHECK(FirstFinding(absl::StrCat("peers:\n", Repeat("- a\n", 400'004))) ==
        "f:99999:3: 错误：键和值合计超过100000个");
}

TEST_CASE("a text larger than the limit is refused unread") {
  CHECK(FirstFinding(std::string(kMebibyte + 1, '[')) == "f:1:1: 错误：超过1048576字节");
}

TEST_CASE("a key longer than its limit is refused") {
  CHECK(FirstFinding(absl::StrCat("labels:\n  ? ", std::string(1025, 'k'), "\n  : v")) ==
        "f:2:5: 错误：键超过1024字节");
}

TEST_CASE("an alias bomb is refused at its first anchor") {
  CHECK(FirstFinding("peers: [&a x, &b [*a, *a], &c [*b, *b]]") ==
        "f:1:9: 错误：此处用了锚点；不允许锚点和别名，请直接写出值");
}

TEST_CASE("long or many-lined text in a finding is cut to one short line") {
  CHECK(FirstFinding(absl::StrCat("port: '", std::string(100, 'x'), "'")) ==
        absl::StrCat("f:1:7: 错误：“", std::string(60, 'x'),
                     "…”不是从-2147483648到2147483647的整数"));
  CHECK(FirstFinding("port: \"a\\nb\"") == "f:1:7: 错误：“a b”不是从-2147483648到2147483647的整数");
}

TEST_CASE("no mutation of a good file breaks the loader") {
  std::ifstream stream("libs/config/testdata/sample.yaml");
  std::stringstream text;
  text << stream.rdbuf();
  const std::string good = text.str();
  REQUIRE(!good.empty());

  constexpr uint64_t kSeed = 20260302;
  constexpr int kRoundCount = 20'000;
  constexpr absl::string_view kInserts =
      "[]{},:?-|>'\"!&*#%@`~ \t\n\r\\\xff\xc0\x80\x01"
      "ab10";
  std::mt19937_64 random(kSeed);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  for (int round = 0; round < kRoundCount; ++round) {
    INFO("seed " << kSeed << ", round " << round);
    std::string yaml = good;
    for (size_t edits = 1 + below(4); edits > 0 && !yaml.empty(); --edits) {
      const size_t place = below(yaml.size());
      switch (below(5)) {
        case 0:
          yaml[place] = static_cast<char>(yaml[place] ^ (1 << below(8)));
          break;
        case 1:
          yaml.erase(place, 1 + below(8));
          break;
        case 2:
          yaml.insert(place, 1, kInserts[below(kInserts.size())]);
          break;
        case 3:
          yaml[place] = kInserts[below(kInserts.size())];
          break;
        default:
          yaml.insert(place, yaml.substr(below(yaml.size()), below(64)));
      }
    }
    CheckInvariants(yaml);
  }
}

}  // namespace
}  // namespace onething::config
