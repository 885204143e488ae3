#include "libs/calendar/limit.h"

#include "libs/base/status.h"

namespace onething::calendar {

absl::StatusOr<Date> DueDate(const Calendar& calendar, Date event, Limit limit) {
  if (limit.unit == DayUnit::kWorkingDay) return calendar.AddWorkingDays(event, limit.days);
  if (limit.days < 0) return absl::InvalidArgumentError("自然日天数不能为负数");
  return event + limit.days;
}

absl::StatusOr<DueDates> DueDatesOf(const Calendar& calendar, Date event, const Limits& limits) {
  ASSIGN_OR_RETURN(const Date statutory, DueDate(calendar, event, limits.statutory));
  ASSIGN_OR_RETURN(const Date promised, DueDate(calendar, event, limits.promised));
  return DueDates{.statutory = statutory, .promised = promised};
}

}  // namespace onething::calendar
