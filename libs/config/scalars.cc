#include "libs/config/scalars.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace onething::config {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::util::TimeUtil;

constexpr char kUnspecified[] = "UNSPECIFIED";

struct Unit {
  absl::string_view suffix;
  uint64_t milliseconds;
};

// `ms` before the units it ends with.
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};

// `MATERIAL_SOURCE_`; empty when the zero value is not named by the rule.
absl::string_view Prefix(const EnumDescriptor& type) {
  const EnumValueDescriptor* const zero = type.FindValueByNumber(0);
  absl::string_view name = zero == nullptr ? "" : absl::string_view(zero->name());
  return absl::ConsumeSuffix(&name, kUnspecified) ? name : "";
}

bool IsUnspecified(const EnumValueDescriptor& value) {
  return value.number() == 0 && absl::EndsWith(value.name(), kUnspecified);
}

// `text` is as long as `shape` and equal to it, with any digit where that has 0.
bool HasShape(absl::string_view text, absl::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char model) {
    return model == '0' ? absl::ascii_isdigit(c) : c == model;
  });
}

// RFC 3339 to the letter; TimeUtil, which knows the calendar, takes `2026-3-2` and more decimals.
bool HasTimeShape(absl::string_view text) {
  constexpr absl::string_view kDateTime = "0000-00-00T00:00:00";
  constexpr size_t kDecimalCountMax = 9;
  if (!HasShape(text.substr(0, kDateTime.size()), kDateTime)) {
    return false;
  }
  text.remove_prefix(kDateTime.size());
  if (absl::ConsumePrefix(&text, ".")) {
    const size_t decimal_count = std::min(text.find_first_not_of("0123456789"), text.size());
    if (decimal_count == 0 || decimal_count > kDecimalCountMax) {
      return false;
    }
    text.remove_prefix(decimal_count);
  }
  return text == "Z" || HasShape(text, "+00:00") || HasShape(text, "-00:00");
}

}  // namespace

std::optional<google::protobuf::Duration> ParseDuration(absl::string_view text) {
  for (const Unit& unit : kUnits) {
    if (!absl::ConsumeSuffix(&text, unit.suffix)) {
      continue;
    }
    const std::optional<uint64_t> count = ParseNumber<uint64_t>(text);
    constexpr uint64_t kMillisecondsMax = uint64_t{TimeUtil::kDurationMaxSeconds} * 1'000;
    if (!count.has_value() || *count > kMillisecondsMax / unit.milliseconds) {
      return std::nullopt;
    }
    return TimeUtil::MillisecondsToDuration(static_cast<int64_t>(*count * unit.milliseconds));
  }
  return std::nullopt;
}

std::optional<google::protobuf::Timestamp> ParseTimestamp(absl::string_view text) {
  google::protobuf::Timestamp time;
  if (!HasTimeShape(text) || !TimeUtil::FromString(std::string(text), &time)) {
    return std::nullopt;
  }
  return time;
}

std::string EnumWord(const EnumValueDescriptor& value) {
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), Prefix(*value.type())));
}

std::vector<std::string> EnumWords(const EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (!IsUnspecified(*type.value(i))) {
      words.push_back(EnumWord(*type.value(i)));
    }
  }
  return words;
}

const EnumValueDescriptor* ParseEnumWord(const EnumDescriptor& type, absl::string_view word) {
  const std::string name = absl::StrReplaceAll(word, {{"-", "_"}});
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor* const value = type.value(i);
    if (!IsUnspecified(*value) && EnumWord(*value) == name) {
      return value;
    }
  }
  return nullptr;
}

}  // namespace onething::config
