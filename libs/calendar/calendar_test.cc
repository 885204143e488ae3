#include "libs/calendar/calendar.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onething::calendar {
namespace {

constexpr char kShipped[] = "deploy/calendar";

Calendar ShippedCalendar() {
  auto calendar = Calendar::Load(kShipped);
  INFO(calendar.status().ToString());
  REQUIRE(calendar.ok());
  return *std::move(calendar);
}

Date Day(absl::string_view text) {
  const auto date = ParseDate(text);
  REQUIRE(date.ok());
  return *date;
}

// The file of `year` that names `off` as days off and `worked` as worked weekends.
std::string YearText(int year, const std::vector<std::string>& off,
                     const std::vector<std::string>& worked = {}) {
  std::vector<std::string> days;
  for (const auto& date : off) {
    days.push_back(absl::StrCat(R"({"name": "节", "date": ")", date, R"(", "off": true})"));
  }
  for (const auto& date : worked) {
    days.push_back(absl::StrCat(R"({"name": "节", "date": ")", date, R"(", "off": false})"));
  }
  return absl::StrCat(R"({"year": )", year, R"(, "sources": ["https://www.gov.cn/"], "days": [)",
                      absl::StrJoin(days, ", "), "]}");
}

std::string Missing(int year, absl::string_view date) {
  return absl::StrCat("没有", year, "年的节假日安排，不能确定", date, "是否工作日");
}

TEST_CASE("a number of working days ends on the date the law means") {
  struct Row {
    const char* start;
    int count;
    const char* due;
  };
  const Row rows[] = {
      {"2026-02-13", 1, "2026-02-14"},  // a worked Saturday before 春节
      {"2026-02-13", 5, "2026-02-27"},
      {"2026-02-13", 20, "2026-03-19"},
      {"2026-04-30", 1, "2026-05-06"},
      {"2026-04-30", 5, "2026-05-11"},
      {"2026-09-24", 5, "2026-10-09"},
      {"2026-09-24", 20, "2026-10-29"},
      {"2026-09-30", 1, "2026-10-08"},
      {"2025-12-31", 1, "2026-01-04"},
      {"2025-12-31", 2, "2026-01-05"},
      {"2024-12-31", 20, "2025-02-05"},
      {"2026-03-02", 0, "2026-03-02"},
      {"2026-03-01", 0, "2026-03-01"},  // on the spot, on a day off too
      {"2026-03-07", 1, "2026-03-09"},  // an event on a Saturday
      {"2026-03-08", 1, "2026-03-09"},
      {"2022-12-30", 1, "2023-01-03"},  // the notice for 2023 gives 31 December off
  };
  const Calendar calendar = ShippedCalendar();
  for (const Row& row : rows) {
    INFO(row.start << " + " << row.count);
    const auto due = calendar.AddWorkingDays(Day(row.start), row.count);
    REQUIRE(due.ok());
    CHECK(FormatDate(*due) == row.due);
    const auto between = calendar.WorkingDaysBetween(Day(row.start), *due);
    REQUIRE(between.ok());
    CHECK(*between == row.count);
  }
}

TEST_CASE("the worked weekends and days off of 2026 are those of the notice") {
  const Calendar calendar = ShippedCalendar();
  for (const char* text :
       {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}) {
    INFO(text);
    CHECK(IsWeekend(Day(text)));
    CHECK(*calendar.IsWorkingDay(Day(text)));
  }
  struct Holiday {
    const char* first;
    const char* last;
  };
  for (const Holiday& holiday : {Holiday{"2026-01-01", "2026-01-03"},
                                 {"2026-02-15", "2026-02-23"},
                                 {"2026-04-04", "2026-04-06"},
                                 {"2026-05-01", "2026-05-05"},
                                 {"2026-06-19", "2026-06-21"},
                                 {"2026-09-25", "2026-09-27"},
                                 {"2026-10-01", "2026-10-07"}}) {
    for (Date date = Day(holiday.first); date <= Day(holiday.last); ++date) {
      INFO(FormatDate(date));
      CHECK_FALSE(*calendar.IsWorkingDay(date));
    }
  }
}

TEST_CASE("a shipped year has the working days that weekends and the law on holidays leave") {
  struct Row {
    int year;
    int days, weekend_days, holidays;  // 国务院全国年节及纪念日放假办法: 11 days, 13 since 2025
  };
  const Row rows[] = {{2023, 365, 105, 11}, {2024, 366, 104, 11}, {2025, 365, 104, 13}};
  const Calendar calendar = ShippedCalendar();
  for (const Row& row : rows) {
    INFO(row.year);
    int count = *calendar.IsWorkingDay(Date(row.year, 1, 1)) ? 1 : 0;
    count += *calendar.WorkingDaysBetween(Date(row.year, 1, 1), Date(row.year, 12, 31));
    CHECK(count == row.days - row.weekend_days - row.holidays);
  }
}

TEST_CASE("counting and adding working days are each other's inverse on every stretch of days") {
  constexpr unsigned kSeed = 20260302;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  const Calendar calendar = ShippedCalendar();
  for (int round = 0; round < 2000; ++round) {
    const Date start = Date(2023, 1, 1) + random() % 1300;
    const int a = 1 + static_cast<int>(random() % 45);
    const int b = static_cast<int>(random() % 15);
    INFO(FormatDate(start) << " + " << a << " + " << b);
    const auto middle = calendar.AddWorkingDays(start, a);
    REQUIRE(middle.ok());
    REQUIRE(*calendar.IsWorkingDay(*middle));
    REQUIRE(*calendar.WorkingDaysBetween(start, *middle) == a);
    REQUIRE(*calendar.WorkingDaysBetween(start, *middle - 1) == a - 1);
    const auto end = calendar.AddWorkingDays(*middle, b);
    REQUIRE(end.ok());
    REQUIRE((*end == *calendar.AddWorkingDays(start, a + b)));
    REQUIRE(*calendar.WorkingDaysBetween(start, *end) == a + b);
    REQUIRE((*calendar.AddWorkingDays(start + 1, a) >= *middle));
  }
}

TEST_CASE("no days lie between a date and itself, and none are counted backwards") {
  const Calendar calendar = ShippedCalendar();
  CHECK(*calendar.WorkingDaysBetween(Day("2026-03-02"), Day("2026-03-02")) == 0);
  CHECK(*calendar.WorkingDaysBetween(Day("2026-03-06"), Day("2026-03-08")) == 0);
  CHECK(*calendar.WorkingDaysBetween(Day("2026-03-06"), Day("2026-03-09")) == 1);
  const auto backwards = calendar.WorkingDaysBetween(Day("2026-03-02"), Day("2026-03-01"));
  CHECK(backwards.status().code() == absl::StatusCode::kInvalidArgument);
  const auto negative = calendar.AddWorkingDays(Day("2026-03-02"), -1);
  CHECK(negative.status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a date without a notice is refused with the year that is missing") {
  const auto calendar = Calendar::Parse({YearText(2025, {"2025-01-01"})});
  REQUIRE(calendar.ok());
  struct Row {
    const char* date;
    int missing_year;  // 0: known
  };
  const Row rows[] = {
      {"2024-12-31", 2024}, {"2024-12-24", 2024}, {"2025-01-01", 0},    {"2025-06-15", 0},
      {"2025-12-24", 0},    {"2025-12-25", 2026}, {"2025-12-31", 2026}, {"2026-01-01", 2026},
      {"1949-10-01", 1949}, {"2100-01-01", 2100},
  };
  for (const Row& row : rows) {
    INFO(row.date);
    const auto answer = calendar->IsWorkingDay(Day(row.date));
    REQUIRE(answer.ok() == (row.missing_year == 0));
    if (answer.ok()) continue;
    CHECK(answer.status().code() == absl::StatusCode::kOutOfRange);
    CHECK(answer.status().message() == Missing(row.missing_year, row.date));
  }
}

TEST_CASE("a count that runs out of the known dates is refused, however far it goes") {
  const auto calendar = Calendar::Parse({YearText(2025, {"2025-01-01"})});
  REQUIRE(calendar.ok());
  CHECK(FormatDate(*calendar->AddWorkingDays(Day("2025-12-23"), 1)) == "2025-12-24");
  for (const int count : {2, 20, 2147483647}) {
    const auto due = calendar->AddWorkingDays(Day("2025-12-23"), count);
    CHECK(due.status().code() == absl::StatusCode::kOutOfRange);
    CHECK(due.status().message() == Missing(2026, "2025-12-25"));
  }
  const auto between = calendar->WorkingDaysBetween(Day("2025-12-23"), Day("9999-01-01"));
  CHECK(between.status().message() == Missing(2026, "2025-12-25"));
  // A year in between is not jumped over.
  const auto gap =
      Calendar::Parse({YearText(2023, {"2023-01-01"}), YearText(2025, {"2025-01-01"})});
  REQUIRE(gap.ok());
  CHECK(gap->AddWorkingDays(Day("2023-12-20"), 20).status().message() ==
        Missing(2024, "2023-12-25"));
}

TEST_CASE("the last days of December follow this year's notice and the next one") {
  const std::string this_year = YearText(2018, {"2018-10-01"});
  const std::string next_year =
      YearText(2019, {"2018-12-30", "2018-12-31", "2019-01-01"}, {"2018-12-29"});
  for (const auto& files : {std::vector{this_year, next_year}, std::vector{next_year, this_year}}) {
    const auto calendar = Calendar::Parse(files);
    REQUIRE(calendar.ok());
    CHECK(*calendar->IsWorkingDay(Day("2018-12-28")));
    CHECK(*calendar->IsWorkingDay(Day("2018-12-29")));        // a worked Saturday
    CHECK_FALSE(*calendar->IsWorkingDay(Day("2018-12-31")));  // a Monday off
    CHECK(FormatDate(*calendar->AddWorkingDays(Day("2018-12-28"), 2)) == "2019-01-02");
  }
  const auto alone = Calendar::Parse({next_year});
  REQUIRE(alone.ok());
  CHECK_FALSE(*alone->IsWorkingDay(Day("2018-12-31")));  // named, so known
  CHECK(alone->IsWorkingDay(Day("2018-12-28")).status().message() == Missing(2018, "2018-12-28"));
}

TEST_CASE("year files that do not fit together are refused") {
  struct Row {
    std::vector<std::string> files;
    const char* message;
  };
  const Row rows[] = {
      {{}, "no year file"},
      {{"{}"}, "year is no year"},
      {{YearText(2025, {"2025-01-01"}), YearText(2025, {"2025-10-01"})}, "a second file of 2025"},
      {{YearText(2025, {"2025-10-05"}, {"2025-10-05"})}, "2025-10-05 is named both worked and off"},
      {{YearText(2024, {"2024-12-28"}), YearText(2025, {"2025-01-01"}, {"2024-12-28"})},
       "2024-12-28 is named both worked and off"},
  };
  for (const Row& row : rows) {
    INFO(row.message);
    const auto calendar = Calendar::Parse(row.files);
    REQUIRE(calendar.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(calendar.status().message() == row.message);
  }
  const std::string same = YearText(2025, {"2024-12-31", "2025-01-01"});
  CHECK(Calendar::Parse({YearText(2024, {"2024-12-31"}), same}).ok());
}

TEST_CASE("the calendar says until when it is known") {
  CHECK(FormatDate(ShippedCalendar().KnownUntil()) == "2026-12-24");
  const auto calendar =
      Calendar::Parse({YearText(2025, {"2025-01-01"}), YearText(2024, {"2024-01-01"})});
  REQUIRE(calendar.ok());
  CHECK(FormatDate(calendar->KnownUntil()) == "2025-12-24");
  CHECK(calendar->IsWorkingDay(calendar->KnownUntil()).ok());
  CHECK_FALSE(calendar->IsWorkingDay(calendar->KnownUntil() + 1).ok());
}

// A folder of the test's own, gone at its end.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / absl::StrCat("calendar-", ::getpid())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST_CASE("a folder is loaded by its year files, and a fault is told with the file it is in") {
  const Folder folder;
  CHECK(Calendar::Load(folder.path()).status().code() == absl::StatusCode::kNotFound);
  CHECK(Calendar::Load(folder.path() + "/none").status().code() == absl::StatusCode::kNotFound);

  folder.Write("2025.json", YearText(2025, {"2025-01-01"}));
  folder.Write("README.md", "not a year file");
  const auto calendar = Calendar::Load(folder.path());
  REQUIRE(calendar.ok());
  CHECK_FALSE(*calendar->IsWorkingDay(Day("2025-01-01")));

  folder.Write("2026.json", YearText(2024, {"2024-01-01"}));
  CHECK(Calendar::Load(folder.path()).status().message() ==
        folder.path() + "/2026.json: is the file of 2024");
  folder.Write("2026.json", "");
  const absl::Status status = Calendar::Load(folder.path()).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(status.message() == folder.path() + "/2026.json: not a JSON object");
}

}  // namespace
}  // namespace onething::calendar
