// Single values: the grammar of numbers, durations, times and enum words in YAML. Pure functions of
// text; which field they go to is the mapper's business. Internal to this folder but for EnumWord,
// which also names a value in messages.

#ifndef ONETHING_LIBS_CONFIG_SCALARS_H_
#define ONETHING_LIBS_CONFIG_SCALARS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace onething::config {

// A number of type T in decimal: `-?(0|[1-9][0-9]*)`, for floating point also `.digits` and an
// exponent. nullopt for anything else (plus sign, leading zero, -0, hexadecimal, infinity, NaN) and
// for what T cannot hold.
template <class T>
std::optional<T> ParseNumber(absl::string_view text) {
  const absl::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  if (text == "-0" || digits.empty() || !absl::ascii_isdigit(digits.front()) ||
      !absl::ascii_isdigit(digits.back()) ||
      (digits.size() > 1 && digits[0] == '0' && absl::ascii_isdigit(digits[1]))) {
    return std::nullopt;
  }
  T value{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) {
    return std::nullopt;
  }
  return value;
}

// `30s`: a whole number, not negative, and ms, s, m or h. nullopt for anything else and beyond
// protobuf's 10,000 years. There is no day: a legal day is a matter of the calendar.
std::optional<google::protobuf::Duration> ParseDuration(absl::string_view text);

// `2026-03-02T09:00:00+08:00`: RFC 3339 with offset or Z, at most 9 decimals of a second. nullopt
// for anything else, and for days that are not in the calendar.
std::optional<google::protobuf::Timestamp> ParseTimestamp(absl::string_view text);

// The word of an enum value: its name without the prefix that its zero value `<PREFIX>_UNSPECIFIED`
// shows, in lower case: `e_licence` for MATERIAL_SOURCE_E_LICENCE.
std::string EnumWord(const google::protobuf::EnumValueDescriptor& value);

// The words that may be written for a field of this enum, in the order of the proto. The
// unspecified value has none: leave the key out.
std::vector<std::string> EnumWords(const google::protobuf::EnumDescriptor& type);

// The value of a word, `-` read as `_`; nullptr when it is none of EnumWords.
const google::protobuf::EnumValueDescriptor* ParseEnumWord(
    const google::protobuf::EnumDescriptor& type, absl::string_view word);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_SCALARS_H_
