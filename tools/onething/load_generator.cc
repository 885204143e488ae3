#include "tools/onething/load_generator.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/time/clock.h"
#include "libs/base/clock.h"

namespace onething::tool {
namespace {

// The slots of one load. Lives until every slot has ended.
class Load {
 public:
  Load(const LoadOptions& options, const Operation& operation)
      : options_(options), operation_(operation) {}

  LoadResult Run() {
    running_ = options_.in_flight;
    for (size_t slot = 0; slot < options_.in_flight; ++slot) {
      Next(slot);
    }
    absl::SleepFor(options_.warm_up);
    if (options_.on_measure) {
      options_.on_measure();
    }
    const int64_t start_us = SteadyMicros();
    measuring_ = true;
    absl::SleepFor(options_.duration);
    measuring_ = false;
    const int64_t end_us = SteadyMicros();
    stopping_ = true;
    MutexLock lock(&mutex_);
    while (running_ > 0) {
      ended_.Wait(&mutex_);
    }
    result_.done = done_;
    result_.duration = absl::Microseconds(end_us - start_us);
    result_.per_second = static_cast<double>(done_) / absl::ToDoubleSeconds(result_.duration);
    return result_;
  }

 private:
  void Next(size_t slot) {
    if (stopping_) {
      MutexLock lock(&mutex_);
      --running_;
      ended_.SignalAll();
      return;
    }
    operation_(slot, [this, slot](const std::string& failure) {
      if (!failure.empty()) {
        MutexLock lock(&mutex_);
        if (result_.failed++ == 0) {
          result_.first_failure = failure;
        }
      } else if (measuring_) {
        ++done_;
      }
      Next(slot);
    });
  }

  const LoadOptions& options_;
  const Operation& operation_;
  std::atomic<bool> measuring_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> done_{0};

  Mutex mutex_;
  CondVar ended_;
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  LoadResult result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

int64_t Latencies::Percentile(double percent) const {
  std::vector<int64_t> sorted;
  {
    MutexLock lock(&mutex_);
    sorted = micros_;
  }
  if (sorted.empty()) {
    return 0;
  }
  const auto rank = static_cast<size_t>(percent / 100 * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(rank), sorted.end());
  return sorted[rank];
}

LoadResult RunLoad(const LoadOptions& options, const Operation& operation) {
  return Load(options, operation).Run();
}

}  // namespace onething::tool
