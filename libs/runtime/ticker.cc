#include "libs/runtime/ticker.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/clock.h"
#include "libs/base/log.h"

namespace onething::runtime {

struct Ticker::Tick {
  Tick(absl::string_view of_name, absl::Duration at_interval, Work to_do)
      : name(of_name), interval(at_interval), work(std::move(to_do)) {}

  const std::string name;
  const absl::Duration interval;
  const Work work;
  // Guarded by the ticker's mutex_.
  absl::Time due = absl::InfinitePast();
  std::atomic<bool> at_work = false;
};

void Ticker::Add(absl::string_view name, absl::Duration interval, Work work) {
  CHECK(interval > absl::ZeroDuration());
  MutexLock lock(&mutex_);
  ticks_.push_back(std::make_shared<Tick>(name, interval, std::move(work)));
}

absl::Time Ticker::RunDue(absl::Time now) {
  std::vector<std::shared_ptr<Tick>> begun;
  absl::Time next = absl::InfiniteFuture();
  {
    MutexLock lock(&mutex_);
    for (const std::shared_ptr<Tick>& tick : ticks_) {
      // A clock that was set back must not silence a tick until it has caught up.
      tick->due = std::min(tick->due, now + tick->interval);
      if (tick->due <= now) {
        tick->due = now + tick->interval;
        if (!tick->at_work.exchange(true)) {
          begun.push_back(tick);
        }
      }
      next = std::min(next, tick->due);
    }
  }
  for (const std::shared_ptr<Tick>& tick : begun) {
    Begin(tick);
  }
  return next;
}

void Ticker::Begin(const std::shared_ptr<Tick>& tick) const {
  const int64_t start_us = SteadyMicros();
  tick->work([tick, start_us, &metrics = metrics_](const absl::Status& status) {
    metrics.process.tick.With({tick->name})
        .Observe(static_cast<double>(SteadyMicros() - start_us) / 1e6);
    metrics.process.ticks.With({tick->name, absl::StatusCodeToString(status.code())}).Increment();
    if (!status.ok()) {
      Log(LogLevel::kWarning, "tick failed", {{"tick", tick->name}, {"error", status.ToString()}});
    }
    tick->at_work = false;
  });
}

}  // namespace onething::runtime
