// Ticker: work that is due again and again, each kind at its own interval. It decides what is due
// and never runs two of one kind at once; who calls RunDue, and what the clock says, is the
// business of its owner: a thread in a service, the seed in the simulation.

#ifndef ONETHING_LIBS_RUNTIME_TICKER_H_
#define ONETHING_LIBS_RUNTIME_TICKER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/telemetry/metrics.h"

namespace onething::runtime {

// Ticks are added before the first RunDue; from then on safe from any thread.
class Ticker {
 public:
  // To be called once, when the work is over; on any thread.
  using Done = std::function<void(const absl::Status&)>;
  // Begins the work; does not block.
  using Work = std::function<void(Done)>;

  // `metrics` outlives the ticker and all work.
  explicit Ticker(const telemetry::Metrics* metrics) : metrics_(*metrics) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // Adds work under a name that metrics show. First due at once, so that what waited while the
  // service was down is not late twice.
  void Add(absl::string_view name, absl::Duration interval, Work work);

  // Begins what is due at `now` and not still at work, and returns when something is due next:
  // InfiniteFuture without ticks. A tick that was missed is not made up for.
  absl::Time RunDue(absl::Time now);

 private:
  struct Tick;

  void Begin(const std::shared_ptr<Tick>& tick) const;

  const telemetry::Metrics& metrics_;

  mutable Mutex mutex_;
  // Shared with the work's Done, which may outlive the ticker.
  std::vector<std::shared_ptr<Tick>> ticks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_TICKER_H_
