#include "tools/onething/local_suite.h"

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/status.h"
#include "libs/runtime/ports_file.h"
#include "tools/onething/advice.h"
#include "tools/onething/suite_config.h"

namespace onething::tool {
namespace {

constexpr absl::Duration kReadyTimeout = absl::Seconds(20);
constexpr absl::Duration kStopTimeout = absl::Seconds(15);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);
constexpr absl::Duration kRestartPauseMax = absl::Seconds(10);
constexpr absl::Duration kRestartsForgottenAfter = absl::Minutes(1);
constexpr size_t kLogTailBytes = 1500;
constexpr char kSampleTime[] = "2026-03-02T09:00:00+08:00";

std::string TailOf(const std::string& file) {
  std::ifstream input(file);
  std::stringstream content;
  content << input.rdbuf();
  const std::string text = content.str();
  return text.size() <= kLogTailBytes ? text : text.substr(text.size() - kLogTailBytes);
}

std::filesystem::path ProgramPath() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace

int64_t OffsetToSampleTime() {
  absl::Time start;
  std::string error;
  absl::ParseTime(absl::RFC3339_full, kSampleTime, &start, &error);
  return absl::ToInt64Seconds(start - absl::Now());
}

std::string FindDeployDirectory() {
  for (std::filesystem::path folder = ProgramPath().parent_path(); folder != folder.root_path();
       folder = folder.parent_path()) {
    for (const char* candidate : {"deploy", "share/onething"}) {
      if (std::filesystem::exists(folder / candidate / "calendar")) {
        return folder / candidate;
      }
    }
  }
  return "";
}

absl::StatusOr<std::unique_ptr<LocalSuite>> LocalSuite::Create(LocalSuiteOptions options) {
  ASSIGN_OR_RETURN(PortBlock ports, PortBlock::Take(options.first_port));
  return Create(std::move(options), std::move(ports));
}

absl::StatusOr<std::unique_ptr<LocalSuite>> LocalSuite::Create(LocalSuiteOptions options,
                                                               PortBlock ports) {
  options.data_dir = std::filesystem::absolute(options.data_dir);
  std::unique_ptr<LocalSuite> suite(new LocalSuite(std::move(options), std::move(ports)));
  RETURN_IF_ERROR(suite->Occupy());
  RETURN_IF_ERROR(suite->Prepare());
  return suite;
}

LocalSuite::LocalSuite(LocalSuiteOptions options, PortBlock ports)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      program_dir_(ProgramPath().parent_path()) {
  file_.province = options_.province;
  int port = ports_.first();
  for (const char* service : kServices) {
    file_.services[service] = absl::StrCat("127.0.0.1:", port);
    file_.metrics[service] = absl::StrCat("127.0.0.1:", port + kPortsPerSuite / 2);
    children_[service] = std::make_unique<ChildProcess>();
    ++port;
  }
}

absl::Status LocalSuite::Occupy() {
  const std::string& directory = options_.data_dir;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return UnwritableError(directory, error.value());
  }
  if (!lock_.Take(directory + "/suite.lock")) {
    return AdvisedError(absl::StrCat("数据目录 ", directory, " 不可写，或已有一套服务在其中运行"),
                        "请先停掉在其中运行的服务，或用 --data 换一个可写的目录");
  }
  const absl::StatusOr<SuiteFile> before = ReadSuiteFile(directory);
  if (before.ok() && before->province != options_.province) {
    return AdvisedError(absl::StrCat("数据目录 ", directory, " 属于省份 ", before->province,
                                     "，不能用于省份 ", options_.province),
                        absl::StrCat("请用 --data 换一个目录，或写 --province ", before->province));
  }
  return absl::OkStatus();
}

absl::Status LocalSuite::Prepare() {
  const std::string deploy = FindDeployDirectory();
  if (deploy.empty()) {
    return AdvisedError("找不到 deploy 目录（工作日历、评价标签等）",
                        "请把它放在 onething 程序所在的目录或上级目录，安装后则为 share/onething");
  }
  RETURN_IF_ERROR(WriteSuiteKeys(options_));
  RETURN_IF_ERROR(WriteSuiteConfigs(options_, file_, deploy));
  return WriteSuiteFile(options_.data_dir, file_);
}

absl::Status LocalSuite::Launch(const std::string& service) {
  const std::vector<std::string> arguments = {absl::StrCat(program_dir_, "/onething-", service),
                                              "--config", ConfigFileOf(options_.data_dir, service)};
  return children_.at(service)->Start(arguments, LogFile(service));
}

absl::Status LocalSuite::Start(const std::string& service) {
  if (!children_.at(service)->IsRunning()) {
    RETURN_IF_ERROR(Launch(service));
  }
  return WaitReady(service);
}

absl::Status LocalSuite::StartAll() {
  for (const char* service : kServices) {
    if (!children_.at(service)->IsRunning()) {
      RETURN_IF_ERROR(Launch(service));
    }
  }
  for (const char* service : kServices) {
    RETURN_IF_ERROR(WaitReady(service));
  }
  return absl::OkStatus();
}

absl::Status LocalSuite::WaitReady(const std::string& service) {
  ChildProcess& child = *children_.at(service);
  // Asked for by its process and not at its port: whatever else listens there would answer too.
  const std::string ports_file = DataDirectoryOf(options_.data_dir, service) + "/ports.json";
  // Counted and not read off a clock, which goes on while this process and its children are stopped
  // together: with the machine, or by a signal.
  for (absl::Duration waited; waited < kReadyTimeout && child.IsRunning();
       waited += kPollInterval) {
    if (runtime::PidInPortsFile(ports_file) == child.pid()) {
      return absl::OkStatus();
    }
    absl::SleepFor(kPollInterval);
  }
  return AdvisedError(absl::StrCat(service, " 未能启动，日志 ", LogFile(service), " 末尾：\n",
                                   TailOf(LogFile(service))),
                      "请按日志中的 error 改正后重新运行");
}

void LocalSuite::Kill(const std::string& service) {
  children_.at(service)->Signal(SIGKILL);
  children_.at(service)->WaitForEnd(absl::InfiniteDuration());
}

void LocalSuite::Stop(const std::string& service) {
  children_.at(service)->Signal(SIGTERM);
  if (!children_.at(service)->WaitForEnd(kStopTimeout)) {
    Kill(service);
  }
}

void LocalSuite::StopAll() {
  for (const auto& [service, child] : children_) {
    child->Signal(SIGTERM);
  }
  for (const auto& [service, child] : children_) {
    if (!child->WaitForEnd(kStopTimeout)) {
      Kill(service);
    }
  }
}

std::vector<std::string> LocalSuite::RestartDead() {
  std::vector<std::string> restarted;
  for (const char* service : kServices) {
    Restarts& before = restarts_[service];
    const absl::Time now = absl::Now();
    if (children_.at(service)->IsRunning() || now < before.not_before) {
      continue;
    }
    if (now - before.not_before > kRestartsForgottenAfter) {
      before.count = 0;
    }
    before.not_before = now + std::min(absl::Seconds(++before.count), kRestartPauseMax);
    if (Launch(service).ok()) {
      restarted.push_back(service);
    }
  }
  return restarted;
}

std::string LocalSuite::relay_public_key_file() const {
  return RelayPublicKeyFile(options_.data_dir);
}

std::string LocalSuite::LogFile(const std::string& service) const {
  return absl::StrCat(options_.data_dir, "/log/", service, ".log");
}

}  // namespace onething::tool
