#include "tools/onething/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/system_error.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

constexpr int kSignalledBase = 128;
constexpr int kExecFailed = 127;
constexpr absl::Duration kPollInterval = absl::Milliseconds(5);

// Runs in the child, between fork and exec: only calls that are safe there.
[[noreturn]] void BecomeProgram(char* const* arguments, int log_fd, int parent_pid) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent_pid) {
    _exit(kExecFailed);
  }
  dup2(log_fd, STDOUT_FILENO);
  dup2(log_fd, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  execv(arguments[0], arguments);
  _exit(kExecFailed);
}

}  // namespace

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  WaitForEnd(absl::InfiniteDuration());
}

absl::Status ChildProcess::Start(const std::vector<std::string>& arguments,
                                 const std::string& log_file) {
  if (access(arguments[0].c_str(), X_OK) != 0) {
    return AdvisedError(absl::StrCat("程序不存在或不可执行：", arguments[0]),
                        "请构建或安装五个服务的程序，与 onething 放在同一目录");
  }
  const int log_fd = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log_fd < 0) {
    return UnwritableError(log_file, errno);
  }
  std::vector<char*> raw;
  for (const std::string& argument : arguments) {
    raw.push_back(const_cast<char*>(argument.c_str()));
  }
  raw.push_back(nullptr);
  const int parent_pid = getpid();
  const int pid = fork();
  const int error = errno;
  if (pid == 0) {
    BecomeProgram(raw.data(), log_fd, parent_pid);
  }
  close(log_fd);
  if (pid < 0) {
    return AdvisedError(absl::StrCat("无法启动 ", arguments[0], "：", SystemErrorText(error)),
                        "请停掉不用的程序后重试");
  }
  pid_ = pid;
  return absl::OkStatus();
}

bool ChildProcess::IsRunning() {
  int status = 0;
  if (pid_ != 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = WIFSIGNALED(status) ? kSignalledBase + WTERMSIG(status) : WEXITSTATUS(status);
    pid_ = 0;
  }
  return pid_ != 0;
}

void ChildProcess::Signal(int signal) {
  if (pid_ != 0) {
    kill(pid_, signal);
  }
}

bool ChildProcess::WaitForEnd(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (IsRunning()) {
    if (absl::Now() >= deadline) {
      return false;
    }
    absl::SleepFor(kPollInterval);
  }
  return true;
}

}  // namespace onething::tool
