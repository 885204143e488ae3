// Registration refuses, by ending the process, what a contract and its handlers must not be.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "libs/rpc/test_samples.h"

namespace onething::rpc::test {
namespace {

// What a child process that runs `register_methods` writes before it aborts; empty when it does
// not abort.
std::string DeathOf(const std::function<void(Router*)>& register_methods) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    const auto callers = SampleCallers();
    telemetry::Metrics metrics;
    FakeClock clock;
    storage::MemoryDisk disk;
    storage::StoreOptions options{.engine = {.path = "/s", .memory_disk = &disk}, .owner = "s/0"};
    options.loop.threaded = false;
    auto store = storage::Store::Open(std::move(options), &clock);
    Executor executor({.thread_count = 0});
    Router router(store->get(), &callers, &executor, &metrics);
    register_methods(&router);
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : "";
}

// Handlers whose shape fits no method, or the wrong one.
class Misfits {
 public:
  absl::StatusOr<pb::EchoResponse> Sample(const storage::View&, const Call&,
                                          const pb::GetSampleRequest&) const {
    return pb::EchoResponse();
  }
  absl::StatusOr<pb::EchoResponse> Stranger(const storage::View&, const Call&,
                                            const pb::Sample&) const {
    return pb::EchoResponse();
  }
  absl::StatusOr<pb::EchoResponse> EchoCommand(storage::Txn&, const Call&,
                                               const pb::EchoRequest&) const {
    return pb::EchoResponse();
  }
};

TEST_CASE("a service is registered whole and as its contract says, or the process ends") {
  static const Samples samples;
  static const Misfits misfits;
  static constexpr char kService[] = "onething.testing.v1.Samples";
  CHECK(DeathOf([](Router* router) { RegisterSamples(router, &samples); }) == "");

  const std::string incomplete = DeathOf([](Router* router) {
    ServiceMethods methods(router, kService);
    methods.Query(&samples, &Samples::Echo);
  });
  CHECK(absl::StrContains(incomplete, "Samples/CheckRules: has no handler"));

  const std::string unknown = DeathOf(
      [](Router* router) { const ServiceMethods methods(router, "onething.testing.v1.Nothing"); });
  CHECK(absl::StrContains(unknown, "is no service of a linked contract"));

  const std::string twice = DeathOf([](Router* router) {
    ServiceMethods methods(router, kService);
    methods.Query(&samples, &Samples::Echo);
    methods.Query(&samples, &Samples::Echo);
  });
  CHECK(absl::StrContains(twice, "CHECK failed"));

  const std::string kind = DeathOf([](Router* router) {
    ServiceMethods methods(router, kService);
    methods.Command(&misfits, &Misfits::EchoCommand);
  });
  CHECK(absl::StrContains(kind, "Samples.Echo: is registered as another kind"));

  const std::string answer = DeathOf([](Router* router) {
    ServiceMethods methods(router, kService);
    methods.Query(&misfits, &Misfits::Sample);
  });
  CHECK(absl::StrContains(answer, "Samples.GetSample: answers with onething.testing.v1.Sample"));

  const std::string stranger = DeathOf([](Router* router) {
    ServiceMethods methods(router, kService);
    methods.Query(&misfits, &Misfits::Stranger);
  });
  CHECK(absl::StrContains(stranger, "is the request of no method"));
}

}  // namespace
}  // namespace onething::rpc::test
