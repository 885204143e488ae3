// The conversions: int uint double string bytes bool timestamp duration, and type and dyn.

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/cel/function_table.h"
#include "libs/cel/source.h"
#include "libs/cel/time_text.h"

namespace onething::cel {
namespace {

// Texts of numbers are short; a longer one is refused before it is read.
constexpr size_t kNumberSizeMax = 400;

Value Unfit(const CallContext& context, const char* type) {
  return context.Fail(absl::StrCat("不能转换为", type, "：值超出范围或写法有误"));
}

bool IsPlainNumber(const std::string& text) {
  return !text.empty() && text.size() <= kNumberSizeMax && !absl::ascii_isspace(text.front()) &&
         !absl::ascii_isspace(text.back());
}

Value Same(const CallContext&, const Value* v) { return v[0]; }

Value IntOfDouble(const CallContext& c, const Value* v) {
  const double number = v[0].double_value();
  if (!(number > -0x1p63 && number < 0x1p63)) return Unfit(c, "int");
  return Value::Int(static_cast<int64_t>(number));
}

Value IntOfUint(const CallContext& c, const Value* v) {
  if (v[0].uint_value() > static_cast<uint64_t>(INT64_MAX)) return Unfit(c, "int");
  return Value::Int(static_cast<int64_t>(v[0].uint_value()));
}

Value IntOfText(const CallContext& c, const Value* v) {
  int64_t number = 0;
  const bool is_read =
      IsPlainNumber(v[0].string_value()) && absl::SimpleAtoi(v[0].string_value(), &number);
  return is_read ? Value::Int(number) : Unfit(c, "int");
}

Value UintOfInt(const CallContext& c, const Value* v) {
  if (v[0].int_value() < 0) return Unfit(c, "uint");
  return Value::Uint(static_cast<uint64_t>(v[0].int_value()));
}

Value UintOfDouble(const CallContext& c, const Value* v) {
  const double number = v[0].double_value();
  if (!(number >= 0 && number < 0x1p64)) return Unfit(c, "uint");
  return Value::Uint(static_cast<uint64_t>(number));
}

Value UintOfText(const CallContext& c, const Value* v) {
  uint64_t number = 0;
  const bool is_read =
      IsPlainNumber(v[0].string_value()) && absl::SimpleAtoi(v[0].string_value(), &number);
  return is_read ? Value::Uint(number) : Unfit(c, "uint");
}

Value DoubleOfText(const CallContext& c, const Value* v) {
  const std::string& text = v[0].string_value();
  double number = 0;
  if (!IsPlainNumber(text) || !absl::SimpleAtod(text, &number)) return Unfit(c, "double");
  if (std::isinf(number) && text.find_first_of("iI") == std::string::npos)
    return Unfit(c, "double");
  return Value::Double(number);
}

Value TextOfDouble(const CallContext&, const Value* v) {
  const double number = v[0].double_value();
  if (std::isnan(number)) return Value::String("NaN");
  if (std::isinf(number)) return Value::String(number > 0 ? "+Inf" : "-Inf");
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number);
  return Value::String(absl::string_view(digits, static_cast<size_t>(end.ptr - digits)));
}

Value TextOfBytes(const CallContext& c, const Value* v) {
  const std::string& bytes = v[0].bytes_value();
  if (!c.meter.ChargeBytes(bytes.size())) return Value();
  return IsUtf8(bytes) ? Value::String(bytes) : c.Fail("字节串不是UTF-8文字");
}

Value BytesOfText(const CallContext& c, const Value* v) {
  const std::string& text = v[0].string_value();
  return c.meter.ChargeBytes(text.size()) ? Value::Bytes(text) : Value();
}

Value BoolOfText(const CallContext& c, const Value* v) {
  static constexpr absl::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr absl::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  for (const absl::string_view word : kTrue) {
    if (v[0].string_value() == word) return Value::Bool(true);
  }
  for (const absl::string_view word : kFalse) {
    if (v[0].string_value() == word) return Value::Bool(false);
  }
  return Unfit(c, "bool");
}

Value TimeOfText(const CallContext& c, const Value* v) {
  const auto time = ParseTimestamp(v[0].string_value());
  return time ? Value::Timestamp(*time) : Unfit(c, "timestamp");
}

Value TimeOfInt(const CallContext& c, const Value* v) {
  const absl::Time time = absl::FromUnixSeconds(v[0].int_value());
  return IsInRange(time) ? Value::Timestamp(time) : Unfit(c, "timestamp");
}

Value DurationOfText(const CallContext& c, const Value* v) {
  const auto duration = ParseDuration(v[0].string_value());
  return duration ? Value::Duration(*duration) : Unfit(c, "duration");
}

// One conversion: to the kind after which it is named, from another.
struct Row {
  const char* name;
  Kind from;
  Kind to;
  Implementation run;
};

constexpr Row kRows[] = {
    {"int", Kind::kInt, Kind::kInt, Same},
    {"int", Kind::kUint, Kind::kInt, IntOfUint},
    {"int", Kind::kDouble, Kind::kInt, IntOfDouble},
    {"int", Kind::kString, Kind::kInt, IntOfText},
    {"int", Kind::kTimestamp, Kind::kInt,
     [](const CallContext&, const Value* v) {
       return Value::Int(absl::ToUnixSeconds(v[0].time_value()));
     }},
    {"uint", Kind::kUint, Kind::kUint, Same},
    {"uint", Kind::kInt, Kind::kUint, UintOfInt},
    {"uint", Kind::kDouble, Kind::kUint, UintOfDouble},
    {"uint", Kind::kString, Kind::kUint, UintOfText},
    {"double", Kind::kDouble, Kind::kDouble, Same},
    {"double", Kind::kInt, Kind::kDouble,
     [](const CallContext&, const Value* v) {
       return Value::Double(static_cast<double>(v[0].int_value()));
     }},
    {"double", Kind::kUint, Kind::kDouble,
     [](const CallContext&, const Value* v) {
       return Value::Double(static_cast<double>(v[0].uint_value()));
     }},
    {"double", Kind::kString, Kind::kDouble, DoubleOfText},
    {"string", Kind::kString, Kind::kString, Same},
    {"string", Kind::kInt, Kind::kString,
     [](const CallContext&, const Value* v) {
       return Value::String(absl::StrCat(v[0].int_value()));
     }},
    {"string", Kind::kUint, Kind::kString,
     [](const CallContext&, const Value* v) {
       return Value::String(absl::StrCat(v[0].uint_value()));
     }},
    {"string", Kind::kDouble, Kind::kString, TextOfDouble},
    {"string", Kind::kBool, Kind::kString,
     [](const CallContext&, const Value* v) {
       return Value::String(v[0].bool_value() ? "true" : "false");
     }},
    {"string", Kind::kBytes, Kind::kString, TextOfBytes},
    {"string", Kind::kTimestamp, Kind::kString,
     [](const CallContext&, const Value* v) {
       return Value::String(FormatTimestamp(v[0].time_value()));
     }},
    {"string", Kind::kDuration, Kind::kString,
     [](const CallContext&, const Value* v) {
       return Value::String(cel::FormatDuration(v[0].duration_value()));
     }},
    {"bytes", Kind::kBytes, Kind::kBytes, Same},
    {"bytes", Kind::kString, Kind::kBytes, BytesOfText},
    {"bool", Kind::kBool, Kind::kBool, Same},
    {"bool", Kind::kString, Kind::kBool, BoolOfText},
    {"timestamp", Kind::kTimestamp, Kind::kTimestamp, Same},
    {"timestamp", Kind::kString, Kind::kTimestamp, TimeOfText},
    {"timestamp", Kind::kInt, Kind::kTimestamp, TimeOfInt},
    {"duration", Kind::kDuration, Kind::kDuration, Same},
    {"duration", Kind::kString, Kind::kDuration, DurationOfText},
};

}  // namespace

void AddConversions(FunctionTable* table) {
  for (const Row& row : kRows) {
    table->Add({row.name, false, {{{Type(row.from)}, Type(row.to), row.run}}});
  }
  const Type any = Type::Variable(0);
  table->Add({"dyn", false, {{{any}, Type::Dyn(), Same}}});
  table->Add({"type", false, {{{any}, Type::Of(any), [](const CallContext&, const Value* v) {
                                 return Value::Type(v[0].kind());
                               }}}});
}

}  // namespace onething::cel
