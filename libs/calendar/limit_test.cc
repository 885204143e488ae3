#include "libs/calendar/limit.h"

#include <catch2/catch.hpp>

namespace onething::calendar {
namespace {

Calendar ShippedCalendar() {
  auto calendar = Calendar::Load("deploy/calendar");
  REQUIRE(calendar.ok());
  return *std::move(calendar);
}

TEST_CASE("a limit ends so many days of its unit after the day of the event") {
  struct Row {
    Limit limit;
    const char* due;
  };
  const Row rows[] = {
      {{0, DayUnit::kWorkingDay}, "2026-02-13"},    {{1, DayUnit::kWorkingDay}, "2026-02-14"},
      {{20, DayUnit::kWorkingDay}, "2026-03-19"},   {{0, DayUnit::kCalendarDay}, "2026-02-13"},
      {{1, DayUnit::kCalendarDay}, "2026-02-14"},   {{20, DayUnit::kCalendarDay}, "2026-03-05"},
      {{365, DayUnit::kCalendarDay}, "2027-02-13"},
  };
  const Calendar calendar = ShippedCalendar();
  for (const Row& row : rows) {
    INFO(row.due);
    const auto due = DueDate(calendar, Date(2026, 2, 13), row.limit);
    REQUIRE(due.ok());
    CHECK(FormatDate(*due) == row.due);
  }
}

TEST_CASE("a limit that cannot be counted has no due date") {
  const Calendar calendar = ShippedCalendar();
  const Date event(2026, 2, 13);
  CHECK(DueDate(calendar, event, {365, DayUnit::kWorkingDay}).status().code() ==
        absl::StatusCode::kOutOfRange);
  CHECK(DueDate(calendar, event, {-1, DayUnit::kWorkingDay}).status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(DueDate(calendar, event, {-1, DayUnit::kCalendarDay}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("the statutory and the promised date of an item are kept apart") {
  const Calendar calendar = ShippedCalendar();
  const Limits limits = {.statutory = {20, DayUnit::kWorkingDay},
                         .promised = {5, DayUnit::kWorkingDay}};
  const auto dates = DueDatesOf(calendar, Date(2026, 9, 24), limits);
  REQUIRE(dates.ok());
  CHECK(FormatDate(dates->statutory) == "2026-10-29");
  CHECK(FormatDate(dates->promised) == "2026-10-09");
  CHECK(DueDatesOf(calendar, Date(2026, 12, 1), limits).status().code() ==
        absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace onething::calendar
