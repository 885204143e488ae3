// FileLock: the mark of the one process that uses a directory.

#ifndef ONETHING_TOOLS_ONETHING_FILE_LOCK_H_
#define ONETHING_TOOLS_ONETHING_FILE_LOCK_H_

#include <string>

namespace onething::tool {

// Holds a lock on a file, from Take until its end or that of the process. Child processes do not
// inherit it.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  // False when another process, or another lock of this one, holds it, or the file cannot be made.
  bool Take(const std::string& path);

 private:
  int descriptor_ = -1;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_FILE_LOCK_H_
