#include "libs/rpc/validator.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "libs/base/error.h"
#include "libs/codes/catalog_code.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "libs/codes/task_code.h"
#include "onething/testing/v1/echo.pb.h"

namespace onething::rpc {
namespace {

using testing::v1::CheckRulesRequest;
using testing::v1::UpdateSampleRequest;

// What every good request has.
constexpr char kGood[] = R"(
    required_text: "x" required_number: 1 required_enum: STATE_OPEN required_message { room: "r" }
    required_list: "a" required_flag: false short_list: "a" short_list: "b")";

template <class Message>
Message FromText(const std::string& text) {
  Message message;
  google::protobuf::TextFormat::Parser parser;
  INFO(text);
  REQUIRE(parser.MergeFromString(text, &message));
  return message;
}

const Validator& Rules() {
  static const Validator validator(*CheckRulesRequest::descriptor());
  return validator;
}

// `path: description` of every fault, one a line.
std::string Faults(const absl::Status& status) {
  if (status.ok()) {
    return "";
  }
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_FIELD_INVALID);
  std::string lines;
  const auto faults = ViolationsOf(status);
  REQUIRE(faults.has_value());
  for (const auto& fault : faults->field_violations()) {
    absl::StrAppend(&lines, fault.field(), ": ", fault.description(), "\n");
  }
  return lines;
}

std::string FaultsOf(const std::string& text) {
  return Faults(Rules().Check(FromText<CheckRulesRequest>(kGood + text)));
}

std::string Quote(const std::string& field, const std::string& value) {
  return absl::StrCat(field, ": \"", value, "\"");
}

std::string Repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&all, text);
  }
  return all;
}

std::string Keys(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&all, "plain_map { key: \"", i, "\" value: \"v\" } ");
  }
  return all;
}

TEST_CASE("a good request has no fault") { CHECK(FaultsOf("") == ""); }

TEST_CASE("every required field that is missing is named, in the order of declaration") {
  CHECK(Faults(Rules().Check(CheckRulesRequest())) ==
        "required_text: 必填\nrequired_number: 必填\nrequired_enum: 必填\nrequired_message: 必填\n"
        "required_list: 必填\nrequired_flag: 必填\nshort_list: 不能少于2项，实为0项\n");
}

struct RuleRow {
  std::string text;
  std::string faults;
};

void CheckRows(const std::vector<RuleRow>& rows) {
  for (const RuleRow& row : rows) {
    INFO(row.text.substr(0, 200));
    CHECK(FaultsOf(row.text) == row.faults);
  }
}

TEST_CASE("required members and lengths are asked for wherever the field is, and nothing more") {
  const std::string a256 = std::string(256, 'a');
  const std::string han256 = Repeat("汉", 256);
  const std::vector<RuleRow> rows = {
      // Required members of messages, wherever these are.
      {"required_message { shelf: 1 room: '' }", "required_message.room: 必填\n"},
      {"places { shelf: 1 }", "places[0].room: 必填\n"},
      {"places { room: 'r' } places { }", "places[1].room: 必填\n"},
      {"places_by_name { key: 'k' value { } }", "places_by_name[\"k\"].room: 必填\n"},
      {"chosen_place { }", "chosen_place.room: 必填\n"},

      // Default limits.
      {Quote("plain_text", a256), ""},
      {Quote("plain_text", a256 + "a"), "plain_text: 不能多于256个字符，实为257个字符\n"},
      {Quote("plain_text", han256), ""},
      {Quote("plain_text", han256 + "字"), "plain_text: 不能多于256个字符，实为257个字符\n"},
      {Quote("plain_bytes", std::string(65536, 'a')), ""},
      {Quote("plain_bytes", std::string(65537, 'a')),
       "plain_bytes: 不能多于65536字节，实为65537字节\n"},
      {Repeat("plain_list: 7 ", 100), ""},
      {Repeat("plain_list: 7 ", 101), "plain_list: 不能多于100项，实为101项\n"},
      {Keys(100), ""},
      {Keys(101), "plain_map: 不能多于100项，实为101项\n"},
      {"plain_map { key: '" + a256 + "' value: 'v' }", ""},
      {"plain_map { key: '" + a256 + "a' value: 'v' }", "plain_map[*]: 键不能多于256个字符\n"},
      {"plain_map { key: 'k' value: '" + a256 + "a' }",
       "plain_map[\"k\"]: 不能多于256个字符，实为257个字符\n"},

      // Stated lengths.
      {Quote("short_text", ""), ""},
      {Quote("short_text", "字"), "short_text: 不能少于2个字符\n"},
      {Quote("short_text", "两字"), ""},
      {Quote("short_text", "四个汉字"), ""},
      {Quote("short_text", "五个汉字的"), "short_text: 不能多于4个字符，实为5个字符\n"},
      {Quote("short_bytes", "汉a"), ""},
      {Quote("short_bytes", "汉字"), "short_bytes: 不能多于4字节，实为6字节\n"},
      {"short_list: 'c'", ""},
      {"short_list: 'c' short_list: 'd'", "short_list: 不能多于3项，实为4项\n"},
      {"short_list: 'abcde'", "short_list[2]: 不能多于4个字符，实为5个字符\n"},
      {"short_map { key: 'k' value: 'abcd' }", ""},
      {"short_map { key: 'k' value: 'abcde' }", "short_map[\"k\"]: 不能多于4个字符，实为5个字符\n"},
      {"chosen_text: 'abcde'", "chosen_text: 不能多于4个字符，实为5个字符\n"},
      {"nested { nested { list { } list { text: 'abcde' } } }",
       "nested.nested.list[1].text: 不能多于4个字符，实为5个字符\n"},
  };
  CheckRows(rows);
}

TEST_CASE("patterns, bounds, enum values, output-only fields and times are asked for") {
  const std::string a257 = std::string(257, 'a');
  const std::vector<RuleRow> rows = {
      // Patterns match the whole text.
      {Quote("pattern_text", "abc"), ""},
      {Quote("pattern_text", "abc1"), "pattern_text: 应符合 [a-z]+\n"},
      {Quote("pattern_text", "abc\\n"), "pattern_text: 应符合 [a-z]+\n"},

      // Bounds. Zero of a field without presence is not set.
      {"small_number: -2", ""},
      {"small_number: 5", ""},
      {"small_number: -3", "small_number: 不能小于-2\n"},
      {"small_number: 6", "small_number: 不能大于5\n"},
      {"said_number: 0", "said_number: 不能小于1\n"},
      {"said_number: 1", ""},
      {"large_number: 0", ""},
      {"large_number: 18446744073709551615", ""},
      {"small_count: 6", "small_count: 不能大于5\n"},
      {"small_count: 4294967295", "small_count: 不能大于5\n"},
      {"fraction: 0.5", ""},
      {"fraction: -0.1", "fraction: 不能小于0\n"},
      {"fraction: 1.5", "fraction: 不能大于1\n"},
      {"fraction: nan", "fraction: 不能小于0\n"},
      {"small_fraction: inf", "small_fraction: 不能大于1\n"},
      {"small_fraction: nan", "small_fraction: 不能大于1\n"},
      {"small_numbers: 5 small_numbers: 6", "small_numbers[1]: 不能大于5\n"},
      {"places { room: 'r' shelf: 10 }", "places[0].shelf: 不能大于9\n"},

      // Enum values must be known.
      {"required_enum: 99", "required_enum: 不是约定的取值\n"},
      {"states: STATE_OPEN states: 99", "states[1]: 不是约定的取值\n"},

      // Output only.
      {"output_text: 'x'", "output_text: 由系统填写，请求中不能给出\n"},
      {"output_text: ''", ""},
      {"output_message { }", "output_message: 由系统填写，请求中不能给出\n"},
      {"output_list: ''", "output_list: 由系统填写，请求中不能给出\n"},

      // Times that are none.
      {"time { seconds: 1700000000 } duration { seconds: -1 nanos: -1 }", ""},
      {"time { seconds: 253402300800 }", "time: 超出时间范围\n"},
      {"time { nanos: -1 }", "time: 超出时间范围\n"},
      {"duration { seconds: 315576000001 }", "duration: 超出时间范围\n"},
      {"duration { seconds: 1 nanos: -1 }", "duration: 超出时间范围\n"},

      // A key is written as in the paths of a configuration file, and shown unless the field is
      // sensitive.
      {"short_map { key: 'a.b\"c' value: 'abcde' }",
       "short_map[\"a.b\\\"c\"]: 不能多于4个字符，实为5个字符\n"},
      {"secret_map { key: '张三' value: '" + a257 + "' }",
       "secret_map[*]: 不能多于256个字符，实为257个字符\n"},
      {"secret_map { key: 'child-name2' value: '" + a257 + "' }",
       "secret_map[\"child-name2\"]: 不能多于256个字符，实为257个字符\n"},
  };
  CheckRows(rows);
}

TEST_CASE("every format takes what has it and refuses the rest, also in lists") {
  const auto authority = *codes::CreditCode::Make("11360000014500000");
  const auto catalog = *codes::CatalogCode::Parse("000101001000");
  const std::string task =
      codes::TaskCode::Make(authority, codes::UseLevel::kProvince, catalog).value();
  const auto type = *codes::LicenseTypeCode::Parse("11100000MB03271699001");
  const std::string license =
      codes::LicenseIdentifier::Make(type, authority, "20260302001", 1)->value();
  const std::string citizen =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 3)->value();
  struct Row {
    const char* field;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  };
  const auto other_end = [](std::string code) {
    code.back() = code.back() == '1' ? '2' : '1';
    return code;
  };
  const Row rows[] = {
      {"credit_code", {authority.value()}, {other_end(authority.value()), "1136", "１１"}},
      {"citizen_number", {citizen}, {other_end(citizen), citizen.substr(1)}},
      {"region_code", {"36", "360100", "360102001", "360102001001"}, {"00", "3601", "3", "abc"}},
      {"catalog_code", {catalog.value()}, {"0001010010", "000001001000"}},
      {"task_code", {task}, {task.substr(1), task + "0"}},
      {"license_identifier", {license}, {other_end(license), "1.2.156.3005.2"}},
      {"date",
       {"2026-03-02", "2024-02-29", "0001-01-01"},
       {"2026-02-29", "2026-13-01", "2026-00-10", "2026-1-02", "2026/01/02", "20260102",
        "0000-01-01", "+026-01-01", "2026-01-0a"}},
      {"key",
       {"12345678",
        "a.B_c-9"
        "0",
        std::string(64, 'k')},
       {"1234567", std::string(65, 'k'), "with space", "slash/12", "汉字汉字汉字汉字"}},
      {"phone", {"13900001111"}, {"1390000111", "139000011112", "23900001111", "1390000111a"}},
      {"regions", {"36"}, {"3"}},
  };
  for (const Row& row : rows) {
    for (const std::string& text : row.good) {
      INFO(row.field << " " << text);
      CHECK(FaultsOf(Quote(row.field, text)) == "");
    }
    for (const std::string& text : row.bad) {
      INFO(row.field << " " << text);
      const std::string faults = FaultsOf(Quote(row.field, text));
      CHECK(absl::StartsWith(faults, row.field));
      CHECK(faults.size() > std::string(row.field).size() + 3);
      // The root of every licence identifier may stand in the sentence: it says what is expected.
      const bool is_root = text == "1.2.156.3005.2";
      CHECK_FALSE((text.size() > 4 && !is_root && absl::StrContains(faults, text)));
    }
  }
}

TEST_CASE("no text may hold what a terminal obeys and a reader does not see") {
  for (const std::string hidden :
       {"a\\000b", "\\033[31m", "\\177", "\\u0085", "\\u009b1m", "\\u202eab", "\\u2066"}) {
    INFO(hidden);
    CHECK(FaultsOf(Quote("short_text", hidden)) ==
          "short_text: 含有控制字符或改变文字方向的字符\n");
  }
  for (const std::string plain : {"两\\n行", "\\t", "\\u00a0", "\\u2029", "‐–—", "\\u202f"}) {
    INFO(plain);
    CHECK(FaultsOf(Quote("short_text", "字" + plain)) == "");
  }
}

TEST_CASE("a refusal lists all faults, up to the limit") {
  const absl::Status status = Rules().Check(FromText<CheckRulesRequest>(
      kGood + Repeat("places { } ", 100) + Repeat("small_numbers: 9 ", 50)));
  REQUIRE_FALSE(status.ok());
  CHECK(ViolationsOf(status)->field_violations_size() == kViolationsMax);
  CHECK(absl::StrContains(status.message(), "请求不符合接口约定"));
}

TEST_CASE("of a list that is too long only as much is looked at as is allowed") {
  const std::string faults = FaultsOf(Repeat("places { } ", 150));
  CHECK(absl::StrContains(faults, "places: 不能多于100项，实为150项\n"));
  CHECK_FALSE(absl::StrContains(faults, "places[100]"));
}

TEST_CASE("fields that are not known are ignored") {
  CheckRulesRequest request = FromText<CheckRulesRequest>(kGood);
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(999, "new");
  CHECK(Rules().Check(request).ok());
}

TEST_CASE("an update needs of its resource what its mask names, and the mask must be right") {
  const Validator validator(*UpdateSampleRequest::descriptor());
  constexpr char kRequest[] = "name: 'a' request_id: 'request-1' ";
  struct Row {
    std::string text;
    std::string faults;
  };
  const Row rows[] = {
      {"sample { title: 't' } update_mask { paths: 'title' }", ""},
      {"sample { } update_mask { paths: 'title' }", "sample.title: 必填\n"},
      {"update_mask { paths: 'colours' }", "sample: 必填\n"},
      {"sample { title: 't' }", "sample.name: 必填\nupdate_mask: 必填\n"},
      {"sample { } update_mask { paths: 'colours' paths: 'owner' }", ""},
      {"sample { } update_mask { paths: 'place' }", ""},
      {"sample { place { shelf: 1 } } update_mask { paths: 'place' }", "sample.place.room: 必填\n"},
      {"sample { place { shelf: 1 } } update_mask { paths: 'place.shelf' }", ""},
      {"sample { place { shelf: 1 } } update_mask { paths: 'place.room' }",
       "sample.place.room: 必填\n"},
      {"sample { } update_mask { paths: 'place.room' }", "sample.place.room: 必填\n"},
      {"sample { } update_mask { paths: 'place.shelf' }", ""},
      // What is given must be right, named or not.
      {"sample { place { shelf: 12 } } update_mask { paths: 'owner' }",
       "sample.place.shelf: 不能大于9\n"},
      {"sample { seal: 's' } update_mask { paths: 'owner' }",
       "sample.seal: 由系统填写，请求中不能给出\n"},
      // A wrong mask among other faults is one of them.
      {"sample { } update_mask { paths: 'title' paths: 'nothing' }",
       "sample.title: 必填\nupdate_mask: update_mask 有误：没有字段 nothing\n"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(Faults(validator.Check(FromText<UpdateSampleRequest>(kRequest + row.text))) ==
          row.faults);
  }
  for (const char* path : {"nothing", "state", "place.nothing", "title.more", "*", ""}) {
    INFO(path);
    const absl::Status status = validator.Check(FromText<UpdateSampleRequest>(
        absl::StrCat(kRequest, "sample { title: 't' } update_mask { paths: '", path, "' }")));
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
    CHECK(ErrorInfoOf(status)->metadata().at("path") == path);
  }
  const absl::Status empty = validator.Check(
      FromText<UpdateSampleRequest>(absl::StrCat(kRequest, "sample { } update_mask { }")));
  CHECK(ReasonOf(empty) == common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
}

}  // namespace
}  // namespace onething::rpc
