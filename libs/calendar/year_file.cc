#include "libs/calendar/year_file.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"

namespace onething::calendar {
namespace {

using nlohmann::json;

template <typename... Pieces>
absl::Status Fault(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
}

// The member `key` of `object`, null when either is not there.
const json& Member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto member = object.find(key);
  return member == object.end() ? kNull : *member;
}

absl::StatusOr<NamedDay> ParseDay(int year, const json& day) {
  const json& name = Member(day, "name");
  const json& date_text = Member(day, "date");
  const json& off = Member(day, "off");
  if (!name.is_string() || !date_text.is_string() || !off.is_boolean()) {
    return Fault("a day is not {name, date, off}");
  }
  const auto& text = date_text.get_ref<const std::string&>();
  const absl::StatusOr<Date> date = ParseDate(text);
  if (!date.ok()) return Fault(text, " is no date");
  const bool is_december_before = date->year() == year - 1 && date->month() == 12;
  if (date->year() != year && !is_december_before) {
    return Fault(text, " is neither of ", year, " nor in the December before");
  }
  const bool is_off = off.get<bool>();
  if (!is_off && !IsWeekend(*date)) return Fault(text, " is a working day that needs no naming");
  return NamedDay{.date = *date, .is_off = is_off};
}

}  // namespace

absl::StatusOr<YearFile> ParseYearFile(absl::string_view text) {
  const json file = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!file.is_object()) return Fault("not a JSON object");
  const json& year = Member(file, "year");
  if (!year.is_number_unsigned() || year.get<uint64_t>() > 9999) return Fault("year is no year");
  const json& sources = Member(file, "sources");
  if (!sources.is_array() || sources.empty()) return Fault("sources names no source");
  const json& days = Member(file, "days");
  if (!days.is_array() || days.empty()) return Fault("days names no day");

  YearFile result{.year = year.get<int>(), .days = {}};
  for (const json& day : days) {
    ASSIGN_OR_RETURN(const NamedDay named, ParseDay(result.year, day));
    result.days.push_back(named);
  }
  return result;
}

}  // namespace onething::calendar
