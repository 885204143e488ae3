#include "tools/onething/bench.h"

#include <algorithm>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/clock.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "libs/rpc/client.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "onething/testing/v1/echo.pb.h"
#include "tools/onething/child_process.h"
#include "tools/onething/health.h"
#include "tools/onething/local_suite.h"
#include "tools/onething/process_stats.h"
#include "tools/onething/sample_data.h"

namespace onething::tool {
namespace {

constexpr char kEcho[] = "onething.testing.v1.Samples/Echo";
constexpr char kGetItem[] = "onething.catalogue.v1.Catalogue/GetItem";
constexpr absl::Duration kReadyTimeout = absl::Seconds(10);
constexpr absl::Duration kPollInterval = absl::Milliseconds(2);
constexpr double kMicrosPerMilli = 1000;
constexpr double kBytesPerMebibyte = 1 << 20;

// Repeats one call; every call's duration goes to `latencies`.
Operation Repeat(const ChannelSet& channels, const std::string& method, const std::string& request,
                 Latencies* latencies) {
  return
      [&channels, method, request, latencies](size_t slot, std::function<void(std::string)> done) {
        const int64_t start_us = SteadyMicros();
        channels.For(slot).CallAsync(
            method, request, {},
            [=, done = std::move(done)](const absl::StatusOr<std::string>& answer) {
              latencies->Add(SteadyMicros() - start_us);
              done(answer.ok() ? "" : answer.status().ToString());
            });
      };
}

}  // namespace

absl::StatusOr<ChannelSet> ChannelSet::Open(const std::string& address, const std::string& identity,
                                            size_t count) {
  ChannelSet set;
  for (size_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(
        std::unique_ptr<rpc::Channel> channel,
        rpc::OpenChannel(
            {.target = address, .development_identity = identity, .own_connection = true}));
    set.channels_.push_back(std::move(channel));
  }
  return set;
}

ScratchDirectory::ScratchDirectory(const std::string& wanted)
    : path_(absl::StrCat(wanted.empty() ? "/var/tmp" : wanted, "/onething-bench-", RandomId())) {
  std::filesystem::create_directories(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

nlohmann::json ToJson(const LoadResult& result, const Latencies& latencies) {
  nlohmann::json json = {
      {"per_second", result.per_second},
      {"done", result.done},
      {"failed", result.failed},
      {"p50_ms", static_cast<double>(latencies.Percentile(50)) / kMicrosPerMilli},
      {"p99_ms", static_cast<double>(latencies.Percentile(99)) / kMicrosPerMilli}};
  if (!result.first_failure.empty()) {
    json["first_failure"] = result.first_failure;
  }
  return json;
}

absl::StatusOr<nlohmann::json> MedianRound(const BenchOptions& options, const Round& round) {
  std::vector<nlohmann::json> rounds;
  std::vector<double> ratios;
  for (int i = 0; i < options.rounds; ++i) {
    ASSIGN_OR_RETURN(nlohmann::json ceiling, BenchEcho(options));
    ASSIGN_OR_RETURN(nlohmann::json figures, round(ceiling));
    figures["ceiling"] = std::move(ceiling);
    ratios.push_back(figures["of_ceiling"].get<double>());
    rounds.push_back(std::move(figures));
  }
  const auto middle = rounds.begin() + static_cast<ptrdiff_t>(rounds.size() / 2);
  std::nth_element(rounds.begin(), middle, rounds.end(),
                   [](const nlohmann::json& a, const nlohmann::json& b) {
                     return a["of_ceiling"].get<double>() < b["of_ceiling"].get<double>();
                   });
  nlohmann::json median = std::move(*middle);
  median["of_ceiling_rounds"] = ratios;
  return median;
}

absl::StatusOr<nlohmann::json> BenchEcho(const BenchOptions& options) {
  const ScratchDirectory scratch(options.data_dir);
  ASSIGN_OR_RETURN(const PortBlock ports, PortBlock::Take(0));
  const std::string address = absl::StrCat("127.0.0.1:", ports.first());
  ChildProcess server;
  RETURN_IF_ERROR(server.Start(
      {std::filesystem::read_symlink("/proc/self/exe"), "bench", "serve-echo", "--listen", address},
      scratch.path() + "/echo.log"));
  ASSIGN_OR_RETURN(const ChannelSet channels, ChannelSet::Open(address, "", options.channels));
  const absl::Time deadline = absl::Now() + kReadyTimeout;
  while (!IsServing(&channels.For(0), "readiness", absl::Seconds(1))) {
    if (absl::Now() > deadline || !server.IsRunning()) {
      return absl::FailedPreconditionError("回声服务未能启动");
    }
    absl::SleepFor(kPollInterval);
  }
  testing::v1::EchoRequest request;
  request.set_payload("0123456789abcdef");
  Latencies latencies;
  const LoadResult result =
      RunLoad({.in_flight = options.in_flight,
               .duration = options.duration,
               .on_measure = [&] { latencies.Clear(); }},
              Repeat(channels, kEcho, request.SerializeAsString(), &latencies));
  return ToJson(result, latencies);
}

absl::StatusOr<nlohmann::json> BenchGetItem(const BenchOptions& options) {
  const ScratchDirectory scratch(options.data_dir);
  ASSIGN_OR_RETURN(const std::unique_ptr<LocalSuite> suite,
                   LocalSuite::Create({.data_dir = scratch.path()}));
  RETURN_IF_ERROR(suite->Start("catalogue"));
  const std::string& address = suite->file().services.at("catalogue");
  ASSIGN_OR_RETURN(const std::vector<catalogue::v1::Item> items, LoadItems("case6"));
  ASSIGN_OR_RETURN(const ChannelSet editor, ChannelSet::Open(address, "editor", 1));
  RETURN_IF_ERROR(PublishItems(&editor.For(0), items));
  catalogue::v1::GetItemRequest request;
  request.set_name("items/" + items[0].task_code());
  ASSIGN_OR_RETURN(const ChannelSet readers, ChannelSet::Open(address, "portal", options.channels));
  return MedianRound(options, [&](const nlohmann::json& ceiling) -> absl::StatusOr<nlohmann::json> {
    Latencies latencies;
    const LoadResult result =
        RunLoad({.in_flight = options.in_flight,
                 .duration = options.duration,
                 .on_measure = [&] { latencies.Clear(); }},
                Repeat(readers, kGetItem, request.SerializeAsString(), &latencies));
    const double ratio = result.per_second / ceiling["per_second"].get<double>();
    return nlohmann::json{{"get_item", ToJson(result, latencies)}, {"of_ceiling", ratio}};
  });
}

absl::StatusOr<nlohmann::json> BenchIdle(const BenchOptions& options) {
  const ScratchDirectory scratch(options.data_dir);
  ASSIGN_OR_RETURN(const std::unique_ptr<LocalSuite> suite,
                   LocalSuite::Create({.data_dir = scratch.path()}));
  nlohmann::json services;
  for (const char* service : kServices) {
    const int64_t start_us = SteadyMicros();
    RETURN_IF_ERROR(suite->Start(service));
    const int64_t ready_us = SteadyMicros() - start_us;
    services[service]["ready_ms"] = static_cast<double>(ready_us) / kMicrosPerMilli;
  }
  absl::SleepFor(absl::Seconds(2));
  for (const char* service : kServices) {
    services[service]["resident_mib"] =
        static_cast<double>(ResidentBytes(suite->pid(service))) / kBytesPerMebibyte;
  }
  suite->StopAll();
  return services;
}

}  // namespace onething::tool
