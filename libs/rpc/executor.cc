#include "libs/rpc/executor.h"

#include <string>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/clock.h"
#include "libs/base/error.h"

namespace onething::rpc {
namespace {

constexpr double kMicrosPerSecond = 1e6;

}  // namespace

Executor::Executor(Options options) : options_(options) {
  CHECK(options_.queue_max > 0);
  if (options_.metrics != nullptr) {
    options_.metrics->queue_limit.Set(static_cast<double>(options_.queue_max));
    options_.metrics->threads.Set(static_cast<double>(options_.thread_count));
  }
  for (size_t i = 0; i < options_.thread_count; ++i) {
    threads_.emplace_back([this] { ThreadMain(); });
  }
}

Executor::~Executor() { Stop(); }

absl::Status Executor::Post(Task task) {
  MutexLock lock(&mutex_);
  if (stopping_) {
    return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_NOT_SERVING,
                     "服务正在停止，请稍后重试");
  }
  if (queue_.size() >= options_.queue_max) {
    if (options_.metrics != nullptr) {
      options_.metrics->refused.Increment();
    }
    return MakeError(absl::StatusCode::kResourceExhausted, common::v1::ERROR_REASON_QUEUE_FULL,
                     "服务繁忙，本次请求未被处理，请稍后重试",
                     {{"limit", std::to_string(options_.queue_max)}});
  }
  queue_.push_back({std::move(task), SteadyMicros()});
  wake_.Signal();
  return absl::OkStatus();
}

bool Executor::RunPending() {
  CHECK(options_.thread_count == 0);
  bool ran = false;
  while (true) {
    Waiting waiting;
    {
      MutexLock lock(&mutex_);
      if (queue_.empty()) {
        return ran;
      }
      waiting = std::move(queue_.front());
      queue_.pop_front();
    }
    Run(waiting);
    ran = true;
  }
}

void Executor::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) {
      thread.join();
    }
  }
  if (options_.thread_count == 0) {
    RunPending();
  }
}

size_t Executor::queue_size() const {
  MutexLock lock(&mutex_);
  return queue_.size();
}

void Executor::ThreadMain() {
  while (true) {
    Waiting waiting;
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) {
        wake_.Wait(&mutex_);
      }
      if (queue_.empty()) {
        return;
      }
      waiting = std::move(queue_.front());
      queue_.pop_front();
    }
    Run(waiting);
  }
}

void Executor::Run(const Waiting& waiting) const {
  const int64_t start_us = SteadyMicros();
  waiting.task();
  if (options_.metrics != nullptr) {
    const int64_t end_us = SteadyMicros();
    options_.metrics->wait.Observe(static_cast<double>(start_us - waiting.posted_us) /
                                   kMicrosPerSecond);
    options_.metrics->run.Observe(static_cast<double>(end_us - start_us) / kMicrosPerSecond);
  }
}

}  // namespace onething::rpc
