#include <catch2/catch.hpp>

#include "libs/cel/test_expression.h"

namespace onething::cel {
namespace {

struct Row {
  const char* source;
  const char* result;
};

TEST_CASE("a year of life is full on the day after the birthday") {
  const Row rows[] = {
      {"age('2000-05-10', '2018-05-10')", "17"},
      {"age('2000-05-10', '2018-05-11')", "18"},
      {"age('2000-05-10', '2018-05-09')", "17"},
      {"age('2000-05-10', '2000-05-10')", "0"},
      {"age('2000-05-10', '2000-05-11')", "0"},
      {"age('2000-05-10', '2001-05-10')", "0"},
      {"age('2000-02-29', '2018-02-28')", "17"},
      {"age('2000-02-29', '2018-03-01')", "18"},
      {"age('2000-02-29', '2020-02-29')", "19"},
      {"age('2000-02-29', '2020-03-01')", "20"},
      {"age('2000-12-31', '2018-12-31')", "17"},
      {"age('2000-12-31', '2019-01-01')", "18"},
      // In China it is the next day already.
      {"age('2000-05-10', timestamp('2018-05-10T16:00:00Z'))", "18"},
      {"age('2000-05-10', timestamp('2018-05-10T15:59:59Z'))", "17"},
      {"age(timestamp('2000-05-09T16:00:00Z'), '2018-05-11')", "18"},
      {"age('2000-05-10', '2000-05-09')", "第1行第1列：计算年龄的日期早于出生日期"},
      {"age('2000-5-10', '2018-05-11')", "第1行第1列：日期应写作2026-03-02的形式"},
      {"age('2001-02-29', '2018-05-11')", "第1行第1列：日期应写作2026-03-02的形式"},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(Evaluated(row.source) == row.result);
  }
}

TEST_CASE("working days are those of the calendar, and a year without a notice is an error") {
  const auto calendar = calendar::Calendar::Load("deploy/calendar");
  REQUIRE(calendar.ok());
  const Row rows[] = {
      {"workingDays('2026-02-13', '2026-02-14')", "1"},
      {"workingDays('2026-02-13', '2026-02-27')", "5"},
      {"workingDays('2026-03-02', '2026-03-02')", "0"},
      {"workingDays('2026-03-02', timestamp('2026-03-02T16:00:00Z'))", "1"},
      {"workingDays('2026-03-03', '2026-03-02')", "第1行第1列：截止日期不能早于起始日期"},
      {"workingDays('1990-01-01', '1990-01-03')",
       "第1行第1列：没有1990年的节假日安排，不能确定1990-01-02是否工作日"},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(Evaluated(row.source, {}, &*calendar) == row.result);
  }
  CHECK(Evaluated("workingDays('2026-03-02', '2026-03-03')") == "第1行第1列：没有工作日历");
}

TEST_CASE("a region lies in itself and in those above it") {
  const Row rows[] = {
      {"inRegion('460105', '46')", "true"},     {"inRegion('460105000000', '460100')", "true"},
      {"inRegion('460105', '460105')", "true"}, {"inRegion('460100', '460105')", "false"},
      {"inRegion('440105', '46')", "false"},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(Evaluated(row.source) == row.result);
  }
  CHECK(Evaluated("inRegion('99', '46')").find("第1行第1列：行政区划代码") == 0);
  CHECK(Evaluated("inRegion('46', 'x')").find("第1行第1列：行政区划代码") == 0);
}

}  // namespace
}  // namespace onething::cel
