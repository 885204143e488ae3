#include "libs/runtime/run_service.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "libs/base/error.h"
#include "libs/rpc/client.h"
#include "libs/runtime/test_counter.h"

namespace onething::runtime {
namespace {

using test::AddRequest;
using test::ConfigText;
using test::TempFolder;
using testing::v1::CounterConfig;

std::unique_ptr<rpc::Channel> Open(int port, const std::string& identity = "tester") {
  return rpc::OpenChannel(
             {.target = absl::StrCat("127.0.0.1:", port), .development_identity = identity})
      .value();
}

// Runs the service with these flags on this thread until `on_ready`, or what it started, ends it.
int RunCounters(std::vector<std::string> arguments,
                std::function<void(Daemon&)> on_ready = nullptr) {
  arguments.insert(arguments.begin(), "onething-test");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  const ServiceDefinition<CounterConfig> definition = {
      .name = "test",
      .wire = [](const CounterConfig& config, Host& host) -> absl::Status {
        test::WireCounters(host);
        return config.start_value() == 13 ? absl::FailedPreconditionError("not 13")
                                          : absl::OkStatus();
      },
      .on_ready = std::move(on_ready)};
  return RunService(static_cast<int>(argv.size()), argv.data(), definition);
}

TEST_CASE("a service starts, serves, and ends in order on SIGTERM, its data kept") {
  const TempFolder folder;
  const std::vector<std::string> flags = {"--config", folder.Write("c.yaml", ConfigText(folder)),
                                          "--ports-file", folder.path("ports")};
  for (const int expected : {1, 2}) {
    CHECK(RunCounters(flags, [&](Daemon& daemon) {
            CHECK(std::filesystem::exists(folder.path("ports")));
            CHECK(Open(daemon.ports().rpc)
                      ->Call<test::pb::Counter>(test::kAdd, AddRequest(1))
                      ->value() == expected);
            std::raise(SIGTERM);
          }) == kExitOk);
    CHECK_FALSE(std::filesystem::exists(folder.path("ports")));
  }
}

TEST_CASE("a service that cannot start says why and ends with 1, wrong flags with 2") {
  const TempFolder folder;
  const std::string file = folder.Write("c.yaml", ConfigText(folder));
  CHECK(RunCounters({"--wrong"}) == kExitUsage);
  CHECK(RunCounters({"--version"}) == kExitOk);
  CHECK(RunCounters({"--config", folder.path("none.yaml")}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--set", "wrong=1"}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--listen", "0.0.0.0:0"}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--set", "start_value=13"}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--data", file + "/below"}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--check-config", "--set", "wrong=1"}) == kExitRefused);
  CHECK(RunCounters({"--config", file, "--check-config", "--data", folder.path("unborn")}) ==
        kExitOk);
  CHECK_FALSE(std::filesystem::exists(folder.path("unborn")));
}

TEST_CASE(
    "a second process on the directory, or on the port, is refused and does not disturb the "
    "first") {
  const TempFolder folder;
  const std::string file = folder.Write("c.yaml", ConfigText(folder));
  CHECK(RunCounters({"--config", file}, [&](Daemon& daemon) {
          CHECK(RunCounters({"--config", file}) == kExitRefused);
          CHECK(RunCounters({"--config", file, "--data", folder.path("other"), "--listen",
                             absl::StrCat("127.0.0.1:", daemon.ports().rpc)}) == kExitRefused);
          CHECK(std::filesystem::exists(folder.path("data/ports.json")));
          CHECK(Open(daemon.ports().rpc)->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).ok());
          std::raise(SIGINT);
        }) == kExitOk);
}

TEST_CASE("SIGHUP takes new callers; a faulty file changes nothing and raises a metric") {
  const TempFolder folder;
  const std::string file = folder.Write("c.yaml", ConfigText(folder));
  std::thread client;
  bool taken = false;
  bool refused = false;
  bool kept = false;
  const pthread_t service = pthread_self();
  CHECK(RunCounters({"--config", file}, [&](Daemon& daemon) {
          client = std::thread([&] {
            const auto newcomer = Open(daemon.ports().rpc, "newcomer");
            const auto known = [&] {
              return newcomer->Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest())
                  .ok();
            };
            const telemetry::ProcessMetrics& metrics = daemon.host().metrics().process;
            const auto reload = [&](const char* result, const std::string& text) {
              folder.Write("c.yaml", text);
              const double before = metrics.config_reloads.With({result}).Value();
              pthread_kill(service, SIGHUP);
              while (metrics.config_reloads.With({result}).Value() == before) {
                std::this_thread::yield();
              }
            };
            reload("ok", absl::StrReplaceAll(ConfigText(folder), {{"tester", "newcomer"}}));
            taken = known();
            reload("refused", "server: {}");
            refused = metrics.config_reload_failed.Value() == 1;
            kept = known();
            reload("ok", ConfigText(folder));
            refused = refused && metrics.config_reload_failed.Value() == 0;
            pthread_kill(service, SIGTERM);
          });
        }) == kExitOk);
  client.join();
  CHECK(taken);
  CHECK(refused);
  CHECK(kept);
}

// Puts a full disk behind the store's log, as the operating system would show it.
void FillDiskUnder(const std::string& store) {
  const int full = open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  bool found = false;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (absl::StartsWith(target, store) && absl::EndsWith(target, ".log")) {
      found = dup2(full, std::stoi(entry.path().filename().string())) >= 0;
    }
  }
  close(full);
  REQUIRE(found);
}

TEST_CASE(
    "a store that cannot keep a command ends the service with 70 and nothing is acknowledged") {
  const TempFolder folder;
  const std::string file = folder.Write("c.yaml", ConfigText(folder));
  CHECK(RunCounters({"--config", file}, [&](Daemon& daemon) {
          const auto channel = Open(daemon.ports().rpc);
          REQUIRE(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).ok());
          FillDiskUnder(folder.path("data/store"));
          CHECK(ReasonOf(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).status()) ==
                common::v1::ERROR_REASON_NOT_SERVING);
        }) == kExitStoreFailed);
  CHECK(RunCounters({"--config", file}, [&](Daemon& daemon) {
          CHECK(Open(daemon.ports().rpc)
                    ->Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest())
                    ->value() == 1);
          std::raise(SIGTERM);
        }) == kExitOk);
}

}  // namespace
}  // namespace onething::runtime
