// LruCache: a bounded map of what is dear to make and cheap to share. The entries used last stay.
// It makes nothing itself: who misses makes the value and puts it in; two who miss at once may both
// make it, so values of one key are alike.

#ifndef ONETHING_LIBS_BASE_LRU_CACHE_H_
#define ONETHING_LIBS_BASE_LRU_CACHE_H_

#include <algorithm>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"

namespace onething {

// Values by text key. `Value` is cheap to copy, e.g. a shared_ptr to const: a reader keeps what it
// found although the cache has dropped it. Safe from any thread.
template <class Value>
class LruCache {
 public:
  // Holds at most `entries_max` entries, but one in any case.
  explicit LruCache(size_t entries_max) : entries_max_(std::max(entries_max, size_t{1})) {}
  LruCache(const LruCache&) = delete;
  LruCache& operator=(const LruCache&) = delete;

  // The value of `key`, which counts as used now; nullopt when it is not, or no longer, there.
  std::optional<Value> Find(absl::string_view key) {
    MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->second;
  }

  // Keeps `value` under `key`, in place of what was there, and drops what was used least recently
  // when there are too many.
  void Put(const std::string& key, Value value) {
    MutexLock lock(&mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      found->second->second = std::move(value);
      by_use_.splice(by_use_.begin(), by_use_, found->second);
      return;
    }
    by_use_.emplace_front(key, std::move(value));
    by_key_.emplace(by_use_.front().first, by_use_.begin());
    if (by_use_.size() > entries_max_) {
      by_key_.erase(by_use_.back().first);
      by_use_.pop_back();
    }
  }

  // Entries now.
  size_t size() const {
    MutexLock lock(&mutex_);
    return by_use_.size();
  }

 private:
  using Entry = std::pair<std::string, Value>;

  // Constant after construction.
  const size_t entries_max_;

  // Guarded by mutex_. The keys of by_key_ lie in by_use_, the entry used last in front.
  mutable Mutex mutex_;
  std::list<Entry> by_use_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<absl::string_view, typename std::list<Entry>::iterator> by_key_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_LRU_CACHE_H_
