#include "libs/runtime/signals.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "libs/base/check.h"

namespace onething::runtime {

Signals::Signals() : owner_(pthread_self()) {
  sigemptyset(&awaited_);
  sigaddset(&awaited_, SIGTERM);
  sigaddset(&awaited_, SIGINT);
  sigaddset(&awaited_, SIGHUP);
  CHECK(pthread_sigmask(SIG_BLOCK, &awaited_, &before_) == 0);
  std::signal(SIGPIPE, SIG_IGN);
}

// What came meanwhile was meant for what ends here; unblocked it would end the process.
Signals::~Signals() {
  const timespec none = {};
  while (sigtimedwait(&awaited_, nullptr, &none) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

SignalEvent Signals::Wait(absl::Duration timeout) {
  CHECK(pthread_equal(pthread_self(), owner_));
  const timespec limit = absl::ToTimespec(std::max(timeout, absl::ZeroDuration()));
  while (!failed_) {
    const int signal = timeout == absl::InfiniteDuration()
                           ? sigwaitinfo(&awaited_, nullptr)
                           : sigtimedwait(&awaited_, nullptr, &limit);
    if (failed_) {
      break;
    }
    if (signal > 0) {
      return signal == SIGHUP ? SignalEvent::kReload : SignalEvent::kStop;
    }
    if (errno == EAGAIN) {
      return SignalEvent::kTimeout;
    }
  }
  return SignalEvent::kFailed;
}

void Signals::Fail() {
  failed_ = true;
  pthread_kill(owner_, SIGTERM);
}

}  // namespace onething::runtime
