#include "libs/calendar/year_file.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/str_replace.h"

namespace onething::calendar {
namespace {

constexpr char kGood[] = R"({"year": 2026, "sources": ["https://www.gov.cn/"], "days": [
    {"name": "元旦", "date": "2026-01-01", "off": true},
    {"name": "元旦", "date": "2026-01-04", "off": false},
    {"name": "元旦", "date": "2025-12-31", "off": true}]})";

TEST_CASE("a year file is read with the days its notice names") {
  const auto file = ParseYearFile(kGood);
  REQUIRE(file.ok());
  CHECK(file->year == 2026);
  REQUIRE(file->days.size() == 3);
  CHECK((file->days[0].date == Date(2026, 1, 1)));
  CHECK(file->days[0].is_off);
  CHECK((file->days[1].date == Date(2026, 1, 4)));
  CHECK_FALSE(file->days[1].is_off);
  CHECK((file->days[2].date == Date(2025, 12, 31)));
}

TEST_CASE("a year file with a fault is refused") {
  struct Row {
    const char* good;  // the part of the good file that is replaced
    const char* bad;
    const char* message;
  };
  const Row rows[] = {
      {kGood, "", "not a JSON object"},
      {kGood, "[]", "not a JSON object"},
      {"\"off\": true}]}", "\"off\": true}]", "not a JSON object"},
      {"元旦", "\xFF", "not a JSON object"},
      {R"("year": 2026)", R"("year": "2026")", "year is no year"},
      {R"("year": 2026)", R"("year": -2026)", "year is no year"},
      {R"("year": 2026)", R"("year": 2026.5)", "year is no year"},
      {R"("year": 2026)", R"("year": 20260)", "year is no year"},
      {R"("year")", R"("jahr")", "year is no year"},
      {R"(["https://www.gov.cn/"])", "[]", "sources names no source"},
      {R"(["https://www.gov.cn/"])", "null", "sources names no source"},
      {R"("days": [)", R"("days": [], "more": [)", "days names no day"},
      {R"("days")", R"("tage")", "days names no day"},
      {R"({"name": "元旦", "date": "2026-01-01", "off": true})", R"("2026-01-01")",
       "a day is not {name, date, off}"},
      {R"("date": "2026-01-01", )", "", "a day is not {name, date, off}"},
      {R"("2026-01-01", "off": true)", R"("2026-01-01", "off": 1)",
       "a day is not {name, date, off}"},
      {R"("2026-01-01", "off")", R"("2026-01-01", "isOffDay")", "a day is not {name, date, off}"},
      {R"("2026-01-01")", "20260101", "a day is not {name, date, off}"},
      {"2026-01-01", "2026-02-29", "2026-02-29 is no date"},
      {"2026-01-01", "2027-01-01", "2027-01-01 is neither of 2026 nor in the December before"},
      {"2026-01-01", "2025-11-30", "2025-11-30 is neither of 2026 nor in the December before"},
      {"2026-01-04", "2026-01-05", "2026-01-05 is a working day that needs no naming"},
  };
  for (const Row& row : rows) {
    INFO(row.bad);
    const std::string text = absl::StrReplaceAll(kGood, {{row.good, row.bad}});
    REQUIRE(text != kGood);
    const auto file = ParseYearFile(text);
    REQUIRE(file.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(file.status().message() == row.message);
  }
}

}  // namespace
}  // namespace onething::calendar
