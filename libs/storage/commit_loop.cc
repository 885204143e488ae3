#include "libs/storage/commit_loop.h"

#include <algorithm>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/storage/key.h"

namespace onething::storage {
namespace {

// A machine's clock may be set back this much without a word.
constexpr absl::Duration kClockTolerance = absl::Seconds(1);

// Row of the last group's instant, so that time never runs backwards in a store, whatever the
// machine's clock does.
std::string LastTimeKey() { return EncodeKey(TableId::kMeta, std::string("last_time")); }

absl::Status NotServing() {
  return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_NOT_SERVING,
                   "服务正在停止或存储已失效，请稍后用同一 request_id 重试");
}

WriteBatch ToBatch(Overlay overlay) {
  WriteBatch batch;
  for (auto& [key, value] : overlay) {
    if (value.has_value()) {
      batch.Put(key, *std::move(value));
    } else {
      batch.Delete(key);
    }
  }
  return batch;
}

}  // namespace

CommitLoop::CommitLoop(Engine* engine, const Clock* clock, Options options)
    : engine_(engine), clock_(clock), options_(std::move(options)) {
  CHECK(options_.queue_max > 0 && options_.group_commands_max > 0);
  if (options_.threaded) {
    thread_ = std::thread([this] { ThreadMain(); });
  }
}

CommitLoop::~CommitLoop() { Stop(); }

absl::Status CommitLoop::Post(Command command, Done done) {
  MutexLock lock(&mutex_);
  if (stopping_ || failed_) {
    return NotServing();
  }
  if (queue_.size() >= options_.queue_max) {
    return MakeError(absl::StatusCode::kResourceExhausted, common::v1::ERROR_REASON_QUEUE_FULL,
                     "服务繁忙，本次请求未被处理，请稍后重试",
                     {{"limit", std::to_string(options_.queue_max)}});
  }
  queue_.push_back({std::move(command), std::move(done)});
  wake_.Signal();
  return absl::OkStatus();
}

absl::Status CommitLoop::Run(Command command) {
  Mutex mutex;
  CondVar finished;
  std::optional<absl::Status> result;
  const absl::Status posted = Post(std::move(command), [&](const absl::Status& status) {
    MutexLock lock(&mutex);
    result = status;
    finished.Signal();
  });
  if (!posted.ok()) {
    return posted;
  }
  if (!options_.threaded) {
    RunPending();
  }
  MutexLock lock(&mutex);
  while (!result.has_value()) {
    finished.Wait(&mutex);
  }
  return *result;
}

bool CommitLoop::RunPending() {
  CHECK(!options_.threaded);
  bool ran = false;
  while (RunGroup()) {
    ran = true;
  }
  return ran;
}

void CommitLoop::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (thread_.joinable()) {
    thread_.join();
  } else if (!options_.threaded) {
    RunPending();
  }
}

size_t CommitLoop::queue_size() const {
  MutexLock lock(&mutex_);
  return queue_.size();
}

void CommitLoop::ThreadMain() {
  while (true) {
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) {
        wake_.Wait(&mutex_);
      }
      if (queue_.empty()) {
        return;
      }
    }
    RunGroup();
  }
}

bool CommitLoop::TakeOne(Waiting* waiting) {
  MutexLock lock(&mutex_);
  if (queue_.empty()) {
    return false;
  }
  *waiting = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

absl::Time CommitLoop::GroupTime(const View& view) {
  if (last_time_ == absl::InfinitePast()) {
    int64_t micros = 0;
    const std::optional<std::string> row = view.Get(LastTimeKey());
    if (row.has_value() && !DecodeFields(*row, &micros)) {
      view.Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                            "the store's last instant cannot be read"));
    }
    if (row.has_value() && view.status().ok()) {
      last_time_ = absl::FromUnixMicros(micros);
    }
  }
  const absl::Time clock = clock_->Now();
  const bool behind = clock + kClockTolerance < last_time_;
  if (behind && !clock_is_behind_) {
    Log(LogLevel::kWarning, "clock is behind the store",
        {{"behind_ms", absl::ToInt64Milliseconds(last_time_ - clock)}});
  }
  clock_is_behind_ = behind;
  return std::max(last_time_, clock);
}

bool CommitLoop::RunGroup() {
  Group group;
  const int64_t start_us = SteadyMicros();
  RunCommands(&group);
  if (group.taken.empty()) {
    return false;
  }
  const int64_t ran_us = SteadyMicros();
  const absl::Status durable = MakeDurable(&group);
  group.report.commands = group.taken.size();
  group.report.run_us = ran_us - start_us;
  group.report.commit_us = SteadyMicros() - ran_us;
  if (!durable.ok()) {
    Fail(group, durable);
    return true;
  }
  for (const Txn::CommitHook& hook : group.hooks) {
    hook();
  }
  if (options_.on_group) {
    options_.on_group(group.report);
  }
  for (size_t i = 0; i < group.taken.size(); ++i) {
    group.taken[i].done(group.results[i]);
  }
  return true;
}

// Commands that arrive while the group is being run join it, up to its limits: the busier the
// service, the fewer the syncs.
void CommitLoop::RunCommands(Group* group) {
  const std::unique_ptr<Snapshot> snapshot = engine_->TakeSnapshot();
  const View time_view(*snapshot, absl::UnixEpoch());
  const absl::Time now = GroupTime(time_view);
  const absl::Status ready = HasFailed() ? NotServing() : time_view.status();
  Waiting waiting;
  while (group->taken.size() < options_.group_commands_max &&
         group->report.bytes < options_.group_bytes_max && TakeOne(&waiting)) {
    Txn txn(*snapshot, &group->overlay, now, &group->memo);
    absl::Status status = ready.ok() ? waiting.command(txn) : ready;
    if (!txn.status().ok()) {
      status = txn.status();
    }
    if (!status.ok()) {
      txn.RollBack();
    }
    group->report.bytes += txn.bytes_written();
    for (Txn::CommitHook& hook : txn.TakeHooks()) {
      group->hooks.push_back(std::move(hook));
    }
    group->results.push_back(std::move(status));
    group->taken.push_back(std::move(waiting));
  }
  if (!group->taken.empty() && ready.ok()) {
    last_time_ = now;
  }
  if (!group->overlay.empty()) {
    group->overlay[LastTimeKey()] = EncodeFields(absl::ToUnixMicros(now));
  }
}

absl::Status CommitLoop::MakeDurable(Group* group) {
  return group->overlay.empty() ? absl::OkStatus()
                                : engine_->Commit(ToBatch(std::move(group->overlay)));
}

bool CommitLoop::HasFailed() const {
  MutexLock lock(&mutex_);
  return failed_;
}

void CommitLoop::Fail(const Group& group, const absl::Status& reason) {
  {
    MutexLock lock(&mutex_);
    failed_ = true;
  }
  Log(LogLevel::kError, "commit failed; the service stops", {{"error", reason.ToString()}});
  if (options_.on_fatal) {
    options_.on_fatal(reason);
  }
  for (const Waiting& waiting : group.taken) {
    waiting.done(NotServing());
  }
}

}  // namespace onething::storage
