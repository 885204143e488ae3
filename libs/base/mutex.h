// Mutex, MutexLock and CondVar: std::mutex with clang's thread-safety annotations. (absl::Mutex of
// Debian 12 gives false reports under the thread sanitizer.) Only libs use locks; services have
// none, their loop runs one command after another.

#ifndef ONETHING_LIBS_BASE_MUTEX_H_
#define ONETHING_LIBS_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace onething {

// A lock that is not recursive.
class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for its scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

// Waits for a state guarded by a Mutex. Wakes may be spurious: wait in a loop.
class CondVar {
 public:
  // Releases `mutex`, waits for a signal, takes it again. The caller holds it.
  void Wait(Mutex* mutex) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    variable_.wait(lock);
    lock.release();
  }

  // The same, for at most `milliseconds`; false when that time passed.
  bool WaitFor(Mutex* mutex, int milliseconds) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    const std::cv_status status = variable_.wait_for(lock, std::chrono::milliseconds(milliseconds));
    lock.release();
    return status == std::cv_status::no_timeout;
  }

  void Signal() { variable_.notify_one(); }
  void SignalAll() { variable_.notify_all(); }

 private:
  std::condition_variable variable_;
};

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_MUTEX_H_
