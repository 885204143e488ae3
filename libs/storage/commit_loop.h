// The commit loop: the one place where a service's state changes. Commands run one after another;
// everything that waits is taken as one group, each command with its own save point, and written as
// one batch. A second thread syncs what was written, however many groups, and only then answers
// their callers; meanwhile the next group runs. A write or sync that fails ends the service
// (fail-stop): nothing it could not keep, and nothing that built on it, is acknowledged.

#ifndef ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_
#define ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/storage/engine.h"
#include "libs/storage/view.h"

namespace onething::storage {

// What one sync made durable, and what that cost, for metrics.
struct GroupReport {
  size_t commands = 0;
  size_t bytes = 0;
  // Microseconds of running the commands, and of writing and syncing what they wrote.
  int64_t run_us = 0;
  int64_t commit_us = 0;
};

// Runs commands on one thread of its own, syncs and answers on a second, or, for tests and the
// simulation, does both on the thread that calls RunPending.
class CommitLoop {
 public:
  // Reads, decides and writes. An error undoes the command's writes and goes to its caller.
  using Command = std::function<absl::Status(Txn&)>;
  // Called once: OK when the command's writes are durable (or it wrote nothing), else why not.
  using Done = std::function<void(const absl::Status&)>;

  struct Options {
    // Commands that may wait, to run or to be durable; one more is refused.
    size_t queue_max = 4096;
    // Commands and bytes of one group.
    size_t group_commands_max = 512;
    size_t group_bytes_max = size_t{8} << 20;
    // False: no thread is started; the owner calls RunPending.
    bool threaded = true;
    // Called on the answering thread after each sync, before anyone is answered; may be empty.
    std::function<void(const GroupReport&)> on_group;
    // Called once when a write or a sync failed, before any caller of that group is told. The
    // process is expected to end soon after.
    std::function<void(const absl::Status&)> on_fatal;
  };

  // Engine and clock outlive the loop.
  CommitLoop(Engine* engine, const Clock* clock, Options options);
  // Stops: what was posted is run and answered first.
  ~CommitLoop();
  CommitLoop(const CommitLoop&) = delete;
  CommitLoop& operator=(const CommitLoop&) = delete;

  // Queues a command from any thread. RESOURCE_EXHAUSTED (QUEUE_FULL) or UNAVAILABLE (NOT_SERVING)
  // at once, with `done` never called; otherwise `done` is called on the answering thread.
  absl::Status Post(Command command, Done done);

  // Posts and waits. Not from a command or from `done`. With threaded = false it runs all that is
  // pending.
  absl::Status Run(Command command);

  // Runs all that is queued, in groups; true when there was anything. Only with threaded = false.
  bool RunPending();

  // Refuses new commands, finishes those queued, ends the threads. May be called twice.
  void Stop();

  // Commands waiting now, to run or to be durable.
  size_t queue_size() const;

 private:
  struct Waiting {
    Command command;
    Done done;
  };

  // What ran together: what was decided, and what to do once it is durable.
  struct Group {
    std::vector<Waiting> taken;
    std::vector<absl::Status> results;
    std::vector<Txn::CommitHook> hooks;
    WriteSet written;
    // Why it is not kept, if it is not.
    absl::Status kept;
    GroupReport report;
  };
  using Groups = std::vector<std::unique_ptr<Group>>;

  void LoopMain();
  void AnswerMain();
  bool WaitForCommand();
  Groups WaitForWritten();
  bool TakeOne(Waiting* waiting);
  bool HasRoom(const Group& group) const;
  std::unique_ptr<Group> RunGroup();
  void RunQueued(const Snapshot& snapshot, Group* group);
  absl::Status Write(const WriteSet& writes);
  void Finish(const Groups& groups);
  absl::Status MakeDurable(const Groups& groups);
  void Answer(Group* group);
  void Fail(const absl::Status& reason);
  bool failed() const;
  absl::StatusOr<absl::Time> GroupTime(const Snapshot& snapshot);

  // Constant after construction.
  Engine* const engine_;
  const Clock* const clock_;
  const Options options_;

  // Guarded by mutex_.
  mutable Mutex mutex_;
  // For the loop: a command.
  CondVar wake_;
  // For the answering thread: a group.
  CondVar written_wake_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  // Groups that have run and are not yet durable, the oldest first.
  Groups written_ ABSL_GUARDED_BY(mutex_);
  // Commands taken from the queue and not yet answered.
  size_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // The loop's thread has ended: no group comes any more.
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;

  // Loop only.
  absl::Time last_time_ = absl::InfinitePast();
  bool clock_is_behind_ = false;
  std::thread loop_;
  std::thread answerer_;
};

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_COMMIT_LOOP_H_
