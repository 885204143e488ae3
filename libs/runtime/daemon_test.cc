#include "libs/runtime/daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>

#include "absl/strings/match.h"
#include "libs/base/error.h"
#include "libs/rpc/client.h"
#include "libs/runtime/load_config.h"
#include "libs/runtime/test_counter.h"
#include "libs/storage/memory_disk.h"

namespace onething::runtime {
namespace {

using test::AddRequest;
using test::TempFolder;

// grpc.health.v1: a request is the service's name in field 1, an answer the state in field 1.
constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";

std::unique_ptr<rpc::Channel> Open(int port, const std::string& identity = "tester") {
  return rpc::OpenChannel(
             {.target = absl::StrCat("127.0.0.1:", port), .development_identity = identity})
      .value();
}

std::string Health(rpc::Channel* channel, const std::string& name) {
  std::promise<absl::StatusOr<std::string>> answer;
  const std::string request =
      name.empty() ? ""
                   : absl::StrCat("\x0a", std::string(1, static_cast<char>(name.size())), name);
  channel->CallAsync(
      "grpc.health.v1.Health/Check", request, {},
      [&](absl::StatusOr<std::string> bytes) { answer.set_value(std::move(bytes)); });
  const absl::StatusOr<std::string> bytes = answer.get_future().get();
  return bytes.ok() ? *bytes : std::string(bytes.status().message());
}

// What GET `path` of a port of this machine answers; empty when nobody listens.
std::string Get(int port, const std::string& path) {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
    REQUIRE(write(descriptor, request.data(), request.size()) > 0);
    char buffer[4096];
    for (ssize_t count = 1; count > 0;) {
      count = read(descriptor, buffer, sizeof(buffer));
      text.append(buffer, static_cast<size_t>(std::max<ssize_t>(count, 0)));
    }
  }
  close(descriptor);
  return text;
}

config::v1::ServerConfig ServerIn(const TempFolder& folder) {
  testing::v1::CounterConfig config;
  REQUIRE(
      LoadConfig({.config_file = folder.Write("c.yaml", test::ConfigText(folder))}, &config).ok());
  return config.server();
}

struct Fixture {
  std::unique_ptr<Host> NewHost(std::function<void()> work = nullptr) {
    HostOptions options = {
        .service = "test", .server = server, .memory_disk = disk, .on_failed = [this] {
          failed.set_value();
        }};
    auto host = Host::Open(std::move(options), {}, &clock).value();
    test::WireCounters(*host, std::move(work));
    return host;
  }

  std::string PortsText() const {
    std::ifstream file(folder.path("data/ports.json"));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TempFolder folder;
  config::v1::ServerConfig server = ServerIn(folder);
  storage::MemoryDisk* disk = nullptr;
  SystemClock clock;
  std::promise<void> failed;
};

TEST_CASE("a daemon on free ports tells which they are, answers, and is ready") {
  Fixture fixture;
  auto daemon = Daemon::Start(fixture.NewHost(), fixture.folder.path("ports"));
  INFO(daemon.status());
  REQUIRE(daemon.ok());
  const Ports ports = (*daemon)->ports();
  CHECK(fixture.PortsText() == absl::StrCat("{\"service\":\"test\",\"pid\":", getpid(), ",\"rpc\":",
                                            ports.rpc, ",\"metrics\":", ports.metrics, "}\n"));
  CHECK(std::filesystem::exists(fixture.folder.path("ports")));
  CHECK(PidInPortsFile(fixture.folder.path("ports")) == getpid());
  CHECK(PidInPortsFile(fixture.folder.path("none")) == 0);
  const auto channel = Open(ports.rpc);
  CHECK(Health(channel.get(), "") == kServing);
  CHECK(Health(channel.get(), "readiness") == kServing);
  CHECK(Health(channel.get(), "liveness") == kServing);
  CHECK(Health(channel.get(), "onething.ops.v1.Operations") == kServing);
  CHECK(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(3))->value() == 3);
  CHECK(Open(ports.rpc, "operator")
            ->Call<ops::v1::Diagnostics>("onething.ops.v1.Operations/GetDiagnostics",
                                         ops::v1::GetDiagnosticsRequest())
            ->service() == "test");
  const std::string metrics = Get(ports.metrics, "/metrics");
  CHECK(absl::StrContains(metrics, "onething_process_ready 1\n"));
  CHECK(absl::StrContains(metrics,
                          "onething_rpc_calls_total{code=\"OK\",method=\"onething.testing.v1."
                          "Counters/AddToCounter\"} 1\n"));
  CHECK(absl::StrContains(Get(ports.metrics, "/else"), "404"));
}

TEST_CASE("draining turns callers away, answers those that come and those in flight, then closes") {
  Fixture fixture;
  std::promise<void> entered;
  std::promise<void> release;
  auto daemon = Daemon::Start(fixture.NewHost([&] {
                  entered.set_value();
                  release.get_future().wait();
                }),
                              "")
                    .value();
  const Ports ports = daemon->ports();
  const auto channel = Open(ports.rpc);
  std::promise<absl::Status> worked;
  test::pb::WorkOnCounterRequest work;
  work.set_request_id("work-1111");
  channel->CallAsync(
      test::kWork, work.SerializeAsString(), {.timeout = absl::Minutes(1)},
      [&](const absl::StatusOr<std::string>& answer) { worked.set_value(answer.status()); });
  entered.get_future().wait();

  // Lets the call in flight end once the server takes no more.
  std::thread releases;
  daemon->Drain([&](absl::Duration delay) {
    CHECK(delay == absl::ZeroDuration());
    CHECK(Health(channel.get(), "") == kNotServing);
    CHECK(Health(channel.get(), "readiness") == kNotServing);
    CHECK(Health(channel.get(), "liveness") == kServing);
    CHECK(fixture.PortsText().empty());
    CHECK(absl::StrContains(Get(ports.metrics, "/metrics"), "onething_process_ready 0\n"));
    CHECK(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).ok());
    releases = std::thread([&] {
      while (channel->Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest()).ok()) {
      }
      release.set_value();
    });
  });
  releases.join();
  CHECK(worked.get_future().get().ok());
  CHECK(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).status().code() ==
        absl::StatusCode::kUnavailable);
  CHECK(Get(ports.metrics, "/metrics").empty());
  daemon.reset();

  // Everything that was answered is there.
  auto again = Daemon::Start(fixture.NewHost(), "").value();
  CHECK(Open(again->ports().rpc)
            ->Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest())
            ->value() == 2);
}

TEST_CASE("a commit that fails is not acknowledged, and the daemon is abandoned") {
  storage::MemoryDisk disk;
  Fixture fixture;
  fixture.disk = &disk;
  std::filesystem::create_directory(fixture.folder.path("data"));
  auto daemon = Daemon::Start(fixture.NewHost(), "").value();
  const auto channel = Open(daemon->ports().rpc);
  REQUIRE(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).ok());
  disk.FailFrom(0);
  const absl::Status status = channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).status();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_NOT_SERVING);
  fixture.failed.get_future().wait();
  CHECK(daemon->host().metrics().commit.failed.Value() == 1);
  CHECK(ReasonOf(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).status()) ==
        common::v1::ERROR_REASON_NOT_SERVING);
  daemon->Abandon();
  CHECK(
      channel->Call<test::pb::Counter>(test::kGet, test::pb::GetCounterRequest()).status().code() ==
      absl::StatusCode::kUnavailable);
}

TEST_CASE("an address that is taken, for calls or for metrics, is refused with a clear sentence") {
  Fixture first;
  auto daemon = Daemon::Start(first.NewHost(), "").value();
  Fixture second;
  second.server.set_listen_address(absl::StrCat("127.0.0.1:", daemon->ports().rpc));
  const absl::Status rpc_taken = Daemon::Start(second.NewHost(), "").status();
  CHECK(rpc_taken.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(rpc_taken.message(), second.server.listen_address()));
  second.server.set_listen_address("127.0.0.1:0");
  second.server.set_metrics_address(absl::StrCat("127.0.0.1:", daemon->ports().metrics));
  const absl::Status metrics_taken = Daemon::Start(second.NewHost(), "").status();
  CHECK(metrics_taken.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(metrics_taken.message(), second.server.metrics_address()));
  CHECK(second.PortsText().empty());
}

TEST_CASE("a daemon that cannot tell its ports does not stay up") {
  Fixture fixture;
  const absl::Status status =
      Daemon::Start(fixture.NewHost(), fixture.folder.path("none/ports")).status();
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(fixture.PortsText().empty());
  CHECK(Daemon::Start(fixture.NewHost(), "").ok());
}

TEST_CASE("a second process on the same directory, and another owner's, are refused") {
  Fixture fixture;
  auto host = fixture.NewHost();
  const auto open = [&](const std::string& service) {
    HostOptions options = {.service = service, .server = fixture.server};
    return Host::Open(std::move(options), {}, &fixture.clock).status();
  };
  const absl::Status in_use = open("test");
  CHECK(in_use.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(in_use.message(), "in use by another process"));
  host.reset();
  CHECK(open("test").ok());
  const absl::Status others = open("other");
  CHECK(others.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(others.message(), "belongs to test/36"));
}

TEST_CASE("other callers take the place of all there were, and faulty ones of none") {
  Fixture fixture;
  auto daemon = Daemon::Start(fixture.NewHost(), "").value();
  const auto newcomer = Open(daemon->ports().rpc, "newcomer");
  const auto add = [&](rpc::Channel* channel) {
    return ReasonOf(channel->Call<test::pb::Counter>(test::kAdd, AddRequest(1)).status());
  };
  CHECK(add(newcomer.get()) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
  google::protobuf::RepeatedPtrField<config::v1::CallerEntry> callers;
  callers.Add()->set_identity("newcomer");
  CHECK(daemon->host().ReplaceCallers(callers, "x").code() == absl::StatusCode::kInvalidArgument);
  CHECK(add(Open(daemon->ports().rpc).get()) == std::nullopt);
  callers[0].add_roles(options::v1::ROLE_PORTAL);
  CHECK(daemon->host().ReplaceCallers(callers, "x").ok());
  CHECK(add(newcomer.get()) == std::nullopt);
  CHECK(add(Open(daemon->ports().rpc).get()) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
}

}  // namespace
}  // namespace onething::runtime
