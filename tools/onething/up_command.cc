#include <signal.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/codes/region_code.h"
#include "tools/onething/commands.h"
#include "tools/onething/format.h"
#include "tools/onething/local_suite.h"

namespace onething::tool {
namespace {

constexpr int kDefaultPortBase = 7000;
constexpr int kPortsPerProvince = 10;
constexpr int kPortMax = 65535;
constexpr int kSuperviseSeconds = 1;

// Waits for SIGINT or SIGTERM, starting again what dies meanwhile.
void Supervise(LocalSuite* suite) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const timespec interval = {.tv_sec = kSuperviseSeconds, .tv_nsec = 0};
  while (sigtimedwait(&signals, nullptr, &interval) < 0) {
    for (const std::string& service : suite->RestartDead()) {
      std::cerr << "服务 " << service << " 意外退出，正在重新启动（日志 " << suite->LogFile(service)
                << "）" << std::endl;
    }
  }
}

nlohmann::json AddressesOf(const LocalSuite& suite) {
  return {{"province", suite.options().province},
          {"data_dir", suite.options().data_dir},
          {"services", suite.file().services},
          {"metrics", suite.file().metrics}};
}

void PrintAddresses(const LocalSuite& suite) {
  const std::string& directory = suite.options().data_dir;
  std::cout << "省份 " << suite.options().province << " 的五个服务已就绪，数据在 " << directory
            << "\n"
            << AddressTable(suite.file()) << "其他命令加 --suite " << directory
            << " 即可使用；按 Ctrl-C 停止。" << std::endl;
}

int Up(const LocalSuiteOptions& options, const Session& session) {
  // Children and signal handling: blocked before any thread starts.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  auto suite = LocalSuite::Create(options);
  if (!suite.ok()) {
    return session.Refuse(suite.status());
  }
  if (const absl::Status started = (*suite)->StartAll(); !started.ok()) {
    return session.Refuse(started);
  }
  session.ShowJson(AddressesOf(**suite).dump(), [&] { PrintAddresses(**suite); });
  std::cout << std::flush;
  Supervise(suite->get());
  std::cerr << "正在停止……" << std::endl;
  (*suite)->StopAll();
  return kDone;
}

}  // namespace

void AddUpCommand(CLI::App& app, Program* program) {
  CLI::App* verb = app.add_subcommand("up", "在本机启动一个省的五个服务（开发与演示用）");
  auto options = std::make_shared<LocalSuiteOptions>();
  auto peers = std::make_shared<std::vector<std::string>>();
  options->first_port = -1;
  verb->add_option("--province", options->province, "省份代码，两位数字")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return codes::RegionCode::Parse(text + "0000").ok() ? "" : "须为省级行政区代码，如 36";
          },
          "两位数字"));
  verb->add_option("--data", options->data_dir, "数据目录");
  verb->add_option("--port", options->first_port,
                   "十个连续端口的第一个；0 为自动选择，默认 7000 + 10 × 省份代码")
      ->check(CLI::Range(0, kPortMax - kPortsPerProvince + 1));
  verb->add_option(
      "--peer", *peers,
      "另一省的中继：省份,地址,公钥文件，例如 33,127.0.0.1:7333,/data/33/keys/relay.pub.pem");
  verb->callback([=] {
    for (const std::string& text : *peers) {
      const std::vector<std::string> parts = absl::StrSplit(text, ',');
      if (parts.size() != 3) {
        // tidy-allow(throw): CLI11's way to refuse
        throw CLI::ValidationError("--peer", "须为 省份,地址,公钥文件");
      }
      options->peers.push_back({parts[0], parts[1], parts[2]});
    }
    int province = 0;
    if (options->first_port < 0 && absl::SimpleAtoi(options->province, &province)) {
      options->first_port = kDefaultPortBase + kPortsPerProvince * province;
    }
    program->exit_code = Up(*options, program->session);
  });
}

}  // namespace onething::tool
