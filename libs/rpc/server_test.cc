// Server and client over real sockets on loopback.

#include "libs/rpc/server.h"

#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "google/protobuf/wrappers.pb.h"
#include "libs/audit/audit.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/client.h"
#include "libs/rpc/test_certificates.h"
#include "libs/rpc/test_samples.h"

namespace onething::rpc::test {
namespace {

using absl::StatusCode;
using config::v1::ServerConfig;

constexpr char kEcho[] = "onething.testing.v1.Samples/Echo";
constexpr char kCreate[] = "onething.testing.v1.Samples/CreateSample";

ServerConfig Plaintext(const std::string& address = "127.0.0.1:0") {
  ServerConfig config;
  config.set_listen_address(address);
  config.set_data_dir("/unused");
  config.set_province("36");
  config.set_development_plaintext(true);
  config.add_callers()->set_identity("unused");
  config.mutable_callers(0)->add_roles(options::v1::ROLE_ANY);
  return config;
}

ServerConfig Encrypted(const config::v1::TlsFiles& files) {
  ServerConfig config = Plaintext("127.0.0.1:0");
  config.clear_development_plaintext();
  *config.mutable_tls() = files;
  return config;
}

std::unique_ptr<Server> StartServer(SampleProcess& process, const ServerConfig& config) {
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(config, &process.router());
  INFO(server.status());
  REQUIRE(server.ok());
  return *std::move(server);
}

std::unique_ptr<Channel> Open(int port, const std::string& identity) {
  return *OpenChannel(
      {.target = absl::StrCat("127.0.0.1:", port), .development_identity = identity});
}

// What the health service says of `name`: 1 serving, 2 not serving.
int HealthOf(Channel& channel, const std::string& name) {
  pb::EchoRequest request;
  request.set_payload(name);
  const auto status =
      channel.Call<google::protobuf::Int32Value>("grpc.health.v1.Health/Check", request);
  return status.ok() ? status->value() : -static_cast<int>(status.status().code());
}

TEST_CASE("queries, commands and refusals cross the wire as they are") {
  SampleProcess process({.threaded = true});
  const auto server = StartServer(process, Plaintext());
  const auto portal = Open(server->port(), "portal");

  pb::EchoRequest echo;
  for (const size_t size : {0, 5, 4096, 4097, 1000000}) {
    echo.set_payload(std::string(size, 'x'));
    const auto answer = portal->Call<pb::EchoResponse>(kEcho, echo);
    INFO(size << " " << answer.status());
    REQUIRE(answer.ok());
    CHECK(answer->payload() == echo.payload());
  }

  const std::string citizen =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 3)->value();
  const auto made =
      portal->Call<pb::Sample>(kCreate, CreateRequest("a", "request-1"), {.on_behalf_of = citizen});
  REQUIRE(made.ok());
  CHECK(made->state() == pb::Sample::STATE_OPEN);
  CHECK(made->create_time().seconds() == absl::ToUnixSeconds(process.clock().Now()));

  pb::SealSampleRequest seal;
  seal.set_name("a");
  seal.set_request_id("request-2");
  const auto sealed =
      Open(server->port(), "editor")
          ->Call<pb::SealSampleResponse>("onething.testing.v1.Samples/SealSample", seal);
  CHECK(sealed->sample().seal() == "seal of a");

  const auto refused = portal->Call<pb::Sample>(kCreate, CreateRequest("A1", "request-3"));
  CHECK(refused.status().code() == StatusCode::kInvalidArgument);
  CHECK(ReasonOf(refused.status()) == common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(ErrorInfoOf(refused.status())->domain() == "samples.onething");
  CHECK(ViolationsOf(refused.status())->field_violations(0).field() == "sample.name");
  CHECK(absl::StrContains(refused.status().message(), "应符合"));

  const auto snapshot = process.store().engine().TakeSnapshot();
  const auto rows = audit::List(storage::View(*snapshot, process.clock().Now()), {}).records;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].caller() == "portal");
  CHECK(absl::StrContains(rows[0].on_behalf_of(), "****"));
}

TEST_CASE("who does not say who it is, or says wrong, is refused") {
  SampleProcess process({.threaded = true});
  const auto server = StartServer(process, Plaintext());
  for (const char* identity : {"", "nobody"}) {
    const auto answer =
        Open(server->port(), identity)->Call<pb::EchoResponse>(kEcho, pb::EchoRequest());
    CHECK(answer.status().code() == StatusCode::kUnauthenticated);
    CHECK(ReasonOf(answer.status()) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
  }
}

TEST_CASE("the transport's own refusals have their codes") {
  SampleProcess process({.threaded = true});
  ServerConfig config = Plaintext();
  config.mutable_limits()->set_message_bytes_max(2048);
  auto server = StartServer(process, config);
  const auto portal = Open(server->port(), "portal");

  pb::EchoRequest large;
  large.set_payload(std::string(3000, 'x'));
  const auto refused = portal->Call<pb::EchoResponse>(kEcho, large);
  CHECK(refused.status().code() == StatusCode::kResourceExhausted);
  CHECK(ReasonOf(refused.status()) == common::v1::ERROR_REASON_MESSAGE_TOO_LARGE);
  CHECK(portal->Call<pb::EchoResponse>("onething.testing.v1.Samples/Nothing", pb::EchoRequest())
            .status()
            .code() == StatusCode::kUnimplemented);
  const auto late =
      portal->Call<pb::EchoResponse>(kEcho, pb::EchoRequest(), {.timeout = -absl::Seconds(1)});
  // In the past, because gRPC rounds a deadline up and might meet one of now. Which of the two
  // codes depends on whether the deadline or the first look at the connection is sooner.
  CHECK((late.status().code() == StatusCode::kDeadlineExceeded ||
         late.status().code() == StatusCode::kUnavailable));

  server->Stop(absl::ZeroDuration());
  const auto gone = portal->Call<pb::EchoResponse>(kEcho, pb::EchoRequest());
  CHECK(gone.status().code() == StatusCode::kUnavailable);
  CHECK(ReasonOf(gone.status()) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
}

TEST_CASE("the caller's deadline reaches the router") {
  SampleProcess process;
  const auto server = StartServer(process, Plaintext());
  const auto portal = Open(server->port(), "portal");
  std::atomic<bool> answered{false};
  portal->CallAsync(kCreate, CreateRequest("a", "request-1").SerializeAsString(),
                    {.timeout = absl::Hours(1)}, [&](absl::StatusOr<std::string> answer) {
                      CHECK(ReasonOf(answer.status()) == common::v1::ERROR_REASON_DEADLINE_PASSED);
                      answered = true;
                    });
  while (process.store().loop().queue_size() == 0) {
    std::this_thread::yield();
  }
  process.clock().Advance(absl::Hours(1));
  process.router().RunPending();
  while (!answered) {
    std::this_thread::yield();
  }
  CHECK(process.samples().created == 0);
}

TEST_CASE("health follows readiness, liveness only the process") {
  SampleProcess process({.threaded = true});
  const auto server = StartServer(process, Plaintext());
  const auto anyone = Open(server->port(), "");
  const char* const names[] = {"", "readiness", "onething.testing.v1.Samples"};
  for (const bool ready : {false, true, false}) {
    if (ready || HealthOf(*anyone, "") == 1) {
      server->SetReady(ready);
    }
    for (const char* name : names) {
      INFO(name << (ready ? " ready" : " not ready"));
      CHECK(HealthOf(*anyone, name) == (ready ? 1 : 2));
    }
    CHECK(HealthOf(*anyone, "liveness") == 1);
  }
  CHECK(HealthOf(*anyone, "stranger") == -static_cast<int>(StatusCode::kNotFound));
}

TEST_CASE("reflection lists the services of the router") {
  SampleProcess process({.threaded = true});
  const auto server = StartServer(process, Plaintext());
  grpc::GenericStub stub(grpc::CreateChannel(absl::StrCat("127.0.0.1:", server->port()),
                                             grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  stream->StartCall(nullptr);
  REQUIRE((queue.Next(&tag, &ok) && ok));
  // ServerReflectionRequest{list_services: "*"}.
  const grpc::Slice request("\x3a\x01*");
  stream->Write(grpc::ByteBuffer(&request, 1), nullptr);
  REQUIRE((queue.Next(&tag, &ok) && ok));
  grpc::ByteBuffer answer;
  stream->Read(&answer, nullptr);
  REQUIRE((queue.Next(&tag, &ok) && ok));
  grpc::Slice bytes;
  REQUIRE(answer.DumpToSingleSlice(&bytes).ok());
  const absl::string_view text(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  CHECK(absl::StrContains(text, "onething.testing.v1.Samples"));
  CHECK(absl::StrContains(text, "grpc.health.v1.Health"));
  context.TryCancel();
  grpc::Status status;
  stream->Finish(&status, nullptr);
  REQUIRE(queue.Next(&tag, &ok));
  queue.Shutdown();
  CHECK_FALSE(queue.Next(&tag, &ok));
}

TEST_CASE("stopping waits for calls in flight and refuses new ones") {
  SampleProcess process;
  const auto server = StartServer(process, Plaintext());
  const auto portal = Open(server->port(), "portal");
  std::atomic<int> answers{0};
  std::atomic<bool> kept{false};
  portal->CallAsync(kCreate, CreateRequest("a", "request-1").SerializeAsString(), {},
                    [&](absl::StatusOr<std::string> answer) {
                      kept = answer.ok();
                      ++answers;
                    });
  while (process.store().loop().queue_size() == 0) {
    std::this_thread::yield();
  }
  std::thread stopping([&] { server->Stop(absl::Minutes(1)); });
  // Refusing is how the stop shows.
  while (Open(server->port(), "portal")->Call<pb::EchoResponse>(kEcho, pb::EchoRequest()).ok()) {
  }
  CHECK(answers == 0);
  process.router().RunPending();
  stopping.join();
  while (answers == 0) {
    std::this_thread::yield();
  }
  CHECK(kept);
}

TEST_CASE("a channel that ends cancels its calls and waits for their answers") {
  SampleProcess process;
  const auto server = StartServer(process, Plaintext());
  int answers = 0;
  absl::Status last;
  {
    const auto portal = Open(server->port(), "portal");
    portal->CallAsync(kCreate, CreateRequest("a", "request-1").SerializeAsString(), {},
                      [&](absl::StatusOr<std::string> answer) {
                        ++answers;
                        last = answer.status();
                      });
    while (process.store().loop().queue_size() == 0) {
      std::this_thread::yield();
    }
  }
  CHECK(answers == 1);
  CHECK(last.code() == StatusCode::kCancelled);
  process.router().RunPending();
}

TEST_CASE("a callee that is slow to take a connection is waited for") {
  // The system completes the connection; nobody takes it or says a word.
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const absl::Cleanup close_listener = [listener] { close(listener); };
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 1) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const absl::StatusOr<pb::EchoResponse> response =
      Open(ntohs(address.sin_port), "portal")
          ->Call<pb::EchoResponse>(kEcho, pb::EchoRequest(), {.timeout = absl::Milliseconds(400)});
  CHECK(response.status().code() == absl::StatusCode::kDeadlineExceeded);
}

TEST_CASE("many callers at once, each command sent twice, have one effect each") {
  SampleProcess process({.threaded = true, .executor_queue_max = 1000, .command_queue_max = 1000});
  const auto server = StartServer(process, Plaintext());
  const auto editor = Open(server->port(), "editor");
  constexpr int kCommands = 100;
  std::atomic<int> good{0};
  std::atomic<int> answers{0};
  const auto count = [&](absl::StatusOr<std::string> answer) {
    good += answer.ok() ? 1 : 0;
    ++answers;
  };
  for (int i = 0; i < kCommands; ++i) {
    const std::string name{'n', static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)};
    const std::string request = CreateRequest(name, "creating-" + name).SerializeAsString();
    editor->CallAsync(kCreate, request, {}, count);
    editor->CallAsync(kCreate, request, {}, count);
    editor->CallAsync(kEcho, "", {}, count);
  }
  while (answers < 3 * kCommands) {
    std::this_thread::yield();
  }
  CHECK(good == 3 * kCommands);
  CHECK(process.samples().created == kCommands);
}

TEST_CASE("a server that may not or cannot listen says so at start") {
  SampleProcess process;
  const auto start = [&](const ServerConfig& config) {
    return Server::Start(config, &process.router()).status();
  };
  CHECK(start(Plaintext("0.0.0.0:0")).code() == StatusCode::kInvalidArgument);
  ServerConfig neither = Plaintext();
  neither.clear_development_plaintext();
  CHECK(start(neither).code() == StatusCode::kInvalidArgument);
  config::v1::TlsFiles missing;
  missing.set_certificate("/nowhere/a.pem");
  missing.set_private_key("/nowhere/a.key");
  missing.set_ca("/nowhere/ca.pem");
  CHECK(start(Encrypted(missing)).code() == StatusCode::kFailedPrecondition);
  const auto server = StartServer(process, Plaintext());
  const absl::Status taken = start(Plaintext(absl::StrCat("127.0.0.1:", server->port())));
  CHECK(taken.code() == StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(taken.message(), "cannot listen"));
}

// Callers known by their certificates.
google::protobuf::RepeatedPtrField<config::v1::CallerEntry> CertificateCallers() {
  google::protobuf::RepeatedPtrField<config::v1::CallerEntry> entries;
  for (const char* identity : {"spiffe://36/portal", "CN=window"}) {
    config::v1::CallerEntry* entry = entries.Add();
    entry->set_identity(identity);
    entry->add_roles(options::v1::ROLE_PORTAL);
  }
  return entries;
}

TEST_CASE("with TLS the certificate says who calls") {
  TestCertificates authority;
  TestCertificates stranger;
  SampleProcess process({.threaded = true});
  const CallerDirectory callers = *CallerDirectory::Create(CertificateCallers());
  Router router(&process.store(), &callers, &process.executor(), &process.metrics());
  RegisterSamples(&router, &process.samples());
  auto server = Server::Start(Encrypted(authority.Issue("server")), &router);
  INFO(server.status());
  REQUIRE(server.ok());

  const auto call = [&](const config::v1::TlsFiles* files, const std::string& claimed) {
    const auto channel = *OpenChannel({.target = absl::StrCat("127.0.0.1:", (*server)->port()),
                                       .tls = files,
                                       .development_identity = claimed});
    return channel->Call<pb::EchoResponse>(kEcho, pb::EchoRequest()).status();
  };
  const auto portal = authority.Issue("portal", "URI:spiffe://36/portal");
  const auto window = authority.Issue("window");
  const auto other = authority.Issue("other", "URI:spiffe://33/portal");
  auto forged = stranger.Issue("forged", "URI:spiffe://36/portal");
  forged.set_ca(portal.ca());
  CHECK(call(&portal, "").ok());
  CHECK(call(&window, "").ok());
  CHECK(ReasonOf(call(&other, "spiffe://36/portal")) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
  CHECK(ReasonOf(call(&forged, "")) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
  CHECK(ReasonOf(call(nullptr, "spiffe://36/portal")) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
  // The server must be who it says, too.
  const auto elsewhere = stranger.Issue("portal", "URI:spiffe://36/portal");
  CHECK(ReasonOf(call(&elsewhere, "")) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
}

}  // namespace
}  // namespace onething::rpc::test
