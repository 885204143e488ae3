#include "libs/cel/time_text.h"

#include <re2/re2.h>

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "libs/cel/value.h"

namespace onething::cel {
namespace {

// Longer texts are none of these; this bounds the work for hostile ones.
constexpr size_t kTextSizeMax = 100;

re2::StringPiece Piece(absl::string_view text) { return {text.data(), text.size()}; }

std::optional<absl::TimeZone> ZoneOfOffset(absl::string_view text) {
  static const RE2 kForm(R"(([+-]?)([0-9]{2}):([0-9]{2}))");
  std::string sign;
  int hours = 0, minutes = 0;
  if (!RE2::FullMatch(Piece(text), kForm, &sign, &hours, &minutes)) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  const int seconds = (hours * 60 + minutes) * 60;
  return absl::FixedTimeZone(sign == "-" ? -seconds : seconds);
}

}  // namespace

std::optional<absl::Time> ParseTimestamp(absl::string_view text) {
  static const RE2 kForm(R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))");
  if (text.size() > kTextSizeMax || !RE2::FullMatch(Piece(text), kForm)) return std::nullopt;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
  if (!IsInRange(time)) return std::nullopt;
  return time;
}

std::string FormatTimestamp(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

std::optional<absl::Duration> ParseDuration(absl::string_view text) {
  static const RE2 kForm(R"([+-]?((\d+(\.\d*)?|\.\d+)(h|m|s|ms|us|µs|ns))+|[+-]?0)");
  if (text.size() > kTextSizeMax || !RE2::FullMatch(Piece(text), kForm)) return std::nullopt;
  const std::string plain = absl::StrReplaceAll(text, {{"µ", "u"}});
  absl::Duration duration;
  if (!absl::ParseDuration(plain, &duration) || !IsInRange(duration)) return std::nullopt;
  return duration;
}

std::string FormatDuration(absl::Duration duration) {
  const int64_t total = absl::ToInt64Nanoseconds(duration);
  constexpr uint64_t kSecond = 1'000'000'000;
  const auto bits = static_cast<uint64_t>(total);
  const uint64_t size = total < 0 ? uint64_t{0} - bits : bits;
  std::string text = absl::StrCat(total < 0 ? "-" : "", size / kSecond);
  if (size % kSecond != 0) {
    absl::StrAppendFormat(&text, ".%09d", size % kSecond);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "s";
}

std::optional<absl::TimeZone> FindTimeZone(absl::string_view name) {
  // The name becomes a file's: nothing but names of zones may get there.
  static const RE2 kForm(R"([A-Z][A-Za-z0-9_+-]{1,30}(/[A-Z][A-Za-z0-9_+-]{1,30}){0,2})");
  if (name.size() > kTextSizeMax) return std::nullopt;
  if (std::optional<absl::TimeZone> zone = ZoneOfOffset(name)) return zone;
  absl::TimeZone zone;
  if (!RE2::FullMatch(Piece(name), kForm) || !absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return zone;
}

}  // namespace onething::cel
