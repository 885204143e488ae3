// A program started, watched and ended by this one.

#ifndef ONETHING_TOOLS_ONETHING_CHILD_PROCESS_H_
#define ONETHING_TOOLS_ONETHING_CHILD_PROCESS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace onething::tool {

// At most one process at a time; it ends with this object. Single-threaded.
class ChildProcess {
 public:
  ChildProcess() = default;
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Starts `arguments[0]` with these arguments; both outputs are appended to `log_file`. It gets
  // SIGKILL when this process dies. FAILED_PRECONDITION when it cannot be started.
  absl::Status Start(const std::vector<std::string>& arguments, const std::string& log_file);

  // Whether it runs now; takes note of its end.
  bool IsRunning();

  // Sends a signal, if it runs.
  void Signal(int signal);

  // Waits for its end, at most `timeout`; true when it has ended.
  bool WaitForEnd(absl::Duration timeout);

  // 0 when none runs.
  int pid() const { return pid_; }

  // How it ended: its exit code, or 128 and the signal. Only after an end.
  int exit_code() const { return exit_code_; }

 private:
  int pid_ = 0;
  int exit_code_ = 0;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_CHILD_PROCESS_H_
