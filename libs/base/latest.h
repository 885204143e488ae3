// Latest: a value that is replaced as a whole now and then while others read it: what a running
// service reads anew (a trust list, keys). Not for what changes often, and not for what is changed
// in place.

#ifndef ONETHING_LIBS_BASE_LATEST_H_
#define ONETHING_LIBS_BASE_LATEST_H_

#include <memory>
#include <utility>

#include "libs/base/mutex.h"

namespace onething {

// Holds the present value. Any thread.
template <class T>
class Latest {
 public:
  explicit Latest(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  Latest(const Latest&) = delete;
  Latest& operator=(const Latest&) = delete;

  // The present value, never null. Shared, so that a reader keeps what it began with while a newer
  // value is set: one answer comes from one value.
  std::shared_ptr<const T> Get() const {
    MutexLock lock(&mutex_);
    return value_;
  }

  // Replaces the value. The old one ends with its last reader.
  void Set(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    MutexLock lock(&mutex_);
    value_.swap(next);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> value_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_LATEST_H_
