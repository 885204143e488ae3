#include "libs/calendar/calendar.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/calendar/year_file.h"

namespace onething::calendar {
namespace {

// From this day of December on the notice for the next year has a say. The earliest day that one
// has named so far is the 29th (of 2018).
constexpr int kNextNoticeFrom = 25;

std::vector<std::filesystem::path> JsonFilesIn(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".json") paths.push_back(entry->path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

absl::StatusOr<Calendar> Calendar::Parse(absl::Span<const std::string> year_files) {
  if (year_files.empty()) return absl::InvalidArgumentError("no year file");
  Calendar calendar;
  for (const std::string& text : year_files)
    RETURN_IF_ERROR(calendar.AddYear(text).status());
  return calendar;
}

absl::StatusOr<Calendar> Calendar::Load(const std::string& folder) {
  const std::vector<std::filesystem::path> paths = JsonFilesIn(folder);
  if (paths.empty()) return absl::NotFoundError(absl::StrCat("no year file in ", folder));
  Calendar calendar;
  for (const std::filesystem::path& path : paths) {
    const absl::StatusOr<int> year = calendar.AddYear(ReadFile(path));
    if (!year.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path.string(), ": ", year.status().message()));
    }
    if (path.stem() != absl::StrCat(*year)) {
      return absl::InvalidArgumentError(absl::StrCat(path.string(), ": is the file of ", *year));
    }
  }
  return calendar;
}

absl::StatusOr<int> Calendar::AddYear(absl::string_view text) {
  ASSIGN_OR_RETURN(const YearFile file, ParseYearFile(text));
  if (!years_.insert(file.year).second) {
    return absl::InvalidArgumentError(absl::StrCat("a second file of ", file.year));
  }
  for (const NamedDay& day : file.days) {
    const auto [known, is_new] = is_off_by_date_.emplace(day.date, day.is_off);
    if (!is_new && known->second != day.is_off) {
      return absl::InvalidArgumentError(
          absl::StrCat(FormatDate(day.date), " is named both worked and off"));
    }
  }
  return file.year;
}

absl::Status Calendar::CheckKnown(Date date) const {
  const bool is_before_new_year = date.month() == 12 && date.day() >= kNextNoticeFrom;
  for (absl::civil_year_t year = date.year(); year <= date.year() + (is_before_new_year ? 1 : 0);
       ++year) {
    if (years_.count(year) == 0) {
      return absl::OutOfRangeError(
          absl::StrCat("没有", year, "年的节假日安排，不能确定", FormatDate(date), "是否工作日"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Calendar::IsWorkingDay(Date date) const {
  const auto named = is_off_by_date_.find(date);
  if (named != is_off_by_date_.end()) return !named->second;
  RETURN_IF_ERROR(CheckKnown(date));
  return !IsWeekend(date);
}

absl::StatusOr<Date> Calendar::AddWorkingDays(Date start, int count) const {
  if (count < 0) return absl::InvalidArgumentError("工作日天数不能为负数");
  Date date = start;
  while (count > 0) {
    ++date;
    ASSIGN_OR_RETURN(const bool is_working, IsWorkingDay(date));
    if (is_working) --count;
  }
  return date;
}

absl::StatusOr<int> Calendar::WorkingDaysBetween(Date from, Date to) const {
  if (to < from) return absl::InvalidArgumentError("截止日期不能早于起始日期");
  int count = 0;
  for (Date date = from; date < to;) {
    ++date;
    ASSIGN_OR_RETURN(const bool is_working, IsWorkingDay(date));
    if (is_working) ++count;
  }
  return count;
}

Date Calendar::KnownUntil() const {
  CHECK(!years_.empty());
  return Date(*years_.rbegin(), 12, kNextNoticeFrom - 1);
}

}  // namespace onething::calendar
