// The outbox of a service: calls to other services, written in the same commit as the change that
// causes them, sent at least once by the pump (pump.h), their answers handled as commands. This
// file is the rows and the rules; it sends nothing.
//
// An entry is sent until it is answered. An answer with OK goes to the handler of the entry's kind,
// in one command with the entry's deletion. A failure that may pass (retry.h) is tried again later.
// The receiver's last word (INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION,
// PERMISSION_DENIED, OUT_OF_RANGE, UNIMPLEMENTED, DATA_LOSS) goes to the handler too; if the
// handler does not know what to do with it, the entry becomes a dead letter, as it does after too
// many failures or when its time is over. A dead letter blocks the later entries of its order key
// until an operator replays or drops it: they may build on it.
//
// The same entry may arrive twice (a crash between call and answer). It always carries the same
// request id, by which the receiver knows it.

#ifndef ONETHING_LIBS_OUTBOX_OUTBOX_H_
#define ONETHING_LIBS_OUTBOX_OUTBOX_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/error.h"
#include "libs/base/mutex.h"
#include "libs/outbox/retry.h"
#include "libs/storage/table.h"
#include "libs/storage/view.h"
#include "onething/ops/v1/outbox.pb.h"

namespace onething::outbox {

using ops::v1::OutboxEntry;

// The request id of an entry: `<owner>.<create time in µs, hex>.<id>`, a `/` in the owner written
// as `.`; fit for the format FORMAT_REQUEST_ID. The time keeps ids apart that a store restored from
// a backup gives out a second time. `owner` is Store::owner(), at most 24 characters.
std::string RequestIdFor(absl::string_view owner, uint64_t id, absl::Time create_time);

// What a command wants sent.
struct NewEntry {
  // Makes the serialized request, given the request id that must stand in it. Called once, inside
  // Enqueue.
  using MakeRequest = std::function<std::string(const std::string& request_id)>;

  std::string destination;
  // Entries of one destination and order key are sent one after another, in the order of their
  // commands; empty: at once.
  std::string order_key;
  std::string method;
  MakeRequest request;
  // The registered handler of the answer, and what it needs to know.
  std::string kind;
  std::string context;
  // Not sent after this instant; InfiniteFuture: no such limit.
  absl::Time expire_time = absl::InfiniteFuture();
};

// A NewEntry::request for a protobuf message with a field request_id.
template <class Request>
NewEntry::MakeRequest WithRequestId(Request request) {
  return [request = std::move(request)](const std::string& request_id) mutable {
    request.set_request_id(request_id);
    return request.SerializeAsString();
  };
}

// The response in an answer; the answer's error when it is one; DATA_LOSS when the bytes are no
// `Response`.
template <class Response>
absl::StatusOr<Response> ParseAnswer(const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) {
    return answer.status();
  }
  Response response;
  if (!response.ParseFromString(*answer)) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                     "the answer is not what the method returns");
  }
  return response;
}

// An entry that may be sent from `due` on: what the pump has to know of it.
struct DueEntry {
  std::string destination;
  absl::Time due;
  uint64_t id = 0;

  // In the order of sending within a destination, which is the order of their index.
  friend bool operator<(const DueEntry& a, const DueEntry& b) {
    return a.due != b.due ? a.due < b.due : a.id < b.id;
  }
};

// What the pump has to know of `entry`; nullopt when it is not to be sent, now or later.
std::optional<DueEntry> DueEntryOf(const OutboxEntry& entry);

// Whether the entry's time to be sent is over.
bool HasExpired(const OutboxEntry& entry, absl::Time now);

// How a destination is doing, for metrics.
struct DestinationStats {
  std::string destination;
  uint64_t pending = 0;
  uint64_t dead = 0;
  // When the oldest pending entry was created; nullopt when there is none.
  std::optional<absl::Time> oldest_pending_time;
};

// What an operator wants listed.
struct ListOptions {
  // STATE_UNSPECIFIED: all states.
  OutboxEntry::State state = OutboxEntry::STATE_UNSPECIFIED;
  // Empty: all destinations.
  std::string destination;
  storage::PageRequest page;
};

// The entries of one service. Owned by the service, outlives its pump and its commit loop's last
// command. Functions that take a Txn run on the loop; those that take a View run anywhere.
class Outbox {
 public:
  // Takes an answer: a response's bytes, or the receiver's last word. Returns OK when that settles
  // the entry, which is then deleted together with what the handler wrote. An error undoes what the
  // handler wrote and makes the entry a dead letter, with the answer's error if it is one, else the
  // handler's. So a handler that returns the answer's error leaves it to operators.
  using AnswerHandler = std::function<absl::Status(storage::Txn& txn, const OutboxEntry& entry,
                                                   const absl::StatusOr<std::string>& answer)>;

  // Hears, in the same command, that an entry became a dead letter (its state is DEAD, last_* say
  // why) or that an operator replayed it (PENDING): for a service whose records show what became of
  // what they wait for.
  using DeadLetterHandler = std::function<void(storage::Txn& txn, const OutboxEntry& entry)>;

  struct Options {
    // Store::owner().
    std::string owner;
    RetryOptions retry;
    // Pending and dead entries of one destination; one more is refused.
    uint64_t entries_max = 1'000'000;
    // Largest request; below gRPC's limit for a message.
    size_t request_bytes_max = size_t{3} << 20;
  };

  explicit Outbox(Options options);
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Says who takes the answers of entries of `kind`. All before the first command; each kind once.
  void OnAnswer(const std::string& kind, AnswerHandler handler);

  // Says who hears of dead letters among the entries of `kind`, if anybody. All before the first
  // command; each kind once.
  void OnDeadLetter(const std::string& kind, DeadLetterHandler handler);

  // Writes an entry; the pump hears of it after the commit. Returns its id. RESOURCE_EXHAUSTED
  // (LIMIT_REACHED) when the destination has entries_max entries or the request is too large. The
  // kind has a handler.
  absl::StatusOr<uint64_t> Enqueue(storage::Txn& txn, const NewEntry& entry) const;

  // The command that settles a call of the pump. Nothing happens when the entry is no longer
  // pending.
  void Answer(storage::Txn& txn, uint64_t id, const absl::StatusOr<std::string>& answer) const;

  // The command when Answer failed, e.g. because a record the handler reads is corrupt: counts a
  // failed call.
  void AnswerFailed(storage::Txn& txn, uint64_t id, const absl::Status& why) const;

  // Makes a dead letter pending again, due now, without its count of failures and its expire_time.
  // NOT_FOUND (OUTBOX_ENTRY_NOT_FOUND), FAILED_PRECONDITION (OUTBOX_ENTRY_STATE) when it is no dead
  // letter.
  absl::Status Replay(storage::Txn& txn, uint64_t id) const;

  // Deletes a dead letter; its handler is not asked, the next entry of its order key goes on.
  // Errors as Replay.
  absl::Status Drop(storage::Txn& txn, uint64_t id) const;

  // The entry, whole; nullopt when there is none.
  std::optional<OutboxEntry> Find(const storage::View& view, uint64_t id) const;

  // Entries in the order of their ids (within a state and destination when a state is given),
  // without `request` and `context`.
  storage::Page<OutboxEntry> List(const storage::View& view, const ListOptions& options) const;

  // Every destination that ever had an entry, in the order of their names.
  std::vector<DestinationStats> Stats(const storage::View& view) const;

  // The first `count` entries to be sent to `destination` not before `from` in their order; the
  // pump's way to the store.
  std::vector<DueEntry> ScanDue(const storage::View& view, const DueEntry& from,
                                size_t count) const;

  // Compares indexes, counts, and what is due with the rows. DATA_LOSS naming the first difference.
  absl::Status Check(const storage::View& view) const;

  // Tells `listener`, on the loop, of every entry that became due by a commit; empty to stop. When
  // this returns, the listener before is no longer being called.
  void SetListener(std::function<void(const DueEntry&)> listener);

  // The latest instant of a command that made an entry due; it may be ahead of a clock that was set
  // back. Any thread.
  absl::Time latest_command_time() const { return absl::FromUnixMicros(latest_command_us_.load()); }

 private:
  void Remove(storage::Txn& txn, const OutboxEntry& entry) const;
  void Bury(storage::Txn& txn, OutboxEntry entry, const absl::Status& why) const;
  void CountFailure(storage::Txn& txn, OutboxEntry entry, const absl::Status& why) const;
  void MakeDue(storage::Txn& txn, absl::Time due, OutboxEntry* entry) const;
  void TellOfDeadLetter(storage::Txn& txn, const OutboxEntry& entry) const;
  static void NoteFailure(const absl::Status& why, OutboxEntry* entry);
  absl::Status Handle(storage::Txn& txn, const OutboxEntry& entry,
                      const absl::StatusOr<std::string>& answer) const;
  absl::StatusOr<OutboxEntry> FindDead(const storage::View& view, uint64_t id) const;
  void Tell(const DueEntry& entry, absl::Time now) const;

  // Constant after the last OnAnswer and OnDeadLetter.
  const Options options_;
  std::map<std::string, AnswerHandler> handlers_;
  std::map<std::string, DeadLetterHandler> dead_letter_handlers_;

  mutable std::atomic<int64_t> latest_command_us_{0};

  // Guarded by mutex_.
  mutable Mutex mutex_;
  std::function<void(const DueEntry&)> listener_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace onething::outbox

#endif  // ONETHING_LIBS_OUTBOX_OUTBOX_H_
