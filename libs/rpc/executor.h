// A bounded pool of threads for work that may wait: reads that meet the disk, signing, asking
// another service. What must change state is not for here: it goes to the commit loop. A full queue
// refuses at once, so that a slow disk or peer costs its own callers and nobody else.

#ifndef ONETHING_LIBS_RPC_EXECUTOR_H_
#define ONETHING_LIBS_RPC_EXECUTOR_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/mutex.h"
#include "libs/telemetry/metrics.h"

namespace onething::rpc {

// Runs tasks in the order in which they were posted, several at a time. Safe from any thread.
class Executor {
 public:
  using Task = std::function<void()>;

  struct Options {
    // Threads. With none nothing runs until the owner calls RunPending: for tests and the
    // simulation.
    size_t thread_count = 8;
    // Tasks that may wait; one more is refused.
    size_t queue_max = 1024;
    // Counted into; null for nothing. Outlives the executor.
    const telemetry::ExecutorMetrics* metrics = nullptr;
  };

  explicit Executor(Options options);
  // Stops: what was posted is run first.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues a task. RESOURCE_EXHAUSTED (QUEUE_FULL) when too many wait, UNAVAILABLE (NOT_SERVING)
  // after Stop; the task is dropped then.
  absl::Status Post(Task task);

  // Runs all that is queued, and what that queues, on this thread; true when there was anything.
  // Only without threads.
  bool RunPending();

  // Refuses new tasks, finishes those queued, ends the threads. May be called twice, by the owner
  // only.
  void Stop();

  bool threaded() const { return options_.thread_count > 0; }

  // Tasks waiting now.
  size_t queue_size() const;

 private:
  struct Waiting {
    Task task;
    int64_t posted_us;
  };

  void ThreadMain();
  void Run(const Waiting& waiting) const;

  // Constant after construction.
  const Options options_;

  // Guarded by mutex_.
  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  // Owner only.
  std::vector<std::thread> threads_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_EXECUTOR_H_
