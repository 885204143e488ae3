// Timestamps, durations and time zones as CEL writes them.

#ifndef ONETHING_LIBS_CEL_TIME_TEXT_H_
#define ONETHING_LIBS_CEL_TIME_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace onething::cel {

// The instant that `text` writes by RFC 3339, such as 2026-03-02T08:00:00.5+08:00. nullopt for any
// other form and for an instant out of range.
std::optional<absl::Time> ParseTimestamp(absl::string_view text);

// `time` by RFC 3339 in UTC, with as many digits of the second as it needs.
std::string FormatTimestamp(absl::Time time);

// The duration that `text` writes as a row of numbers with units: 1h30m, -1.5s, 10ms, 1us, 1ns.
// nullopt for any other form and for one out of range.
std::optional<absl::Duration> ParseDuration(absl::string_view text);

// `duration` in seconds: 5400s, -1.5s.
std::string FormatDuration(absl::Duration duration);

// The time zone that `name` names: by IANA (Asia/Shanghai, UTC), or by its offset (+08:00, 08:00,
// -02:30). nullopt for any other name. The answer depends on the machine's time zone data.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_TIME_TEXT_H_
