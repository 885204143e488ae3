#include "libs/runtime/ticker.h"

#include <catch2/catch.hpp>
#include <vector>

#include "libs/base/clock.h"

namespace onething::runtime {
namespace {

TEST_CASE("a tick is due at once, then at its interval, and missed ones are not made up for") {
  const telemetry::Metrics metrics;
  FakeClock clock;
  Ticker ticker(&metrics);
  CHECK(ticker.RunDue(clock.Now()) == absl::InfiniteFuture());
  int fast = 0;
  int slow = 0;
  ticker.Add("fast", absl::Seconds(1), [&](const Ticker::Done& done) {
    ++fast;
    done(absl::OkStatus());
  });
  ticker.Add("slow", absl::Seconds(10), [&](const Ticker::Done& done) {
    ++slow;
    done(absl::UnavailableError("x"));
  });
  CHECK(ticker.RunDue(clock.Now()) == clock.Now() + absl::Seconds(1));
  CHECK(ticker.RunDue(clock.Now()) == clock.Now() + absl::Seconds(1));
  CHECK((fast == 1 && slow == 1));
  clock.Advance(absl::Seconds(1));
  ticker.RunDue(clock.Now());
  CHECK((fast == 2 && slow == 1));
  clock.Advance(absl::Hours(1));
  ticker.RunDue(clock.Now());
  CHECK((fast == 3 && slow == 2));
  CHECK(metrics.process.ticks.With({"fast", "OK"}).Value() == 3);
  CHECK(metrics.process.ticks.With({"slow", "UNAVAILABLE"}).Value() == 2);
}

TEST_CASE("a tick that is still at work is not begun again") {
  const telemetry::Metrics metrics;
  FakeClock clock;
  Ticker ticker(&metrics);
  std::vector<Ticker::Done> begun;
  ticker.Add("long", absl::Seconds(1), [&](const Ticker::Done& done) { begun.push_back(done); });
  ticker.RunDue(clock.Now());
  clock.Advance(absl::Seconds(1));
  ticker.RunDue(clock.Now());
  CHECK(begun.size() == 1);
  begun[0](absl::OkStatus());
  clock.Advance(absl::Seconds(1));
  ticker.RunDue(clock.Now());
  CHECK(begun.size() == 2);
}

TEST_CASE("a clock that was set back does not silence a tick") {
  const telemetry::Metrics metrics;
  FakeClock clock;
  Ticker ticker(&metrics);
  int runs = 0;
  ticker.Add("tick", absl::Seconds(1), [&](const Ticker::Done& done) {
    ++runs;
    done(absl::OkStatus());
  });
  ticker.RunDue(clock.Now());
  clock.Advance(-absl::Hours(24));
  CHECK(ticker.RunDue(clock.Now()) == clock.Now() + absl::Seconds(1));
  clock.Advance(absl::Seconds(1));
  ticker.RunDue(clock.Now());
  CHECK(runs == 2);
}

}  // namespace
}  // namespace onething::runtime
