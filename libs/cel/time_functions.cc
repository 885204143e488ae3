// The accessors of timestamps, in UTC or in a time zone, and of durations.

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/cel/function_table.h"
#include "libs/cel/time_text.h"

namespace onething::cel {
namespace {

// One part of a time of day and date; CEL counts months and most days from 0.
using Part = int64_t (*)(const absl::TimeZone::CivilInfo& info);

int64_t DayOfWeek(const absl::TimeZone::CivilInfo& info) {
  // absl counts from Monday, CEL from Sunday.
  return (static_cast<int64_t>(absl::GetWeekday(absl::CivilDay(info.cs))) + 1) % 7;
}

int64_t FullYear(const absl::TimeZone::CivilInfo& info) { return info.cs.year(); }
int64_t Month(const absl::TimeZone::CivilInfo& info) { return info.cs.month() - 1; }
int64_t Date(const absl::TimeZone::CivilInfo& info) { return info.cs.day(); }
int64_t DayOfMonth(const absl::TimeZone::CivilInfo& info) { return info.cs.day() - 1; }
int64_t DayOfYear(const absl::TimeZone::CivilInfo& info) {
  return absl::GetYearDay(absl::CivilDay(info.cs)) - 1;
}
int64_t Hours(const absl::TimeZone::CivilInfo& info) { return info.cs.hour(); }
int64_t Minutes(const absl::TimeZone::CivilInfo& info) { return info.cs.minute(); }
int64_t Seconds(const absl::TimeZone::CivilInfo& info) { return info.cs.second(); }
int64_t Milliseconds(const absl::TimeZone::CivilInfo& info) {
  return absl::ToInt64Milliseconds(info.subsecond);
}

template <Part part>
Value InUtc(const CallContext&, const Value* v) {
  return Value::Int(part(absl::UTCTimeZone().At(v[0].time_value())));
}

template <Part part>
Value InZone(const CallContext& context, const Value* v) {
  context.meter.Charge(10);
  const auto zone = FindTimeZone(v[1].string_value());
  if (!zone) return context.Fail("没有这个时区");
  return Value::Int(part(zone->At(v[0].time_value())));
}

template <Part part>
void AddPart(FunctionTable* table, const char* name) {
  const Type time(Kind::kTimestamp), number(Kind::kInt);
  table->Add(
      {name,
       true,
       {{{time}, number, InUtc<part>}, {{time, Type(Kind::kString)}, number, InZone<part>}}});
}

void AddDurationPart(FunctionTable* table, const char* name, Implementation run) {
  table->Add({name, true, {{{Type(Kind::kDuration)}, Type(Kind::kInt), run}}});
}

}  // namespace

void AddTimeFunctions(FunctionTable* table) {
  AddPart<FullYear>(table, "getFullYear");
  AddPart<Month>(table, "getMonth");
  AddPart<Date>(table, "getDate");
  AddPart<DayOfMonth>(table, "getDayOfMonth");
  AddPart<DayOfWeek>(table, "getDayOfWeek");
  AddPart<DayOfYear>(table, "getDayOfYear");
  AddPart<Hours>(table, "getHours");
  AddPart<Minutes>(table, "getMinutes");
  AddPart<Seconds>(table, "getSeconds");
  AddPart<Milliseconds>(table, "getMilliseconds");
  AddDurationPart(table, "getHours", [](const CallContext&, const Value* v) {
    return Value::Int(absl::ToInt64Hours(v[0].duration_value()));
  });
  AddDurationPart(table, "getMinutes", [](const CallContext&, const Value* v) {
    return Value::Int(absl::ToInt64Minutes(v[0].duration_value()));
  });
  AddDurationPart(table, "getSeconds", [](const CallContext&, const Value* v) {
    return Value::Int(absl::ToInt64Seconds(v[0].duration_value()));
  });
  // The milliseconds within the second, as the conformance suite has it.
  AddDurationPart(table, "getMilliseconds", [](const CallContext&, const Value* v) {
    return Value::Int(absl::ToInt64Milliseconds(v[0].duration_value()) % 1000);
  });
}

}  // namespace onething::cel
