#include "libs/calendar/date.h"

#include <catch2/catch.hpp>

namespace onething::calendar {
namespace {

TEST_CASE("a date is read and written as year, month and day") {
  for (const char* text : {"2026-03-02", "2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31"}) {
    INFO(text);
    const auto date = ParseDate(text);
    REQUIRE(date.ok());
    if (date->year() >= 1000) CHECK(FormatDate(*date) == text);
  }
  CHECK((*ParseDate("2026-03-02") == Date(2026, 3, 2)));
}

TEST_CASE("a text of another form and a day that does not exist are no dates") {
  for (const char* text : {"",
                           "2026",
                           "20260302",
                           "2026-3-2",
                           "2026-03-2",
                           "2026/03/02",
                           " 2026-03-02",
                           "2026-03-02 ",
                           "2026-03-02T00:00:00Z",
                           "26-03-02",
                           "+026-03-02",
                           "2026--3-02",
                           "2026-+3-02",
                           "2026-02-29",
                           "2026-04-31",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-01-00",
                           "2026-01-32",
                           "２０２６－０３－０２"}) {
    INFO(text);
    const auto date = ParseDate(text);
    REQUIRE(date.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(date.status().message() == "日期应为真实的年-月-日，如2026-03-02");
  }
}

TEST_CASE("the date in China begins eight hours before that in Greenwich") {
  const absl::TimeZone utc = absl::UTCTimeZone();
  struct Row {
    absl::CivilSecond in_utc;
    Date in_china;
  };
  const Row rows[] = {
      {absl::CivilSecond(2026, 3, 2, 0, 0, 0), Date(2026, 3, 2)},
      {absl::CivilSecond(2026, 3, 2, 15, 59, 59), Date(2026, 3, 2)},
      {absl::CivilSecond(2026, 3, 2, 16, 0, 0), Date(2026, 3, 3)},
      {absl::CivilSecond(2025, 12, 31, 16, 0, 0), Date(2026, 1, 1)},
      {absl::CivilSecond(2024, 2, 28, 23, 0, 0), Date(2024, 2, 29)},
      {absl::CivilSecond(1960, 1, 1, 0, 0, 0), Date(1960, 1, 1)},
  };
  for (const Row& row : rows) {
    INFO(absl::FormatCivilTime(row.in_utc));
    CHECK((DateInChina(absl::FromCivil(row.in_utc, utc)) == row.in_china));
  }
}

TEST_CASE("the start of a day is its first instant") {
  for (Date date(2025, 12, 1); date < Date(2026, 2, 1); ++date) {
    INFO(FormatDate(date));
    const absl::Time start = StartOfDayInChina(date);
    CHECK((DateInChina(start) == date));
    CHECK((DateInChina(start - absl::Microseconds(1)) == date - 1));
    CHECK((StartOfDayInChina(date + 1) - start == absl::Hours(24)));
  }
}

}  // namespace
}  // namespace onething::calendar
