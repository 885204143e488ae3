// The commit loop: the one place where a service's state changes. Commands run one after another;
// everything that waits is taken as one group, each command with its own save point; the group's
// writes become one batch, one synced commit; only then are the callers answered. While a group is
// on its way to the disk the next one runs, over what that group wrote. A failed commit ends the
// service (fail-stop): nothing it could not keep, and nothing that built on it, is acknowledged.

#ifndef ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_
#define ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/storage/engine.h"
#include "libs/storage/view.h"

namespace onething::storage {

// What one group cost, for metrics.
struct GroupReport {
  size_t commands = 0;
  size_t bytes = 0;
  // Microseconds of running the commands and of making them durable.
  int64_t run_us = 0;
  int64_t commit_us = 0;
};

// Runs commands on one thread of its own and commits on a second, or, for tests and the simulation,
// does both on the thread that calls RunPending.
class CommitLoop {
 public:
  // Reads, decides and writes. An error undoes the command's writes and goes to its caller.
  using Command = std::function<absl::Status(Txn&)>;
  // Called once: OK when the command's writes are durable (or it wrote nothing), else why not.
  using Done = std::function<void(const absl::Status&)>;

  struct Options {
    // Commands that may wait; one more is refused.
    size_t queue_max = 4096;
    // Commands and bytes of one group.
    size_t group_commands_max = 512;
    size_t group_bytes_max = size_t{8} << 20;
    // False: no thread is started; the owner calls RunPending.
    bool threaded = true;
    // Called on the committing thread after each group that is kept, may be empty.
    std::function<void(const GroupReport&)> on_group;
    // Called once when a commit failed, before any caller of that group is told. The process is
    // expected to end soon after.
    std::function<void(const absl::Status&)> on_fatal;
  };

  // Engine and clock outlive the loop.
  CommitLoop(Engine* engine, const Clock* clock, Options options);
  // Stops: what was posted is run and answered first.
  ~CommitLoop();
  CommitLoop(const CommitLoop&) = delete;
  CommitLoop& operator=(const CommitLoop&) = delete;

  // Queues a command from any thread. RESOURCE_EXHAUSTED (QUEUE_FULL) or UNAVAILABLE (NOT_SERVING)
  // at once, with `done` never called; otherwise `done` is called on the committing thread.
  absl::Status Post(Command command, Done done);

  // Posts and waits. Not from a command or from `done`. With threaded = false it runs all that is
  // pending.
  absl::Status Run(Command command);

  // Runs all that is queued, in groups; true when there was anything. Only with threaded = false.
  bool RunPending();

  // Refuses new commands, finishes those queued, ends the threads. May be called twice.
  void Stop();

  // Commands waiting now.
  size_t queue_size() const;

 private:
  struct Waiting {
    Command command;
    Done done;
  };

  // One group on its way: what was decided, and what to do once it is durable.
  struct Group {
    // What its commands see: a snapshot, and the group before while that is on its way to the disk.
    std::shared_ptr<const Group> before;
    std::unique_ptr<Snapshot> snapshot;
    ReadMemo memo;
    absl::Time now;
    // Why its commands cannot run.
    absl::Status ready;

    std::vector<Waiting> taken;
    std::vector<absl::Status> results;
    std::vector<Txn::CommitHook> hooks;
    WriteSet written;
    GroupReport report;
  };

  void LoopMain();
  void CommitMain();
  bool WaitForCommand();
  bool TakeOne(Waiting* waiting);
  bool HasRoom(const Group& group) const;
  std::shared_ptr<Group> Begin();
  void RunQueued(Group* group);
  bool HandOver(const std::shared_ptr<Group>& group);
  void Commit(Group* group);
  absl::Status MakeDurable(Group* group);
  void Answer(Group* group, const absl::Status& durable);
  void Fail(const absl::Status& reason);
  absl::Time GroupTime(const View& view);

  // Constant after construction.
  Engine* const engine_;
  const Clock* const clock_;
  const Options options_;

  // Guarded by mutex_.
  mutable Mutex mutex_;
  // For the loop: a command, or the way to the disk is free.
  CondVar wake_;
  // For the committer: a group.
  CondVar commit_wake_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  // The group on its way to the disk: at most one.
  std::shared_ptr<Group> committing_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The loop's thread has ended: no group comes after the one on its way.
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;

  // Loop only.
  absl::Time last_time_ = absl::InfinitePast();
  bool clock_is_behind_ = false;
  std::thread loop_;
  std::thread committer_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_
