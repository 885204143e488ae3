// The functions of the trade, which CEL does not have: age, workingDays, inRegion.

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "libs/cel/function_table.h"
#include "libs/codes/region_code.h"

namespace onething::cel {
namespace {

// The date in China that an operand says: a timestamp, or text such as 2026-03-02.
absl::StatusOr<calendar::Date> DateOf(const Value& value) {
  if (value.kind() == Kind::kTimestamp) return calendar::DateInChina(value.time_value());
  const absl::StatusOr<calendar::Date> date = calendar::ParseDate(value.string_value());
  if (!date.ok()) return absl::InvalidArgumentError("日期应写作2026-03-02的形式");
  return date;
}

// The birthday in `year`. 29 February falls on the 28th where there is none (民法典 art. 202).
calendar::Date BirthdayIn(absl::civil_year_t year, calendar::Date birth) {
  const calendar::Date same(year, birth.month(), birth.day());
  return same.month() == birth.month() ? same : same - 1;
}

// A year of life is full from the day after the birthday (周岁从周岁生日的第二天起算, as the
// Supreme People's Court reads it).
absl::StatusOr<int64_t> FullYears(calendar::Date birth, calendar::Date at) {
  if (at < birth) return absl::InvalidArgumentError("计算年龄的日期早于出生日期");
  const int64_t years = at.year() - birth.year();
  return std::max<int64_t>(0, at <= BirthdayIn(at.year(), birth) ? years - 1 : years);
}

Value IntOrFail(const CallContext& context, const absl::StatusOr<int64_t>& result) {
  if (result.ok()) return Value::Int(*result);
  return context.Fail(std::string(result.status().message()));
}

absl::StatusOr<int64_t> AgeOf(const Value* v) {
  ASSIGN_OR_RETURN(const calendar::Date birth, DateOf(v[0]));
  ASSIGN_OR_RETURN(const calendar::Date at, DateOf(v[1]));
  return FullYears(birth, at);
}

// Takes the cost of reading two operands; false when the budget is used up.
bool ChargeTexts(const CallContext& context, const Value* v) {
  for (const Value* operand : {v, v + 1}) {
    if (operand->kind() == Kind::kString) context.meter.ChargeBytes(operand->string_value().size());
  }
  return !context.meter.is_exhausted();
}

Value RunAge(const CallContext& context, const Value* v) {
  return ChargeTexts(context, v) ? IntOrFail(context, AgeOf(v)) : Value();
}

absl::StatusOr<int64_t> CountWorkingDays(const CallContext& context, const Value* v) {
  if (context.calendar == nullptr) return absl::FailedPreconditionError("没有工作日历");
  ASSIGN_OR_RETURN(const calendar::Date from, DateOf(v[0]));
  ASSIGN_OR_RETURN(const calendar::Date to, DateOf(v[1]));
  // Years without a notice are refused, so what is counted are the days of the known ones.
  if (!context.meter.Charge(std::clamp<int64_t>(to - from, 0, 10'000))) return 0;
  ASSIGN_OR_RETURN(const int count, context.calendar->WorkingDaysBetween(from, to));
  return count;
}

Value RunWorkingDays(const CallContext& context, const Value* v) {
  return ChargeTexts(context, v) ? IntOrFail(context, CountWorkingDays(context, v)) : Value();
}

Value RunInRegion(const CallContext& context, const Value* v) {
  if (!ChargeTexts(context, v)) return Value();
  const auto code = codes::RegionCode::Parse(v[0].string_value());
  if (!code.ok()) return context.Fail(std::string(code.status().message()));
  const auto ancestor = codes::RegionCode::Parse(v[1].string_value());
  if (!ancestor.ok()) return context.Fail(std::string(ancestor.status().message()));
  return Value::Bool(ancestor->Contains(*code));
}

Function OfTwoDates(const char* name, Implementation run) {
  Function function{name, false, {}};
  for (const Kind a : {Kind::kString, Kind::kTimestamp}) {
    for (const Kind b : {Kind::kString, Kind::kTimestamp}) {
      function.overloads.push_back({{Type(a), Type(b)}, Type(Kind::kInt), run});
    }
  }
  return function;
}

}  // namespace

void AddTradeFunctions(FunctionTable* table) {
  table->Add(OfTwoDates("age", RunAge));
  table->Add(OfTwoDates("workingDays", RunWorkingDays));
  table->Add({"inRegion",
              false,
              {{{Type(Kind::kString), Type(Kind::kString)}, Type(Kind::kBool), RunInRegion}}});
}

}  // namespace onething::cel
