#include "libs/storage/view.h"

#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/storage/key.h"

namespace onething::storage {
namespace {

// Writes of one command.
constexpr size_t kWritesTypical = 16;

// The first entry of `layer` in `range` at `position`, or after it; null when there is none.
const WriteSet::value_type* NextIn(const WriteSet* layer, const KeyRange& range,
                                   const std::string& position, bool after_position) {
  if (layer == nullptr) {
    return nullptr;
  }
  const auto next = after_position ? layer->upper_bound(position) : layer->lower_bound(position);
  const bool inside = next != layer->end() && (range.end.empty() || next->first < range.end);
  return inside ? &*next : nullptr;
}

}  // namespace

void View::Poison(absl::Status status) const {
  CHECK(!status.ok());
  if (status_.ok()) {
    status_ = std::move(status);
  }
}

std::optional<std::string> View::Get(absl::string_view key) const {
  if (!status_.ok()) {
    return std::nullopt;
  }
  if (layers_.written != nullptr) {
    if (const auto found = layers_.written->find(key); found != layers_.written->end()) {
      return found->second;
    }
  }
  if (layers_.memo == nullptr) {
    return ReadCommitted(key);
  }
  if (const auto known = layers_.memo->find(key); known != layers_.memo->end()) {
    return known->second;
  }
  std::optional<std::string> value = ReadCommitted(key);
  if (status_.ok()) {
    layers_.memo->emplace(key, value);
  }
  return value;
}

std::optional<std::string> View::ReadCommitted(absl::string_view key) const {
  std::string value;
  const absl::StatusOr<Lookup> lookup = layers_.snapshot.Get(key, tier_, &value);
  if (!lookup.ok()) {
    Poison(lookup.status());
    return std::nullopt;
  }
  if (*lookup == Lookup::kWouldBlock) {
    would_block_ = true;
    Poison(absl::UnavailableError("the read would wait on the disk"));
  }
  return *lookup == Lookup::kFound ? std::optional(std::move(value)) : std::nullopt;
}

void View::Scan(const KeyRange& range,
                const std::function<bool(absl::string_view, absl::string_view)>& visit) const {
  if (!status_.ok()) {
    return;
  }
  const std::unique_ptr<Iterator> base = layers_.snapshot.Scan(range, tier_);
  // The visitor may write through a Txn, which moves entries of the layer: the place is found again
  // by key each time.
  std::string position = range.first;
  bool after_position = false;
  while (true) {
    const WriteSet::value_type* over = NextIn(layers_.written, range, position, after_position);
    while (base->Valid() && after_position && base->key() <= absl::string_view(position)) {
      base->Next();
    }
    const bool has_base = base->Valid();
    if (!base->status().ok()) {
      would_block_ = would_block_ || absl::IsUnavailable(base->status());
      Poison(base->status());
      return;
    }
    if (!has_base && over == nullptr) {
      return;
    }
    const bool take_over =
        over != nullptr && (!has_base || absl::string_view(over->first) <= base->key());
    position = take_over ? over->first : std::string(base->key());
    after_position = true;
    if (take_over && !over->second.has_value()) {
      continue;
    }
    const std::string value = take_over ? *over->second : std::string(base->value());
    if (!visit(position, value) || !status_.ok()) {
      return;
    }
  }
}

uint64_t Txn::NextInSequence(absl::string_view sequence) {
  const std::string key = EncodeKey(TableId::kSequences, std::string(sequence));
  uint64_t last = 0;
  if (const std::optional<std::string> value = Get(key)) {
    if (!DecodeFields(*value, &last)) {
      Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                       "a sequence row is corrupt"));
    }
  }
  Put(key, EncodeFields(last + 1));
  return last + 1;
}

void Txn::Write(std::string key, std::optional<std::string> value) {
  bytes_written_ += key.size() + (value.has_value() ? value->size() : 0);
  if (undo_.empty()) {
    undo_.reserve(kWritesTypical);
  }
  const auto [entry, inserted] = written_->try_emplace(key, std::nullopt);
  undo_.push_back({std::move(key), !inserted, inserted ? std::nullopt : std::move(entry->second)});
  entry->second = std::move(value);
}

void Txn::RollBack(const SavePoint& save_point) {
  CHECK(save_point.writes <= undo_.size() && save_point.hooks <= hooks_.size());
  while (undo_.size() > save_point.writes) {
    Undo& undo = undo_.back();
    if (undo.was_present) {
      (*written_)[undo.key] = std::move(undo.value);
    } else {
      written_->erase(undo.key);
    }
    undo_.pop_back();
  }
  hooks_.resize(save_point.hooks);
  bytes_written_ = save_point.bytes;
}

}  // namespace onething::storage
