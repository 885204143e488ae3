// A day as the law counts it: a date in China, without a time of day. Where an instant matters
// (timers, records) it is an absl::Time; here is the only way from one to the other.

#ifndef ONETHING_LIBS_CALENDAR_DATE_H_
#define ONETHING_LIBS_CALENDAR_DATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace onething::calendar {

// A day of the Gregorian calendar; days are compared, hashed, and counted by + and -.
using Date = absl::CivilDay;

// The date that `text` writes as 2026-03-02. INVALID_ARGUMENT for any other form, and for a date
// that does not exist.
absl::StatusOr<Date> ParseDate(absl::string_view text);

// `date` as 2026-03-02.
std::string FormatDate(Date date);

// Whether `date` is a Saturday or a Sunday.
bool IsWeekend(Date date);

// The date in China at the instant `time`: UTC+8 all year, as since 1992, on machines without time
// zone data as well.
Date DateInChina(absl::Time time);

// The instant in which `date` begins in China. A limit that ends on a date is over when the next
// day begins.
absl::Time StartOfDayInChina(Date date);

}  // namespace onething::calendar

#endif  // ONETHING_LIBS_CALENDAR_DATE_H_
