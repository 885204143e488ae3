// The pump: takes what is due out of the outbox, has it sent, and brings each answer back as a
// command. It decides nothing about an entry; that is outbox.h. A destination that is slow or down
// holds back its own entries only.
// A destination that cannot be reached gets one call at a time until one is answered.
//
// Memory is bounded: of the entries that wait, each destination keeps the ids and due times of the
// first `window` here, in the order of their index; what comes behind is found again by scanning
// from where the window ended.

#ifndef ONETHING_LIBS_OUTBOX_PUMP_H_
#define ONETHING_LIBS_OUTBOX_PUMP_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/outbox/outbox.h"
#include "libs/outbox/sender.h"
#include "libs/storage/commit_loop.h"
#include "libs/storage/engine.h"

namespace onething::outbox {

// Sends the entries of one outbox. Runs on a thread of its own (Start), or, for tests and the
// simulation, in Step. Destroyed before the things it was given; answers that come later are
// dropped, and their entries sent again by the next pump.
class Pump {
 public:
  struct Options {
    // Calls under way at once, in all and to one destination. A destination without any may always
    // make one.
    size_t in_flight_max = 256;
    size_t in_flight_per_destination_max = 32;
    // Waiting entries of a destination known in memory.
    size_t window = 1024;
    // Time given to one call.
    absl::Duration call_timeout = absl::Seconds(10);
    // A destination that cannot be reached is left alone for this long, then asked with one entry;
    // doubled each time in vain, at most to pause_max. What waits meanwhile counts no attempt.
    absl::Duration pause_min = absl::Milliseconds(250);
    absl::Duration pause_max = absl::Seconds(10);
  };

  // All outlive the pump. Becomes the outbox's listener; made before the first command.
  Pump(Outbox* outbox, const storage::Engine* engine, storage::CommitLoop* loop, const Clock* clock,
       Sender* sender, Options options);
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  // Starts the thread, which wakes when something becomes due, a call ends, or the next due time
  // comes.
  void Start();

  // Ends the thread: nothing more is sent. Answers of calls under way are still taken as long as
  // the pump and its loop live.
  void Stop();

  // Sends what is due at `now`, without waiting; true when anything was sent or passed on. Without
  // Start, by one thread.
  bool Step(absl::Time now);

  // When Step has something to do next; InfinitePast when it has now, InfiniteFuture when only a
  // commit or an answer can bring something. Any thread.
  absl::Time NextDue() const;

  // Calls whose answer is not yet settled. Any thread.
  size_t in_flight() const;

 private:
  // What is known of a destination: all its waiting entries before `horizon`, or all, when
  // `complete`.
  struct Destination {
    std::set<DueEntry> known;
    DueEntry horizon;
    bool complete = false;
    // Not scanned before; after a scan that failed.
    absl::Time scan_time = absl::InfinitePast();
    size_t in_flight = 0;
    // While it cannot be reached: probes in vain, and when the next may be made.
    uint32_t unreachable_count = 0;
    absl::Time pause_end = absl::InfinitePast();
  };

  // An answer on its way into a command. Shared by the command and by the next try when the loop's
  // queue is full.
  struct Settlement {
    uint64_t id = 0;
    std::shared_ptr<const absl::StatusOr<std::string>> answer;
    // Why the outbox could not take the answer, on the second try.
    absl::Status failure;
  };

  // What callbacks hold instead of the pump, which may be gone when they are called.
  struct Gate {
    Mutex mutex;
    Pump* pump ABSL_GUARDED_BY(mutex) = nullptr;
  };

  void ThreadMain();
  void LoadDestinations(absl::Time now);
  void Refill(absl::Time now);
  std::vector<DueEntry> TakeDue(absl::Time now);
  void SendOne(const DueEntry& due, absl::Time now, absl::Time clock_now);
  bool PostWaiting();
  void Post(Settlement settlement);
  void OnSettled(Settlement settlement, const absl::Status& status);
  void OnDue(const DueEntry& entry);
  void OnAnswer(uint64_t id, absl::StatusOr<std::string> answer);
  void NoteReachable(const absl::Status& status, Destination* destination);
  void Release(uint64_t id);

  static bool NeedsScan(const Destination& destination);
  static void EndAt(const DueEntry& horizon, Destination* destination);
  void Trim(Destination* destination) const;
  bool HasRoom(const Destination& destination) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Destination& Get(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Insert(const DueEntry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Time NextDueLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Constant after construction.
  Outbox* const outbox_;
  const storage::Engine* const engine_;
  storage::CommitLoop* const loop_;
  const Clock* const clock_;
  Sender* const sender_;
  const Options options_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();

  // Stepping thread only.
  bool loaded_ = false;

  // Guarded by mutex_.
  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Destination> destinations_ ABSL_GUARDED_BY(mutex_);
  // Calls under way and where they go.
  std::map<uint64_t, std::string> in_flight_ ABSL_GUARDED_BY(mutex_);
  std::vector<Settlement> waiting_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace onething::outbox

#endif  // ONETHING_LIBS_OUTBOX_PUMP_H_
