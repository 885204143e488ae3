#include "libs/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace onething {

absl::Time SystemClock::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now() + ahead_));
}

FakeClock::FakeClock()
    : now_us_(absl::ToUnixMicros(
          absl::FromCivil(absl::CivilSecond(2026, 3, 2, 1, 0, 0), absl::UTCTimeZone()))) {}

absl::Time FakeClock::Now() const { return absl::FromUnixMicros(now_us_.load()); }

void FakeClock::Advance(absl::Duration duration) {
  now_us_.fetch_add(absl::ToInt64Microseconds(duration));
}

void FakeClock::Set(absl::Time now) { now_us_.store(absl::ToUnixMicros(now)); }

int64_t SteadyMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace onething
