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

}  // namespace

CommitLoop::CommitLoop(Engine* engine, const Clock* clock, Options options)
    : engine_(engine), clock_(clock), options_(std::move(options)) {
  CHECK(options_.queue_max > 0 && options_.group_commands_max > 0);
  if (options_.threaded) {
    loop_ = std::thread([this] { LoopMain(); });
    answerer_ = std::thread([this] { AnswerMain(); });
  }
}

CommitLoop::~CommitLoop() { Stop(); }

absl::Status CommitLoop::Post(Command command, Done done) {
  MutexLock lock(&mutex_);
  if (stopping_ || failed_) {
    return NotServing();
  }
  if (queue_.size() + unanswered_ >= options_.queue_max) {
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
  while (queue_size() > 0) {
    Groups groups;
    groups.push_back(RunGroup());
    Finish(groups);
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
  if (loop_.joinable()) {
    loop_.join();
    {
      MutexLock lock(&mutex_);
      drained_ = true;
      written_wake_.SignalAll();
    }
    answerer_.join();
  } else if (!options_.threaded) {
    RunPending();
  }
}

size_t CommitLoop::queue_size() const {
  MutexLock lock(&mutex_);
  return queue_.size() + unanswered_;
}

void CommitLoop::LoopMain() {
  while (WaitForCommand()) {
    std::unique_ptr<Group> group = RunGroup();
    MutexLock lock(&mutex_);
    written_.push_back(std::move(group));
    written_wake_.Signal();
  }
}

void CommitLoop::AnswerMain() {
  for (Groups groups = WaitForWritten(); !groups.empty(); groups = WaitForWritten()) {
    Finish(groups);
  }
}

// False once there is nothing left to do.
bool CommitLoop::WaitForCommand() {
  MutexLock lock(&mutex_);
  while (queue_.empty() && !stopping_) {
    wake_.Wait(&mutex_);
  }
  return !queue_.empty();
}

// Empty once there is nothing left to do.
CommitLoop::Groups CommitLoop::WaitForWritten() {
  MutexLock lock(&mutex_);
  while (written_.empty() && !drained_) {
    written_wake_.Wait(&mutex_);
  }
  return std::exchange(written_, {});
}

bool CommitLoop::TakeOne(Waiting* waiting) {
  MutexLock lock(&mutex_);
  if (queue_.empty()) {
    return false;
  }
  *waiting = std::move(queue_.front());
  queue_.pop_front();
  ++unanswered_;
  return true;
}

absl::StatusOr<absl::Time> CommitLoop::GroupTime(const Snapshot& snapshot) {
  const View view(snapshot, absl::UnixEpoch());
  if (last_time_ == absl::InfinitePast()) {
    int64_t micros = 0;
    const std::optional<std::string> row = view.Get(LastTimeKey());
    if (row.has_value() && !DecodeFields(*row, &micros)) {
      view.Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                            "the store's last instant cannot be read"));
    }
    RETURN_IF_ERROR(view.status());
    if (row.has_value()) {
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
  last_time_ = std::max(last_time_, clock);
  return last_time_;
}

bool CommitLoop::HasRoom(const Group& group) const {
  return group.taken.size() < options_.group_commands_max &&
         group.report.bytes < options_.group_bytes_max;
}

std::unique_ptr<CommitLoop::Group> CommitLoop::RunGroup() {
  auto group = std::make_unique<Group>();
  const int64_t start_us = SteadyMicros();
  RunQueued(*engine_->TakeWritten(), group.get());
  const int64_t ran_us = SteadyMicros();
  group->kept = Write(group->written);
  group->report.commands = group->taken.size();
  group->report.run_us = ran_us - start_us;
  group->report.commit_us = SteadyMicros() - ran_us;
  return group;
}

// The busier the service, the more commands join a group.
void CommitLoop::RunQueued(const Snapshot& snapshot, Group* group) {
  const absl::StatusOr<absl::Time> now = GroupTime(snapshot);
  ReadMemo memo;
  const Layers layers{.snapshot = snapshot, .written = &group->written, .memo = &memo};
  Waiting waiting;
  while (HasRoom(*group) && TakeOne(&waiting)) {
    Txn txn(layers, &group->written, now.value_or(last_time_));
    absl::Status status = now.ok() ? waiting.command(txn) : now.status();
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
  if (!group->written.empty()) {
    group->written[LastTimeKey()] = EncodeFields(absl::ToUnixMicros(last_time_));
  }
}

// A group that read what then could not be kept is not kept either.
absl::Status CommitLoop::Write(const WriteSet& writes) {
  if (failed()) {
    return NotServing();
  }
  const absl::Status written = writes.empty() ? absl::OkStatus() : engine_->Write(writes);
  if (!written.ok()) {
    Fail(written);
    return NotServing();
  }
  return absl::OkStatus();
}

// Makes groups durable together and answers them in their order.
void CommitLoop::Finish(const Groups& groups) {
  const int64_t start_us = SteadyMicros();
  const absl::Status durable = MakeDurable(groups);
  GroupReport report{.commit_us = SteadyMicros() - start_us};
  for (const std::unique_ptr<Group>& group : groups) {
    group->kept.Update(durable);
    report.commands += group->report.commands;
    report.bytes += group->report.bytes;
    report.run_us += group->report.run_us;
    report.commit_us += group->report.commit_us;
  }
  if (durable.ok() && options_.on_group) {
    options_.on_group(report);
  }
  for (const std::unique_ptr<Group>& group : groups) {
    Answer(group.get());
  }
}

// A disk that once failed may report success the next time, and have lost the rest.
absl::Status CommitLoop::MakeDurable(const Groups& groups) {
  if (failed()) {
    return NotServing();
  }
  const bool wrote =
      std::any_of(groups.begin(), groups.end(),
                  [](const std::unique_ptr<Group>& group) { return !group->written.empty(); });
  const absl::Status synced = wrote ? engine_->Sync() : absl::OkStatus();
  if (!synced.ok()) {
    Fail(synced);
    return NotServing();
  }
  return absl::OkStatus();
}

void CommitLoop::Answer(Group* group) {
  if (group->kept.ok()) {
    for (const Txn::CommitHook& hook : group->hooks) {
      hook();
    }
  }
  {
    MutexLock lock(&mutex_);
    unanswered_ -= group->taken.size();
  }
  for (size_t i = 0; i < group->taken.size(); ++i) {
    group->taken[i].done(group->kept.ok() ? group->results[i] : group->kept);
  }
}

void CommitLoop::Fail(const absl::Status& reason) {
  {
    MutexLock lock(&mutex_);
    if (std::exchange(failed_, true)) {
      return;
    }
  }
  Log(LogLevel::kError, "commit failed; the service stops", {{"error", reason.ToString()}});
  if (options_.on_fatal) {
    options_.on_fatal(reason);
  }
}

bool CommitLoop::failed() const {
  MutexLock lock(&mutex_);
  return failed_;
}

}  // namespace onething::storage
