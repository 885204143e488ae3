// The only source of wall-clock time. Commands never see it: their `now` comes with the
// transaction. Tests and the simulation use FakeClock.

#ifndef ONETHING_LIBS_BASE_CLOCK_H_
#define ONETHING_LIBS_BASE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace onething {

// A seam: real time or a test's. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Current instant, microseconds kept.
  virtual absl::Time Now() const = 0;
};

// The machine's clock, or, for a demonstration, one that runs a fixed time ahead of it.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(absl::Duration ahead = absl::ZeroDuration()) : ahead_(ahead) {}

  absl::Time Now() const override;

 private:
  const absl::Duration ahead_;
};

// A clock that stands still until it is set. Starts at 2026-03-02 09:00 in China, a Monday.
class FakeClock final : public Clock {
 public:
  FakeClock();

  absl::Time Now() const override;

  // Moves forward (or, to test a wrong clock, back).
  void Advance(absl::Duration duration);

  // Sets the instant.
  void Set(absl::Time now);

 private:
  std::atomic<int64_t> now_us_;
};

// Steady microseconds since an arbitrary start, for measuring durations only.
int64_t SteadyMicros();

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_CLOCK_H_
