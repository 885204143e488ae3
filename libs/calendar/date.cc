#include "libs/calendar/date.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace onething::calendar {
namespace {

constexpr absl::string_view kPattern = "dddd-dd-dd";

bool HasDateForm(absl::string_view text) {
  if (text.size() != kPattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = absl::ascii_isdigit(static_cast<unsigned char>(text[i]));
    if (kPattern[i] == 'd' ? !is_digit : text[i] != kPattern[i]) return false;
  }
  return true;
}

absl::TimeZone China() { return absl::FixedTimeZone(8 * 60 * 60); }

}  // namespace

absl::StatusOr<Date> ParseDate(absl::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  const bool is_read = HasDateForm(text) && absl::SimpleAtoi(text.substr(0, 4), &year) &&
                       absl::SimpleAtoi(text.substr(5, 2), &month) &&
                       absl::SimpleAtoi(text.substr(8, 2), &day);
  const Date date(year, month, day);  // 31 April becomes 1 May
  if (!is_read || date.month() != month || date.day() != day) {
    return absl::InvalidArgumentError("日期应为真实的年-月-日，如2026-03-02");
  }
  return date;
}

std::string FormatDate(Date date) {
  return absl::StrCat(absl::Dec(date.year(), absl::kZeroPad4), "-",
                      absl::Dec(date.month(), absl::kZeroPad2), "-",
                      absl::Dec(date.day(), absl::kZeroPad2));
}

bool IsWeekend(Date date) {
  const absl::Weekday weekday = absl::GetWeekday(date);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

Date DateInChina(absl::Time time) { return absl::ToCivilDay(time, China()); }

absl::Time StartOfDayInChina(Date date) { return absl::FromCivil(date, China()); }

}  // namespace onething::calendar
