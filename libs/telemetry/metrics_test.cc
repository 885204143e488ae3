#include "libs/telemetry/metrics.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/telemetry/process_probe.h"

namespace onething::telemetry {
namespace {

constexpr char kGoldenPath[] = "tests/golden/metrics.txt";
constexpr char kMethod[] = "onething.catalogue.v1.Catalogue/GetItem";

std::string Golden(const Metrics& metrics) {
  std::string text;
  for (const Definition& definition : metrics.definitions()) {
    absl::StrAppend(&text, definition.Format(), "\n");
  }
  return text;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("the metrics are those of the golden file") {
  const Metrics metrics;
  if (std::getenv("ONETHING_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kGoldenPath) << Golden(metrics);
  }
  CHECK(ReadFile(kGoldenPath) == Golden(metrics));
}

TEST_CASE("every name follows the conventions and is defined once") {
  const Metrics metrics;
  std::set<std::string> names;
  for (const Definition& definition : metrics.definitions()) {
    INFO(definition.Format());
    CHECK(names.insert(definition.name).second);
    CHECK(absl::StartsWith(definition.name, "onething_"));
    CHECK(absl::EndsWith(definition.name, "_total") == (definition.type == "counter"));
    CHECK(absl::EndsWith(definition.help, "."));
    if (definition.type == "histogram") {
      CHECK((absl::EndsWith(definition.name, "_seconds") ||
             absl::EndsWith(definition.name, "_bytes") ||
             absl::EndsWith(definition.name, "_commands")));
    }
  }
}

TEST_CASE("what is read are the families that were defined, with their types and labels") {
  Metrics metrics;
  metrics.ForMethod(kMethod)->Record(absl::StatusCode::kOk, 1, 2, 3);
  metrics.rating.ratings.With({"5"}).Increment();
  metrics.outbox.sends.With({"relay/33", "ok"}).Increment();
  std::map<std::string, Definition> defined;
  for (const Definition& definition : metrics.definitions()) {
    defined[definition.name] = definition;
  }
  for (const prometheus::MetricFamily& family : metrics.Collect()) {
    INFO(family.name);
    REQUIRE(defined.count(family.name) == 1);
    const Definition& definition = defined[family.name];
    const std::map<prometheus::MetricType, std::string> types = {
        {prometheus::MetricType::Counter, "counter"},
        {prometheus::MetricType::Gauge, "gauge"},
        {prometheus::MetricType::Histogram, "histogram"}};
    CHECK(types.at(family.type) == definition.type);
    CHECK(family.help == definition.help);
    for (const prometheus::ClientMetric& metric : family.metric) {
      std::set<std::string> labels;
      for (const prometheus::ClientMetric::Label& label : metric.label) {
        labels.insert(label.name);
      }
      CHECK(labels == std::set<std::string>(definition.labels.begin(), definition.labels.end()));
    }
  }
}

TEST_CASE("a method counts its calls by code, time and bytes") {
  Metrics metrics;
  MethodMetrics* method = metrics.ForMethod(kMethod);
  CHECK(metrics.ForMethod(kMethod) == method);
  method->Start();
  method->Start();
  method->Record(absl::StatusCode::kOk, 2000, 10, 100);
  CHECK(metrics.rpc.in_flight.With({kMethod}).Value() == 1);
  method->Record(absl::StatusCode::kNotFound, 3000, 1, 2);
  method->CountReplayed();
  method->CountDiskRead();
  CHECK(metrics.rpc.in_flight.With({kMethod}).Value() == 0);
  CHECK(metrics.rpc.calls.With({kMethod, "OK"}).Value() == 1);
  CHECK(metrics.rpc.calls.With({kMethod, "NOT_FOUND"}).Value() == 1);
  CHECK(metrics.rpc.request_bytes.With({kMethod}).Value() == 11);
  CHECK(metrics.rpc.response_bytes.With({kMethod}).Value() == 102);
  CHECK(metrics.rpc.replayed.With({kMethod}).Value() == 1);
  CHECK(metrics.rpc.disk_reads.With({kMethod}).Value() == 1);
  const prometheus::ClientMetric duration = metrics.rpc.duration.With({kMethod}).Collect();
  CHECK(duration.histogram.sample_count == 2);
  CHECK(duration.histogram.sample_sum == Approx(0.005));
}

TEST_CASE("a code that is none of gRPC's is counted as unknown") {
  Metrics metrics;
  metrics.ForMethod(kMethod)->Record(static_cast<absl::StatusCode>(99), 1, 1, 1);
  CHECK(metrics.rpc.calls.With({kMethod, "UNKNOWN"}).Value() == 1);
}

TEST_CASE("many threads may count and read at once") {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      MethodMetrics* method = metrics.ForMethod(kMethod);
      for (int n = 0; n < 1000; ++n) {
        method->Start();
        method->Record(n % 2 == 0 ? absl::StatusCode::kOk : absl::StatusCode::kAborted, 1, 1, 1);
      }
    });
  }
  metrics.CollectText();
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(metrics.rpc.calls.With({kMethod, "OK"}).Value() == 2000);
  CHECK(metrics.rpc.calls.With({kMethod, "ABORTED"}).Value() == 2000);
}

TEST_CASE(
    "a probe brings its gauges up to date before they are read, and not after it is removed") {
  Metrics metrics;
  int reads = 0;
  metrics.AddProbe([&] { metrics.commit.queue_size.Set(++reads); });
  CHECK(absl::StrContains(metrics.CollectText(), "onething_commit_queue_size 1\n"));
  CHECK(absl::StrContains(metrics.CollectText(), "onething_commit_queue_size 2\n"));
  metrics.RemoveProbes();
  CHECK(absl::StrContains(metrics.CollectText(), "onething_commit_queue_size 2\n"));
}

TEST_CASE("the process probe reads memory, time, threads and files from the kernel") {
  const Metrics metrics;
  SampleProcess(metrics.process);
  CHECK(metrics.process.resident_memory.Value() > 1e6);
  CHECK(metrics.process.threads.Value() >= 1);
  CHECK(metrics.process.open_files.Value() >= 3);
  // Later than the day on which this was written, since the machine's clock is not ours to compare
  // with.
  CHECK(metrics.process.start_time.Value() > 1.7e9);
  const double cpu = metrics.process.cpu.Value();
  SampleProcess(metrics.process);
  CHECK(metrics.process.cpu.Value() >= cpu);
}

// Not run by default: telemetry_test '[.cost]'.
TEST_CASE("what counting costs", "[.cost]") {
  Metrics metrics;
  MethodMetrics* method = metrics.ForMethod(kMethod);
  constexpr int kTimes = 1'000'000;
  const int64_t start = SteadyMicros();
  for (int i = 0; i < kTimes; ++i) {
    metrics.commit.refused.Increment();
  }
  const int64_t counted = SteadyMicros();
  for (int i = 0; i < kTimes; ++i) {
    method->Start();
    method->Record(absl::StatusCode::kOk, i % 1000, 100, 200);
  }
  const int64_t recorded = SteadyMicros();
  const auto nanoseconds = [](int64_t micros) {
    return static_cast<double>(micros) * 1e3 / kTimes;
  };
  WARN("a counter: " << nanoseconds(counted - start)
                     << " ns; a whole call: " << nanoseconds(recorded - counted) << " ns");
}

}  // namespace
}  // namespace onething::telemetry
