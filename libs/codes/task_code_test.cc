#include "libs/codes/task_code.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/hash/hash.h"
#include "libs/base/error.h"

namespace onething::codes {
namespace {

constexpr char kCity[] = "12441500196720244T3442199806003";
constexpr char kOtherCity[] = "11370800MB285591843370117002011";

TEST_CASE("an implementation code is read with its parts") {
  const auto code = TaskCode::Parse(kCity);
  REQUIRE(code.ok());
  CHECK(code->value() == kCity);
  CHECK(code->authority().value() == "12441500196720244T");
  CHECK(code->use_level() == UseLevel::kCity);
  CHECK(code->catalog_code().value() == "442199806003");

  const auto other = TaskCode::Parse(kOtherCity);
  REQUIRE(other.ok());
  CHECK(other->authority().value() == "11370800MB28559184");
  CHECK(other->catalog_code().item_type() == "01");
  CHECK((*other < *code));
  CHECK(absl::HashOf(*code) == absl::HashOf(*TaskCode::Parse(kCity)));
}

TEST_CASE("an implementation code made of its parts is the one read") {
  const auto code = TaskCode::Parse(kCity);
  REQUIRE(code.ok());
  for (int level = 1; level <= 7; ++level) {
    const auto made =
        TaskCode::Make(code->authority(), static_cast<UseLevel>(level), code->catalog_code());
    const auto read = TaskCode::Parse(made.value());
    REQUIRE(read.ok());
    CHECK((*read == made));
    CHECK(static_cast<int>(read->use_level()) == level);
    CHECK((made == *code) == (level == 3));
  }
}

TEST_CASE("a text that is no implementation code is refused with what is wrong and where") {
  struct Row {
    const char* text;
    const char* sentence;
  };
  const Row rows[] = {
      {"", "实施编码应为31位，实为0位"},
      {"12441500196720244T344219980600", "实施编码应为31位，实为30位"},
      {"12441500196720244T344219980600301", "实施编码应为31位，实为33位"},
      {"12441500196720244A3442199806003", "实施编码第1至18位：统一社会信用代码第18位校验码应为T"},
      {"1244150019672024IT3442199806003",
       "实施编码第1至18位：统一社会信用代码第17位应为数字或除I、O、S、V、Z外的大写字母"},
      {"12441500196720244T0442199806003", "实施编码第19位行使层级应为1至7"},
      {"12441500196720244T8442199806003", "实施编码第19位行使层级应为1至7"},
      {"12441500196720244TA442199806003", "实施编码第19位行使层级应为1至7"},
      {"12441500196720244T344219980600X", "实施编码第20至31位：基本编码第12位应为数字"},
      {"12441500196720244T3992199806003", "实施编码第20至31位：基本编码第1至2位应为00或省级代码"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto code = TaskCode::Parse(row.text);
    REQUIRE(code.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(code.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(code.status().message() == row.sentence);
  }
}

TEST_CASE("an implementation code is held against what the item says of itself") {
  struct Row {
    const char* catalog_code;
    const char* item_type;
    const char* use_level;
    const char* sentence;  // empty: they agree
  };
  const Row rows[] = {
      {"442199806003", "21", "3", ""},
      {"442199806003", "21", "3^4", ""},
      {"442199806003", "21", "2^3^4", ""},
      {"442199806004", "21", "3", "实施编码第20至31位应为本事项的基本编码442199806004"},
      {"002199806003", "21", "3", "实施编码第20至31位应为本事项的基本编码002199806003"},
      {"442199806003", "20", "3", "实施编码第22至23位应与本事项的事项类型一致"},
      {"442199806003", "", "3", "实施编码第22至23位应与本事项的事项类型一致"},
      {"442199806003", "21", "4", "实施编码第19位应与本事项的行使层级一致"},
      {"442199806003", "21", "2^4", "实施编码第19位应与本事项的行使层级一致"},
      {"442199806003", "21", "13", "实施编码第19位应与本事项的行使层级一致"},
      {"442199806003", "21", "", "实施编码第19位应与本事项的行使层级一致"},
  };
  const auto code = TaskCode::Parse(kCity);
  REQUIRE(code.ok());
  for (const Row& row : rows) {
    INFO(row.catalog_code << " " << row.item_type << " " << row.use_level);
    const auto catalog_code = CatalogCode::Parse(row.catalog_code);
    REQUIRE(catalog_code.ok());
    const absl::Status status = code->CheckAgainst(*catalog_code, row.item_type, row.use_level);
    CHECK(status.message() == row.sentence);
    CHECK(status.ok() == (std::string(row.sentence).empty()));
    CHECK((status.ok() || ReasonOf(status) == common::v1::ERROR_REASON_ITEM_CODE_MISMATCH));
  }
}

TEST_CASE("a national item is carried out under its national basic code") {
  const auto authority = CreditCode::Parse("12441500196720244T");
  const auto national = CatalogCode::Parse("000117002000");
  REQUIRE(authority.ok());
  REQUIRE(national.ok());
  const TaskCode code = TaskCode::Make(*authority, UseLevel::kCity, *national);
  CHECK(TaskCode::Parse(code.value()).ok());
  CHECK(code.CheckAgainst(*national, "01", "3").ok());
}

}  // namespace
}  // namespace onething::codes
