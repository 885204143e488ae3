#include "tools/onething/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace onething::tool {
namespace {

constexpr mode_t kPrivate = 0600;

}  // namespace

FileLock::~FileLock() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

bool FileLock::Take(const std::string& path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate);
  return descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace onething::tool
