#include "libs/runtime/signals.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

namespace onething::runtime {
namespace {

TEST_CASE("signals wait until they are asked for, a reload before a stop") {
  Signals signals;
  std::raise(SIGTERM);
  std::raise(SIGHUP);
  CHECK(signals.Wait() == SignalEvent::kReload);
  CHECK(signals.Wait() == SignalEvent::kStop);
  std::raise(SIGINT);
  CHECK(signals.Wait(absl::Hours(1)) == SignalEvent::kStop);
  CHECK(signals.Wait(absl::ZeroDuration()) == SignalEvent::kTimeout);
  CHECK(signals.Wait(-absl::Hours(1)) == SignalEvent::kTimeout);
}

TEST_CASE("a failure wakes who waits, comes before signals, and stays") {
  Signals signals;
  std::thread fails([&] { signals.Fail(); });
  CHECK(signals.Wait() == SignalEvent::kFailed);
  fails.join();
  std::raise(SIGHUP);
  CHECK(signals.Wait() == SignalEvent::kFailed);
  CHECK(signals.failed());
}

TEST_CASE("a signal that nobody waited for does not end the process afterwards") {
  {
    Signals signals;
    std::raise(SIGTERM);
  }
  sigset_t pending;
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGTERM) == 0);
}

}  // namespace
}  // namespace onething::runtime
