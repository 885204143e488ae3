// The file of one year of the calendar, as it stands in deploy/calendar: what one yearly notice of
// the State Council says about single days. Reading it is all that happens here; the years are put
// together in calendar.h.
//
//   {"year": 2026, "sources": [url, …], "days": [{"name": "元旦", "date": "2026-01-01", "off":
//   true}, …]}

#ifndef ONETHING_LIBS_CALENDAR_YEAR_FILE_H_
#define ONETHING_LIBS_CALENDAR_YEAR_FILE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/calendar/date.h"

namespace onething::calendar {

// One day that a notice names: a day off, or a weekend that is worked for one.
struct NamedDay {
  Date date;
  bool is_off;
};

// One notice.
struct YearFile {
  int year;
  std::vector<NamedDay> days;
};

// The notice that the JSON text `text` writes. INVALID_ARGUMENT for a text of another shape, no
// source, no day, a date that is neither of the year nor in the December before it, and a worked
// day from Monday to Friday.
absl::StatusOr<YearFile> ParseYearFile(absl::string_view text);

}  // namespace onething::calendar

#endif  // ONETHING_LIBS_CALENDAR_YEAR_FILE_H_
