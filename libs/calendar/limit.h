// Time limits and the dates on which they end. An item has two, which are never mixed up: the
// statutory limit (法定办结时限), past which the organ breaks the law, and the promised one
// (承诺办结时限), past which it breaks its word. What stops a clock (hearings, inspections) is the
// services' affair.

#ifndef ONETHING_LIBS_CALENDAR_LIMIT_H_
#define ONETHING_LIBS_CALENDAR_LIMIT_H_

#include "absl/status/statusor.h"
#include "libs/calendar/calendar.h"
#include "libs/calendar/date.h"

namespace onething::calendar {

// What a limit counts. The days of the licensing law (行政许可法 art. 82) are working days.
enum class DayUnit { kWorkingDay, kCalendarDay };

// A number of days, at least 0; 0 is the day of the event itself.
struct Limit {
  int days;
  DayUnit unit;

  friend bool operator==(const Limit&, const Limit&) = default;
};

// The two limits of an item.
struct Limits {
  Limit statutory;
  Limit promised;
};

// The two dates on which the limits of one run end.
struct DueDates {
  Date statutory;
  Date promised;
};

// The last date within `limit` after an event on `event`, a day that does not count. A limit in
// calendar days may end on a day off. OUT_OF_RANGE when the calendar does not reach so far,
// INVALID_ARGUMENT for a negative number of days.
absl::StatusOr<Date> DueDate(const Calendar& calendar, Date event, Limit limit);

// The same for both limits of an item.
absl::StatusOr<DueDates> DueDatesOf(const Calendar& calendar, Date event, const Limits& limits);

}  // namespace onething::calendar

#endif  // ONETHING_LIBS_CALENDAR_LIMIT_H_
