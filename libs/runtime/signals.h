// Signals: the operating system's word to a process, taken by one thread that waits for it.
// Constructed first in main, so that every later thread has the signals blocked and no handler ever
// interrupts anything.

#ifndef ONETHING_LIBS_RUNTIME_SIGNALS_H_
#define ONETHING_LIBS_RUNTIME_SIGNALS_H_

#include <pthread.h>

#include <atomic>

#include "absl/time/time.h"

namespace onething::runtime {

// What was asked for.
enum class SignalEvent {
  // SIGTERM or SIGINT: end in order.
  kStop,
  // SIGHUP: read the configuration again.
  kReload,
  // Fail was called.
  kFailed,
  // Nothing, for as long as was waited.
  kTimeout,
};

// Owned by the thread that made it; Wait is called by it only.
class Signals {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP for this thread and those it starts; a broken pipe is an
  // error code, not a signal.
  Signals();
  // Forgets what has not been waited for, and unblocks what was not blocked before.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Waits for the next event, at most `timeout`. kFailed, once it has happened, comes before all
  // others.
  SignalEvent Wait(absl::Duration timeout = absl::InfiniteDuration());

  // Makes Wait return kFailed, now and from now on. Any thread.
  void Fail();
  bool failed() const { return failed_; }

 private:
  // Constant after construction.
  const pthread_t owner_;
  sigset_t awaited_;
  sigset_t before_;

  std::atomic<bool> failed_ = false;
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_SIGNALS_H_
