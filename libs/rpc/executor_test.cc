#include "libs/rpc/executor.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <set>
#include <vector>

#include "libs/base/error.h"

namespace onething::rpc {
namespace {

TEST_CASE("without threads tasks run in their order when the owner says so") {
  Executor executor({.thread_count = 0, .queue_max = 3});
  std::vector<int> ran;
  CHECK(executor.Post([&] { ran.push_back(1); }).ok());
  CHECK(executor
            .Post([&] {
              ran.push_back(2);
              CHECK(executor.Post([&] { ran.push_back(4); }).ok());
            })
            .ok());
  CHECK(executor.Post([&] { ran.push_back(3); }).ok());
  CHECK(executor.queue_size() == 3);
  CHECK(ran.empty());
  CHECK(executor.RunPending());
  CHECK(ran == std::vector<int>{1, 2, 3, 4});
  CHECK_FALSE(executor.RunPending());
}

TEST_CASE("a full queue refuses and drops the task") {
  telemetry::Metrics metrics;
  Executor executor({.thread_count = 0, .queue_max = 2, .metrics = &metrics.executor});
  int ran = 0;
  CHECK(executor.Post([&] { ++ran; }).ok());
  CHECK(executor.Post([&] { ++ran; }).ok());
  const absl::Status refused = executor.Post([&] { ++ran; });
  CHECK(refused.code() == absl::StatusCode::kResourceExhausted);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_QUEUE_FULL);
  CHECK(ErrorInfoOf(refused)->metadata().at("limit") == "2");
  executor.RunPending();
  CHECK(ran == 2);
  CHECK(executor.Post([&] { ++ran; }).ok());
  CHECK(metrics.executor.refused.Value() == 1);
  CHECK(metrics.executor.queue_limit.Value() == 2);
}

TEST_CASE("stopping runs what was posted and refuses what comes after") {
  for (const size_t thread_count : {0, 1, 4}) {
    INFO(thread_count << " threads");
    Executor executor({.thread_count = thread_count, .queue_max = 1000});
    std::atomic<int> ran{0};
    for (int i = 0; i < 500; ++i) {
      CHECK(executor.Post([&] { ++ran; }).ok());
    }
    executor.Stop();
    executor.Stop();
    CHECK(ran == 500);
    const absl::Status late = executor.Post([&] { ++ran; });
    CHECK(late.code() == absl::StatusCode::kUnavailable);
    CHECK(ReasonOf(late) == common::v1::ERROR_REASON_NOT_SERVING);
    CHECK(ran == 500);
  }
}

TEST_CASE("several threads work at the same time") {
  Executor executor({.thread_count = 3, .queue_max = 10});
  Mutex mutex;
  CondVar all_here;
  int waiting = 0;
  // Each task ends only when all three have begun.
  for (int i = 0; i < 3; ++i) {
    CHECK(executor
              .Post([&] {
                MutexLock lock(&mutex);
                ++waiting;
                all_here.SignalAll();
                while (waiting < 3) {
                  all_here.Wait(&mutex);
                }
              })
              .ok());
  }
  executor.Stop();
  CHECK(waiting == 3);
}

}  // namespace
}  // namespace onething::rpc
