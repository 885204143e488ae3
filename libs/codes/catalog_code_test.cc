#include "libs/codes/catalog_code.h"

#include <catch2/catch.hpp>

#include "libs/base/error.h"

namespace onething::codes {
namespace {

TEST_CASE("a basic code is read with its parts") {
  struct Row {
    const char* text;
    const char* area;
    const char* type;
    const char* main;
    const char* sub;
    bool is_national;
  };
  const Row rows[] = {
      {"442199806003", "44", "21", "99806", "003", false},
      {"370117002011", "37", "01", "17002", "011", false},
      {"000117002000", "00", "01", "17002", "000", true},
      {"660199999999", "66", "01", "99999", "999", false},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto code = CatalogCode::Parse(row.text);
    REQUIRE(code.ok());
    CHECK(code->value() == row.text);
    CHECK(code->area() == row.area);
    CHECK(code->item_type() == row.type);
    CHECK(code->main_item() == row.main);
    CHECK(code->sub_item() == row.sub);
    CHECK(code->is_national() == row.is_national);
  }
}

TEST_CASE("a text that is no basic code is refused with what is wrong and where") {
  struct Row {
    const char* text;
    const char* sentence;
  };
  const Row rows[] = {
      {"", "基本编码应为12位，实为0位"},
      {"0117002011", "基本编码应为12位，实为10位"},  // the form of 2018
      {"3701170020110", "基本编码应为12位，实为13位"},
      {"37011700201A", "基本编码第12位应为数字"},
      {" 70117002011", "基本编码第1位应为数字"},
      {"990117002011", "基本编码第1至2位应为00或省级代码"},
      {"010117002011", "基本编码第1至2位应为00或省级代码"},
      {"370017002011", "基本编码第3至4位事项类型不能为00"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto code = CatalogCode::Parse(row.text);
    REQUIRE(code.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(code.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(code.status().message() == row.sentence);
  }
}

}  // namespace
}  // namespace onething::codes
