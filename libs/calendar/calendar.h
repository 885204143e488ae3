// The working days of China: Monday to Friday, but for the days off and the worked weekends (调休)
// that the yearly notice of the State Council names. It counts; which clock runs from when to when
// is the law's and stands in the services. It never guesses: a date it has no notice for is
// refused.

#ifndef ONETHING_LIBS_CALENDAR_CALENDAR_H_
#define ONETHING_LIBS_CALENDAR_CALENDAR_H_

#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/calendar/date.h"

namespace onething::calendar {

// The days of several years. A value, not changed after it is made; safe to read from several
// threads.
//
// All questions fail with OUT_OF_RANGE, naming the year whose file is missing, when the answer
// depends on a date that is not known. A date is known when a file names it, or when the file of
// its year is there and, from 25 December on, the file of the next year too: that notice may still
// move the last days of December for the sake of 1 January.
class Calendar {
 public:
  // The calendar of the texts `year_files` (year_file.h), one per year in any order.
  // INVALID_ARGUMENT for no text, one that ParseYearFile refuses, a year twice, and a date that is
  // named twice with different answers.
  static absl::StatusOr<Calendar> Parse(absl::Span<const std::string> year_files);

  // The calendar of all files `<year>.json` in `folder`. NOT_FOUND when there is none, otherwise as
  // Parse; the message names the file.
  static absl::StatusOr<Calendar> Load(const std::string& folder);

  // Whether `date` is worked.
  absl::StatusOr<bool> IsWorkingDay(Date date) const;

  // The `count`-th working day after `start`, on which a limit of so many working days that began
  // with an event on `start` ends. The day of the event does not count, be it worked or not; a
  // count of 0 is `start` itself. INVALID_ARGUMENT for a negative count.
  absl::StatusOr<Date> AddWorkingDays(Date start, int count) const;

  // How many days after `from` up to and with `to` are worked. INVALID_ARGUMENT when `to` is before
  // `from`.
  absl::StatusOr<int> WorkingDaysBetween(Date from, Date to) const;

  // The last date of the last year that is known whatever the next notice says: 24 December. For a
  // warning that the next file is due.
  Date KnownUntil() const;

 private:
  Calendar() = default;

  absl::StatusOr<int> AddYear(absl::string_view text);
  absl::Status CheckKnown(Date date) const;

  std::set<absl::civil_year_t> years_;
  absl::flat_hash_map<Date, bool> is_off_by_date_;  // the dates that a file names
};

}  // namespace onething::calendar

#endif  // ONETHING_LIBS_CALENDAR_CALENDAR_H_
