#include "libs/outbox/pump.h"

#include <algorithm>
#include <utility>

#include "libs/base/check.h"
#include "libs/base/log.h"
#include "libs/outbox/retry.h"

namespace onething::outbox {
namespace {

// Longest sleep, and the wait after a scan that failed.
constexpr absl::Duration kSleepMax = absl::Seconds(1);
// How soon an answer is offered to a full commit loop again.
constexpr absl::Duration kRepostDelay = absl::Milliseconds(10);

}  // namespace

Pump::Pump(Outbox* outbox, const storage::Engine* engine, storage::CommitLoop* loop,
           const Clock* clock, Sender* sender, Options options)
    : outbox_(outbox),
      engine_(engine),
      loop_(loop),
      clock_(clock),
      sender_(sender),
      options_(options) {
  CHECK(options_.in_flight_max > 0 && options_.in_flight_per_destination_max > 0 &&
        options_.window > 0);
  {
    MutexLock lock(&gate_->mutex);
    gate_->pump = this;
  }
  outbox_->SetListener([this](const DueEntry& entry) { OnDue(entry); });
}

Pump::~Pump() {
  Stop();
  outbox_->SetListener(nullptr);
  MutexLock lock(&gate_->mutex);
  gate_->pump = nullptr;
}

void Pump::Start() {
  CHECK(!thread_.joinable());
  thread_ = std::thread([this] { ThreadMain(); });
}

void Pump::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Pump::ThreadMain() {
  while (true) {
    Step(clock_->Now());
    MutexLock lock(&mutex_);
    if (!changed_ && !stopping_) {
      const absl::Duration until_due = std::max(NextDueLocked() - clock_->Now(), kRepostDelay);
      wake_.WaitFor(&mutex_,
                    static_cast<int>(absl::ToInt64Milliseconds(std::min(until_due, kSleepMax))));
    }
    changed_ = false;
    if (stopping_) {
      return;
    }
  }
}

bool Pump::Step(absl::Time now) {
  const absl::Time store_now = std::max(now, outbox_->latest_command_time());
  if (!loaded_) {
    LoadDestinations(store_now);
  }
  bool worked = PostWaiting();
  while (true) {
    Refill(store_now);
    const std::vector<DueEntry> taken = TakeDue(store_now);
    if (taken.empty()) {
      return worked;
    }
    for (const DueEntry& due : taken) {
      SendOne(due, store_now, now);
    }
    worked = true;
  }
}

void Pump::LoadDestinations(absl::Time now) {
  const auto snapshot = engine_->TakeSnapshot();
  const storage::View view(*snapshot, now);
  const std::vector<DestinationStats> all = outbox_->Stats(view);
  if (!view.status().ok()) {
    Log(LogLevel::kError, "outbox cannot be read", {{"error", view.status().ToString()}});
    return;
  }
  MutexLock lock(&mutex_);
  for (const DestinationStats& stats : all) {
    Get(stats.destination);
  }
  loaded_ = true;
}

Pump::Destination& Pump::Get(const std::string& name) {
  const auto [found, inserted] = destinations_.try_emplace(name);
  if (inserted) {
    found->second.horizon = {name, absl::InfinitePast(), 0};
  }
  return found->second;
}

void Pump::Refill(absl::Time now) {
  std::vector<DueEntry> starts;
  {
    MutexLock lock(&mutex_);
    for (auto& [name, destination] : destinations_) {
      if (NeedsScan(destination) && destination.scan_time <= now) {
        // From here on commits are noted whatever their due time, so none falls between the scan
        // and its result.
        destination.complete = true;
        starts.push_back(destination.horizon);
      }
    }
  }
  if (starts.empty()) {
    return;
  }
  const auto snapshot = engine_->TakeSnapshot();
  for (const DueEntry& from : starts) {
    const storage::View view(*snapshot, now);
    const std::vector<DueEntry> found = outbox_->ScanDue(view, from, options_.window);
    if (!view.status().ok()) {
      Log(LogLevel::kError, "outbox cannot be scanned",
          {{"destination", from.destination}, {"error", view.status().ToString()}});
    }
    MutexLock lock(&mutex_);
    Destination& destination = Get(from.destination);
    destination.known.insert(found.begin(), found.end());
    if (!view.status().ok()) {
      EndAt(from, &destination);
      destination.scan_time = now + kSleepMax;
    } else if (found.size() == options_.window) {
      EndAt({from.destination, found.back().due, found.back().id + 1}, &destination);
    }
    Trim(&destination);
  }
}

bool Pump::NeedsScan(const Destination& destination) {
  return !destination.complete && destination.known.empty();
}

// Forgets what is known from `horizon` on.
void Pump::EndAt(const DueEntry& horizon, Destination* destination) {
  if (destination->complete || horizon < destination->horizon) {
    destination->complete = false;
    destination->horizon = horizon;
  }
  destination->known.erase(destination->known.lower_bound(destination->horizon),
                           destination->known.end());
}

void Pump::Trim(Destination* destination) const {
  if (destination->known.size() > options_.window) {
    EndAt(*std::next(destination->known.begin(), static_cast<int64_t>(options_.window)),
          destination);
  }
}

void Pump::OnDue(const DueEntry& entry) {
  MutexLock lock(&mutex_);
  Insert(entry);
  changed_ = true;
  wake_.Signal();
}

void Pump::Insert(const DueEntry& entry) {
  Destination& destination = Get(entry.destination);
  if (!destination.complete && !(entry < destination.horizon)) {
    return;
  }
  destination.known.insert(entry);
  Trim(&destination);
}

bool Pump::HasRoom(const Destination& destination) const {
  if (destination.unreachable_count > 0) {
    return destination.in_flight == 0;
  }
  return destination.in_flight < options_.in_flight_per_destination_max &&
         (destination.in_flight == 0 || in_flight_.size() < options_.in_flight_max);
}

// One of each destination in turn, so that none takes all the room.
std::vector<DueEntry> Pump::TakeDue(absl::Time now) {
  MutexLock lock(&mutex_);
  std::vector<DueEntry> taken;
  size_t taken_before = 0;
  do {
    taken_before = taken.size();
    for (auto& [name, destination] : destinations_) {
      if (stopping_ || !HasRoom(destination) || destination.pause_end > now) {
        continue;
      }
      auto next = destination.known.begin();
      while (next != destination.known.end() && in_flight_.contains(next->id)) {
        ++next;
      }
      if (next != destination.known.end() && next->due <= now) {
        in_flight_.emplace(next->id, name);
        ++destination.in_flight;
        taken.push_back(*next);
        destination.known.erase(next);
      }
    }
  } while (taken.size() > taken_before);
  return taken;
}

void Pump::SendOne(const DueEntry& due, absl::Time now, absl::Time clock_now) {
  const auto snapshot = engine_->TakeSnapshot();
  const storage::View view(*snapshot, now);
  const std::optional<OutboxEntry> entry = outbox_->Find(view, due.id);
  if (!view.status().ok()) {
    Log(LogLevel::kError, "outbox entry cannot be read",
        {{"id", static_cast<int64_t>(due.id)}, {"error", view.status().ToString()}});
  }
  // What is known here may be older than the store: only the row says whether and when it is sent.
  const std::optional<DueEntry> current = entry.has_value() ? DueEntryOf(*entry) : std::nullopt;
  if (!current.has_value() || current->due > now) {
    Release(due.id);
    if (current.has_value()) {
      OnDue(*current);
    }
    return;
  }
  Sender::Done done = [gate = gate_, id = due.id](absl::StatusOr<std::string> answer) {
    MutexLock lock(&gate->mutex);
    if (gate->pump != nullptr) {
      gate->pump->OnAnswer(id, std::move(answer));
    }
  };
  if (HasExpired(*entry, now)) {
    // Says nothing of the destination, which was not asked.
    Post({due.id,
          std::make_shared<absl::StatusOr<std::string>>(
              absl::DeadlineExceededError("not sent in its time")),
          {}});
    return;
  }
  sender_->Send(*entry, clock_now + options_.call_timeout, std::move(done));
}

void Pump::OnAnswer(uint64_t id, absl::StatusOr<std::string> answer) {
  {
    MutexLock lock(&mutex_);
    NoteReachable(answer.status(), &destinations_[in_flight_.at(id)]);
  }
  Post({id, std::make_shared<absl::StatusOr<std::string>>(std::move(answer)), {}});
}

void Pump::NoteReachable(const absl::Status& status, Destination* destination) {
  if (!absl::IsUnavailable(status)) {
    destination->unreachable_count = 0;
    destination->pause_end = absl::InfinitePast();
    return;
  }
  const absl::Time now = std::max(clock_->Now(), outbox_->latest_command_time());
  // Calls that were under way together fail together: that is one time in vain.
  if (destination->pause_end <= now) {
    ++destination->unreachable_count;
    destination->pause_end =
        now + RetryDelay({.delay_min = options_.pause_min, .delay_max = options_.pause_max}, 0,
                         destination->unreachable_count);
  }
}

void Pump::Post(Settlement settlement) {
  const absl::Status posted = loop_->Post(
      [outbox = outbox_, settlement](storage::Txn& txn) {
        if (settlement.failure.ok()) {
          outbox->Answer(txn, settlement.id, *settlement.answer);
        } else {
          outbox->AnswerFailed(txn, settlement.id, settlement.failure);
        }
        return absl::OkStatus();
      },
      [gate = gate_, settlement](const absl::Status& status) {
        MutexLock lock(&gate->mutex);
        if (gate->pump != nullptr) {
          gate->pump->OnSettled(settlement, status);
        }
      });
  // A loop that no longer serves will not again: the entry stays as it is for the next start.
  if (absl::IsResourceExhausted(posted)) {
    MutexLock lock(&mutex_);
    waiting_.push_back(std::move(settlement));
    wake_.Signal();
  }
}

bool Pump::PostWaiting() {
  std::vector<Settlement> waiting;
  {
    MutexLock lock(&mutex_);
    waiting.swap(waiting_);
  }
  for (Settlement& settlement : waiting) {
    Post(std::move(settlement));
  }
  return !waiting.empty();
}

void Pump::OnSettled(Settlement settlement, const absl::Status& status) {
  if (status.ok()) {
    Release(settlement.id);
    return;
  }
  Log(LogLevel::kError, "outbox answer could not be taken",
      {{"id", static_cast<int64_t>(settlement.id)}, {"error", status.ToString()}});
  if (settlement.failure.ok()) {
    settlement.failure = absl::InternalError("the answer could not be taken");
    Post(std::move(settlement));
  } else {
    // Not even the entry can be written: it is found again when the service has been started anew.
    Release(settlement.id);
  }
}

void Pump::Release(uint64_t id) {
  MutexLock lock(&mutex_);
  const auto found = in_flight_.find(id);
  CHECK(found != in_flight_.end());
  --destinations_[found->second].in_flight;
  in_flight_.erase(found);
  changed_ = true;
  wake_.Signal();
}

absl::Time Pump::NextDue() const {
  MutexLock lock(&mutex_);
  return NextDueLocked();
}

absl::Time Pump::NextDueLocked() const {
  if (!waiting_.empty()) {
    return absl::InfinitePast();
  }
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [name, destination] : destinations_) {
    if (!HasRoom(destination)) {
      continue;
    }
    if (NeedsScan(destination)) {
      next = std::min(next, destination.scan_time);
    }
    for (const DueEntry& entry : destination.known) {
      if (!in_flight_.contains(entry.id)) {
        next = std::min(next, std::max(entry.due, destination.pause_end));
        break;
      }
    }
  }
  return next;
}

size_t Pump::in_flight() const {
  MutexLock lock(&mutex_);
  return in_flight_.size();
}

}  // namespace onething::outbox
