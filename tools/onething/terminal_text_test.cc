#include "tools/onething/terminal_text.h"

#include <catch2/catch.hpp>

namespace onething::tool {
namespace {

TEST_CASE("a Chinese character is two columns wide") {
  struct Row {
    const char* text;
    int width;
  };
  const Row rows[] = {{"", 0},  {"abc", 3},     {"出生医学证明", 12}, {"a出b", 4}, {"（全角）", 8},
                      {"é", 1}, {"e\u0301", 1}, {"\xff", 1},          {"─", 1},    {"\xe5\x87", 2}};
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(DisplayWidth(row.text) == row.width);
  }
}

TEST_CASE("padding and cutting keep to columns, never inside a character") {
  CHECK(PadRight("出生", 6) == "出生  ");
  CHECK(PadRight("出生", 3) == "出生");
  CHECK(CutTo("出生医学证明", 12) == "出生医学证明");
  CHECK(CutTo("出生医学证明", 6) == "出生…");
  CHECK(CutTo("出生医学证明", 7) == "出生医…");
}

TEST_CASE("the columns of a table begin at the same place in every line") {
  TextTable table({"事项", "state"});
  table.AddRow({"出生登记", "ok"});
  table.AddRow({"ab", "办结"});
  CHECK(table.ToString() ==
        "事项      state\n"
        "────────  ─────\n"
        "出生登记  ok\n"
        "ab        办结\n");
}

TEST_CASE("facts stand under each other, those without a value are left out") {
  CHECK(FactLines({{"名称", "甲"}, {"很长的空标签", ""}, {"ab", "乙"}}) ==
        "  名称  甲\n"
        "  ab    乙\n");
}

}  // namespace
}  // namespace onething::tool
