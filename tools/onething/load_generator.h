// A closed-loop load: so many operations always under way, each followed by the next, for a time;
// how many a second were done and how long each took.

#ifndef ONETHING_TOOLS_ONETHING_LOAD_GENERATOR_H_
#define ONETHING_TOOLS_ONETHING_LOAD_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace onething::tool {

// Durations of one kind of call, microseconds. Thread safe.
class Latencies {
 public:
  void Add(int64_t micros) {
    MutexLock lock(&mutex_);
    micros_.push_back(micros);
  }

  // The duration that `percent` (0 to 100) of the calls did not pass; 0 without calls.
  int64_t Percentile(double percent) const;
  size_t count() const {
    MutexLock lock(&mutex_);
    return micros_.size();
  }
  void Clear() {
    MutexLock lock(&mutex_);
    micros_.clear();
  }

 private:
  mutable Mutex mutex_;
  std::vector<int64_t> micros_ ABSL_GUARDED_BY(mutex_);
};

// What a load came to.
struct LoadResult {
  double per_second = 0;
  uint64_t done = 0;
  uint64_t failed = 0;
  // The first failure, in words.
  std::string first_failure;
  absl::Duration duration;
};

// An operation: begins with the call, ends with its one call of `done`, on any thread; an empty
// text is success.
using Operation = std::function<void(size_t slot, std::function<void(std::string failure)> done)>;

struct LoadOptions {
  size_t in_flight = 64;
  // Not counted, so that connections and caches are warm.
  absl::Duration warm_up = absl::Milliseconds(500);
  absl::Duration duration = absl::Seconds(5);
  // Called when counting begins; may be empty.
  std::function<void()> on_measure;
};

// Runs `operation` in `in_flight` slots until the time is over and the last has ended. Blocks.
LoadResult RunLoad(const LoadOptions& options, const Operation& operation);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_LOAD_GENERATOR_H_
