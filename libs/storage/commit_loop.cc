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
    committer_ = std::thread([this] { CommitMain(); });
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
  while (queue_size() > 0) {
    const std::shared_ptr<Group> group = Begin();
    RunQueued(group.get());
    Commit(group.get());
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
      commit_wake_.SignalAll();
    }
    committer_.join();
  } else if (!options_.threaded) {
    RunPending();
  }
}

size_t CommitLoop::queue_size() const {
  MutexLock lock(&mutex_);
  return queue_.size();
}

void CommitLoop::LoopMain() {
  while (WaitForCommand()) {
    const std::shared_ptr<Group> group = Begin();
    do {
      RunQueued(group.get());
    } while (!HandOver(group));
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

// Gives the group to the committer as soon as the one before is durable; false when more commands
// may join it meanwhile.
bool CommitLoop::HandOver(const std::shared_ptr<Group>& group) {
  MutexLock lock(&mutex_);
  while (committing_ != nullptr) {
    if (!queue_.empty() && HasRoom(*group)) {
      return false;
    }
    wake_.Wait(&mutex_);
  }
  committing_ = group;
  commit_wake_.Signal();
  return true;
}

void CommitLoop::CommitMain() {
  while (true) {
    std::shared_ptr<Group> group;
    {
      MutexLock lock(&mutex_);
      while (committing_ == nullptr && !drained_) {
        commit_wake_.Wait(&mutex_);
      }
      group = committing_;
    }
    if (group == nullptr) {
      return;
    }
    Commit(group.get());
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

bool CommitLoop::HasRoom(const Group& group) const {
  return group.taken.size() < options_.group_commands_max &&
         group.report.bytes < options_.group_bytes_max;
}

std::shared_ptr<CommitLoop::Group> CommitLoop::Begin() {
  auto group = std::make_shared<Group>();
  {
    MutexLock lock(&mutex_);
    group->before = committing_;
  }
  // After the look at the group before: what is not in the one is in the other, perhaps in both.
  group->snapshot = engine_->TakeSnapshot();
  const View view(*group->snapshot, absl::UnixEpoch());
  group->now = GroupTime(view);
  group->ready = view.status();
  if (group->ready.ok()) {
    last_time_ = group->now;
  }
  return group;
}

// The busier the service, the more commands join a group, and the fewer are the syncs.
void CommitLoop::RunQueued(Group* group) {
  const int64_t start_us = SteadyMicros();
  const Layers layers{.snapshot = *group->snapshot,
                      .written = &group->written,
                      .committing = group->before == nullptr ? nullptr : &group->before->written,
                      .memo = &group->memo};
  Waiting waiting;
  while (HasRoom(*group) && TakeOne(&waiting)) {
    Txn txn(layers, &group->written, group->now);
    absl::Status status = group->ready.ok() ? waiting.command(txn) : group->ready;
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
    group->written[LastTimeKey()] = EncodeFields(absl::ToUnixMicros(group->now));
  }
  group->report.run_us += SteadyMicros() - start_us;
}

void CommitLoop::Commit(Group* group) {
  // Its commands have run: nothing more is read. Whoever is behind holds this group, not a chain.
  group->before.reset();
  group->snapshot.reset();
  const int64_t start_us = SteadyMicros();
  const absl::Status durable = MakeDurable(group);
  group->report.commands = group->taken.size();
  group->report.commit_us = SteadyMicros() - start_us;
  {
    // From here on the next group may come; it reads this one from the engine.
    MutexLock lock(&mutex_);
    committing_ = nullptr;
    wake_.Signal();
  }
  Answer(group, durable);
}

// A group that read what then could not be kept is not kept either.
absl::Status CommitLoop::MakeDurable(Group* group) {
  {
    MutexLock lock(&mutex_);
    if (failed_) {
      return NotServing();
    }
  }
  const absl::Status committed =
      group->written.empty() ? absl::OkStatus() : engine_->Commit(group->written);
  if (committed.ok()) {
    return absl::OkStatus();
  }
  Fail(committed);
  return NotServing();
}

void CommitLoop::Answer(Group* group, const absl::Status& durable) {
  if (durable.ok()) {
    for (const Txn::CommitHook& hook : group->hooks) {
      hook();
    }
    if (options_.on_group) {
      options_.on_group(group->report);
    }
  }
  for (size_t i = 0; i < group->taken.size(); ++i) {
    group->taken[i].done(durable.ok() ? group->results[i] : durable);
  }
}

void CommitLoop::Fail(const absl::Status& reason) {
  {
    MutexLock lock(&mutex_);
    failed_ = true;
  }
  Log(LogLevel::kError, "commit failed; the service stops", {{"error", reason.ToString()}});
  if (options_.on_fatal) {
    options_.on_fatal(reason);
  }
}

}  // namespace onething::storage
