#include "libs/outbox/outbox.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/status.h"

namespace onething::outbox {
namespace {

using google::protobuf::Timestamp;
using ops::v1::OutboxCounts;
using storage::Index;
using storage::TableId;
using storage::Txn;
using storage::View;

constexpr size_t kOwnerLengthMax = 24;
constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int kNanosPerMicro = 1000;

absl::Time FromProto(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void ToProto(absl::Time time, Timestamp* proto) {
  const int64_t micros = absl::ToUnixMicros(time);
  CHECK(micros >= 0);
  proto->set_seconds(micros / kMicrosPerSecond);
  proto->set_nanos(static_cast<int>(micros % kMicrosPerSecond) * kNanosPerMicro);
}

using ByState = Index<OutboxEntry, OutboxEntry::State, std::string>;
using ByOrder = Index<OutboxEntry, std::string, std::string>;
using ByDue = Index<OutboxEntry, std::string, absl::Time>;

const ByState kByState(TableId::kOutboxByState, [](const OutboxEntry& entry) {
  return std::vector<ByState::Entry>{{entry.state(), entry.destination()}};
});

const ByOrder kByOrder(TableId::kOutboxByOrder, [](const OutboxEntry& entry) {
  return entry.order_key().empty()
             ? std::vector<ByOrder::Entry>{}
             : std::vector<ByOrder::Entry>{{entry.destination(), entry.order_key()}};
});

const ByDue kByDue(TableId::kOutboxDue, [](const OutboxEntry& entry) {
  return entry.has_next_attempt_time()
             ? std::vector<ByDue::Entry>{{entry.destination(),
                                          FromProto(entry.next_attempt_time())}}
             : std::vector<ByDue::Entry>{};
});

const storage::Table<OutboxEntry, uint64_t>& Entries() {
  static const storage::Table<OutboxEntry, uint64_t> table(
      TableId::kOutbox, [](const OutboxEntry& entry) { return std::tuple(uint64_t{entry.id()}); },
      {&kByState, &kByOrder, &kByDue});
  return table;
}

const storage::Table<OutboxCounts, std::string>& Counts() {
  static const storage::Table<OutboxCounts, std::string> table(
      TableId::kOutboxCounts,
      [](const OutboxCounts& counts) { return std::tuple(counts.destination()); });
  return table;
}

OutboxCounts CountsOf(const View& view, const std::string& destination) {
  OutboxCounts counts = Counts().Find(view, destination).value_or(OutboxCounts());
  counts.set_destination(destination);
  return counts;
}

void ChangeCounts(Txn& txn, const std::string& destination, int pending, int dead) {
  OutboxCounts counts = CountsOf(txn, destination);
  counts.set_pending(counts.pending() + static_cast<uint64_t>(int64_t{pending}));
  counts.set_dead(counts.dead() + static_cast<uint64_t>(int64_t{dead}));
  Counts().Put(txn, counts);
}

absl::Status LimitReached(absl::string_view sentence, uint64_t limit,
                          const std::string& destination) {
  return MakeError(absl::StatusCode::kResourceExhausted, common::v1::ERROR_REASON_LIMIT_REACHED,
                   sentence, {{"limit", absl::StrCat(limit)}, {"destination", destination}});
}

absl::Status Differs(absl::string_view what, uint64_t id) {
  return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                   absl::StrCat("outbox: ", what), {{"id", absl::StrCat(id)}});
}

}  // namespace

std::string RequestIdFor(absl::string_view owner, uint64_t id, absl::Time create_time) {
  CHECK(owner.size() <= kOwnerLengthMax);
  std::string name(owner);
  for (char& c : name) {
    const bool kept = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    c = kept ? c : '.';
  }
  return absl::StrCat(name, ".", absl::Hex(absl::ToUnixMicros(create_time)), ".", id);
}

std::optional<DueEntry> DueEntryOf(const OutboxEntry& entry) {
  if (!entry.has_next_attempt_time()) {
    return std::nullopt;
  }
  return DueEntry{entry.destination(), FromProto(entry.next_attempt_time()), entry.id()};
}

bool HasExpired(const OutboxEntry& entry, absl::Time now) {
  return entry.has_expire_time() && now > FromProto(entry.expire_time());
}

Outbox::Outbox(Options options) : options_(std::move(options)) {
  CHECK(options_.owner.size() <= kOwnerLengthMax);
  CHECK(options_.retry.attempts_max > 0 && options_.retry.delay_min > absl::ZeroDuration());
}

void Outbox::OnAnswer(const std::string& kind, AnswerHandler handler) {
  CHECK(handlers_.emplace(kind, std::move(handler)).second);
}

void Outbox::OnDeadLetter(const std::string& kind, DeadLetterHandler handler) {
  CHECK(dead_letter_handlers_.emplace(kind, std::move(handler)).second);
}

absl::StatusOr<uint64_t> Outbox::Enqueue(Txn& txn, const NewEntry& entry) const {
  CHECK(handlers_.contains(entry.kind) && !entry.destination.empty());
  const OutboxCounts counts = CountsOf(txn, entry.destination);
  if (counts.pending() + counts.dead() >= options_.entries_max) {
    return LimitReached("待发送的消息已满，请稍后重试", options_.entries_max, entry.destination);
  }
  const uint64_t id = txn.NextInSequence("outbox");
  OutboxEntry row;
  row.set_id(id);
  row.set_destination(entry.destination);
  row.set_order_key(entry.order_key);
  row.set_method(entry.method);
  row.set_request_id(RequestIdFor(options_.owner, id, txn.now()));
  row.set_request(entry.request(row.request_id()));
  if (row.request().size() > options_.request_bytes_max) {
    return LimitReached("待发送的消息过大", options_.request_bytes_max, entry.destination);
  }
  row.set_kind(entry.kind);
  row.set_context(entry.context);
  row.set_state(OutboxEntry::PENDING);
  ToProto(txn.now(), row.mutable_create_time());
  if (entry.expire_time != absl::InfiniteFuture()) {
    ToProto(entry.expire_time, row.mutable_expire_time());
  }
  const bool waits = !entry.order_key.empty() &&
                     Entries().ContainsBy(txn, kByOrder, entry.destination, entry.order_key);
  if (!waits) {
    MakeDue(txn, txn.now(), &row);
  }
  Entries().Insert(txn, row);
  ChangeCounts(txn, entry.destination, 1, 0);
  return id;
}

void Outbox::MakeDue(Txn& txn, absl::Time due, OutboxEntry* entry) const {
  ToProto(due, entry->mutable_next_attempt_time());
  txn.OnCommit([this, now = txn.now(), told = DueEntry{entry->destination(), due, entry->id()}] {
    Tell(told, now);
  });
}

void Outbox::Answer(Txn& txn, uint64_t id, const absl::StatusOr<std::string>& answer) const {
  const std::optional<OutboxEntry> entry = Find(txn, id);
  if (!entry.has_value() || entry->state() != OutboxEntry::PENDING) {
    return;
  }
  if (!answer.ok() && IsRetryable(answer.status())) {
    CountFailure(txn, *entry, answer.status());
    return;
  }
  const absl::Status handled = Handle(txn, *entry, answer);
  if (handled.ok()) {
    Remove(txn, *entry);
  } else {
    Bury(txn, *entry, answer.ok() ? handled : answer.status());
  }
}

void Outbox::AnswerFailed(Txn& txn, uint64_t id, const absl::Status& why) const {
  const std::optional<OutboxEntry> entry = Find(txn, id);
  if (entry.has_value() && entry->state() == OutboxEntry::PENDING) {
    CountFailure(txn, *entry, why);
  }
}

absl::Status Outbox::Handle(Txn& txn, const OutboxEntry& entry,
                            const absl::StatusOr<std::string>& answer) const {
  const auto handler = handlers_.find(entry.kind());
  if (handler == handlers_.end()) {
    return MakeError(absl::StatusCode::kUnimplemented, common::v1::ERROR_REASON_INTERNAL,
                     absl::StrCat("no handler of this build takes answers of kind ", entry.kind()));
  }
  const Txn::SavePoint before = txn.Save();
  const absl::Status handled = handler->second(txn, entry, answer);
  if (!handled.ok()) {
    txn.RollBack(before);
  }
  return handled;
}

void Outbox::Remove(Txn& txn, const OutboxEntry& entry) const {
  const bool dead = entry.state() == OutboxEntry::DEAD;
  Entries().Delete(txn, entry.id());
  ChangeCounts(txn, entry.destination(), dead ? 0 : -1, dead ? -1 : 0);
  if (entry.order_key().empty()) {
    return;
  }
  storage::Page<OutboxEntry> next =
      Entries().ListBy(txn, kByOrder, {.size = 1}, nullptr, entry.destination(), entry.order_key());
  if (!next.records.empty()) {
    MakeDue(txn, txn.now(), &next.records[0]);
    Entries().Put(txn, next.records[0]);
  }
}

void Outbox::CountFailure(Txn& txn, OutboxEntry entry, const absl::Status& why) const {
  const uint32_t attempts = entry.attempts() + 1;
  const absl::Time due = txn.now() + RetryDelay(options_.retry, entry.id(), attempts);
  if (attempts >= options_.retry.attempts_max || HasExpired(entry, due)) {
    Bury(txn, std::move(entry), why);
    return;
  }
  NoteFailure(why, &entry);
  MakeDue(txn, due, &entry);
  Entries().Put(txn, entry);
}

void Outbox::Bury(Txn& txn, OutboxEntry entry, const absl::Status& why) const {
  NoteFailure(why, &entry);
  entry.set_state(OutboxEntry::DEAD);
  entry.clear_next_attempt_time();
  Entries().Put(txn, entry);
  ChangeCounts(txn, entry.destination(), -1, 1);
  TellOfDeadLetter(txn, entry);
}

void Outbox::TellOfDeadLetter(Txn& txn, const OutboxEntry& entry) const {
  const auto handler = dead_letter_handlers_.find(entry.kind());
  if (handler != dead_letter_handlers_.end()) {
    handler->second(txn, entry);
  }
}

void Outbox::NoteFailure(const absl::Status& why, OutboxEntry* entry) {
  entry->set_attempts(entry->attempts() + 1);
  entry->set_last_code(static_cast<int>(why.code()));
  entry->set_last_error(MaskSentence(why.message()));
  const std::optional<common::v1::ErrorInfo> info = ErrorInfoOf(why);
  entry->set_last_reason(info.has_value() ? MaskSentence(info->reason()) : "");
}

absl::StatusOr<OutboxEntry> Outbox::FindDead(const View& view, uint64_t id) const {
  std::optional<OutboxEntry> entry = Find(view, id);
  const ErrorMetadata metadata = {{"id", absl::StrCat(id)}};
  if (!entry.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_OUTBOX_ENTRY_NOT_FOUND,
                     absl::StrCat("没有编号为 ", id, " 的待发消息"), metadata);
  }
  if (entry->state() != OutboxEntry::DEAD) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     common::v1::ERROR_REASON_OUTBOX_ENTRY_STATE,
                     absl::StrCat("消息 ", id, " 仍在发送中，不是死信，不能重发或丢弃"), metadata);
  }
  return *std::move(entry);
}

absl::Status Outbox::Replay(Txn& txn, uint64_t id) const {
  ASSIGN_OR_RETURN(OutboxEntry entry, FindDead(txn, id));
  entry.set_state(OutboxEntry::PENDING);
  entry.set_attempts(0);
  entry.clear_expire_time();
  MakeDue(txn, txn.now(), &entry);
  Entries().Put(txn, entry);
  ChangeCounts(txn, entry.destination(), 1, -1);
  TellOfDeadLetter(txn, entry);
  return absl::OkStatus();
}

absl::Status Outbox::Drop(Txn& txn, uint64_t id) const {
  ASSIGN_OR_RETURN(const OutboxEntry entry, FindDead(txn, id));
  Remove(txn, entry);
  return absl::OkStatus();
}

std::optional<OutboxEntry> Outbox::Find(const View& view, uint64_t id) const {
  return Entries().Find(view, id);
}

storage::Page<OutboxEntry> Outbox::List(const View& view, const ListOptions& options) const {
  storage::Page<OutboxEntry> page;
  if (options.state == OutboxEntry::STATE_UNSPECIFIED) {
    const storage::Filter<OutboxEntry> filter = [&options](const OutboxEntry& entry) {
      return options.destination.empty() || entry.destination() == options.destination;
    };
    page = Entries().List(view, options.page, filter);
  } else if (options.destination.empty()) {
    page = Entries().ListBy(view, kByState, options.page, nullptr, options.state);
  } else {
    page =
        Entries().ListBy(view, kByState, options.page, nullptr, options.state, options.destination);
  }
  for (OutboxEntry& entry : page.records) {
    entry.clear_request();
    entry.clear_context();
  }
  return page;
}

std::vector<DestinationStats> Outbox::Stats(const View& view) const {
  std::vector<DestinationStats> all;
  Counts().ForEach(view, [&](const OutboxCounts& counts) {
    DestinationStats stats{counts.destination(), counts.pending(), counts.dead(), std::nullopt};
    const storage::Page<OutboxEntry> oldest = Entries().ListBy(
        view, kByState, {.size = 1}, nullptr, OutboxEntry::PENDING, counts.destination());
    if (!oldest.records.empty()) {
      stats.oldest_pending_time = FromProto(oldest.records[0].create_time());
    }
    all.push_back(std::move(stats));
    return true;
  });
  return all;
}

std::vector<DueEntry> Outbox::ScanDue(const View& view, const DueEntry& from, size_t count) const {
  std::vector<DueEntry> due;
  const std::string first =
      storage::EncodeKey(TableId::kOutboxDue, from.destination, from.due, from.id);
  const std::string end =
      storage::PrefixEnd(storage::EncodeKey(TableId::kOutboxDue, from.destination));
  view.Scan({first, end}, [&](absl::string_view key, absl::string_view) {
    key.remove_prefix(storage::TablePrefix(TableId::kOutboxDue).size());
    DueEntry entry;
    if (!storage::DecodeFields(key, &entry.destination, &entry.due, &entry.id)) {
      view.Poison(Differs("an index entry cannot be read", 0));
      return false;
    }
    due.push_back(std::move(entry));
    return due.size() < count;
  });
  return due;
}

absl::Status Outbox::Check(const View& view) const {
  RETURN_IF_ERROR(Entries().CheckIndexes(view));
  std::map<std::string, OutboxCounts> expected;
  std::set<std::pair<std::string, std::string>> seen;
  absl::Status status;
  Entries().ForEach(view, [&](const OutboxEntry& entry) {
    OutboxCounts& counts = expected[entry.destination()];
    const bool dead = entry.state() == OutboxEntry::DEAD;
    counts.set_pending(counts.pending() + (dead ? 0 : 1));
    counts.set_dead(counts.dead() + (dead ? 1 : 0));
    const bool first =
        entry.order_key().empty() || seen.emplace(entry.destination(), entry.order_key()).second;
    if (entry.has_next_attempt_time() != (first && !dead)) {
      status = Differs("an entry is due out of its order, or never", entry.id());
    } else if (dead && !first) {
      status = Differs("a dead letter was sent out of its order", entry.id());
    }
    return status.ok();
  });
  Counts().ForEach(view, [&](const OutboxCounts& counts) {
    const OutboxCounts& actual = expected[counts.destination()];
    if (counts.pending() != actual.pending() || counts.dead() != actual.dead()) {
      status.Update(Differs("the counts of a destination are wrong", 0));
    }
    expected.erase(counts.destination());
    return status.ok();
  });
  if (status.ok() && !expected.empty()) {
    status = Differs("a destination with entries has no counts", 0);
  }
  status.Update(view.status());
  return status;
}

void Outbox::SetListener(std::function<void(const DueEntry&)> listener) {
  MutexLock lock(&mutex_);
  listener_ = std::move(listener);
}

void Outbox::Tell(const DueEntry& entry, absl::Time now) const {
  latest_command_us_.store(std::max(latest_command_us_.load(), absl::ToUnixMicros(now)));
  MutexLock lock(&mutex_);
  if (listener_) {
    listener_(entry);
  }
}

}  // namespace onething::outbox
