#include "libs/rpc/server_config.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "libs/base/error.h"

namespace onething::rpc {
namespace {

using config::v1::ServerConfig;

ServerConfig Minimal() {
  ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  config.set_data_dir("/data");
  config.set_province("36");
  config.set_development_plaintext(true);
  config.add_callers()->set_identity("portal");
  config.mutable_callers(0)->add_roles(options::v1::ROLE_PORTAL);
  return config;
}

TEST_CASE("a configuration that says the least gets the stated defaults") {
  const auto config = CompleteServerConfig(Minimal());
  INFO(config.status());
  REQUIRE(config.ok());
  CHECK(config->limits().message_bytes_max() == 4 * 1024 * 1024);
  CHECK(config->limits().command_queue_max() == 4096);
  CHECK(config->limits().group_commands_max() == 512);
  CHECK(config->limits().group_bytes_max() == 8 * 1024 * 1024);
  CHECK(config->limits().executor_threads() == 8);
  CHECK(config->limits().executor_queue_max() == 1024);
  CHECK(ToDuration(config->request_keep()) == absl::Hours(7 * 24));
  CHECK(ToDuration(config->drain_delay()) == absl::Seconds(3));
  CHECK(ToDuration(config->drain_grace()) == absl::Seconds(10));
  CHECK(ToDuration(config->slow_call()) == absl::Seconds(1));
  CHECK(config->log_level() == "info");
}

TEST_CASE("what is said is kept, also a duration of zero") {
  ServerConfig said = Minimal();
  said.mutable_limits()->set_executor_threads(3);
  said.mutable_drain_delay();
  said.set_log_level("debug");
  const auto config = CompleteServerConfig(said);
  REQUIRE(config.ok());
  CHECK(config->limits().executor_threads() == 3);
  CHECK(ToDuration(config->drain_delay()) == absl::ZeroDuration());
  CHECK(config->log_level() == "debug");
  CHECK(CompleteServerConfig(*config)->SerializeAsString() == config->SerializeAsString());
}

TEST_CASE("every fault of a configuration is named") {
  struct Row {
    void (*spoil)(ServerConfig*);
    const char* field;
  };
  const Row rows[] = {
      {[](ServerConfig* c) { c->clear_listen_address(); }, "listen_address"},
      {[](ServerConfig* c) { c->set_listen_address("localhost"); }, "listen_address"},
      {[](ServerConfig* c) { c->set_listen_address("localhost:70000"); }, "listen_address"},
      {[](ServerConfig* c) { c->set_listen_address("unix:/tmp/socket"); }, "listen_address"},
      {[](ServerConfig* c) { c->set_listen_address("::1:80"); }, "listen_address"},
      {[](ServerConfig* c) { c->set_listen_address("0.0.0.0:80"); }, "development_plaintext"},
      {[](ServerConfig* c) { c->set_metrics_address("9090"); }, "metrics_address"},
      {[](ServerConfig* c) { c->clear_data_dir(); }, "data_dir"},
      {[](ServerConfig* c) { c->clear_development_plaintext(); }, "tls"},
      {[](ServerConfig* c) {
         for (auto* file :
              {c->mutable_tls()->mutable_certificate(), c->mutable_tls()->mutable_private_key(),
               c->mutable_tls()->mutable_ca()}) {
           *file = "f.pem";
         }
       },
       "tls"},
      {[](ServerConfig* c) { c->mutable_tls()->set_ca("ca.pem"); }, "tls.certificate"},
      {[](ServerConfig* c) { c->mutable_limits()->set_message_bytes_max(17 << 20); },
       "limits.message_bytes_max"},
      {[](ServerConfig* c) { c->mutable_request_keep()->set_seconds(59); }, "request_keep"},
      {[](ServerConfig* c) { c->mutable_request_keep()->set_seconds(91 * 86400); }, "request_keep"},
      {[](ServerConfig* c) { c->mutable_drain_delay()->set_seconds(-1); }, "drain_delay"},
      {[](ServerConfig* c) { c->mutable_drain_grace()->set_seconds(301); }, "drain_grace"},
      {[](ServerConfig* c) { c->mutable_slow_call(); }, "slow_call"},
      {[](ServerConfig* c) { c->set_log_level("loud"); }, "log_level"},
      {[](ServerConfig* c) { c->clear_callers(); }, "callers"},
      {[](ServerConfig* c) { c->mutable_callers(0)->clear_roles(); }, "callers[0].roles"},
      {[](ServerConfig* c) { c->mutable_callers(0)->add_regions("99"); }, "callers[0].regions[0]"},
      {[](ServerConfig* c) { (*c->mutable_peers())["license"] = "nowhere"; },
       "peers[\"license\"]"},
  };
  for (const Row& row : rows) {
    INFO(row.field);
    ServerConfig config = Minimal();
    row.spoil(&config);
    const absl::Status status = CompleteServerConfig(config).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    const auto faults = ViolationsOf(status);
    REQUIRE(faults.has_value());
    CHECK(faults->field_violations(0).field() == row.field);
  }
}

TEST_CASE("loopback is this machine only") {
  for (const char* address : {"127.0.0.1:80", "127.1.2.3:0", "localhost:80", "[::1]:80"}) {
    INFO(address);
    CHECK(IsLoopback(address));
  }
  for (const char* address :
       {"0.0.0.0:80", "[::]:80", "10.0.0.1:80", "127.0.0.1", "127.evil.com:80", "127.0.0.1.a:80",
        "localhost.evil.com:80", "::1:80", "127.0.0.256:80", ":80", ""}) {
    INFO(address);
    CHECK_FALSE(IsLoopback(address));
  }
}

TEST_CASE("a file that cannot be read is named") {
  config::v1::TlsFiles files;
  files.set_certificate("/nowhere/cert.pem");
  const absl::Status status = ReadTlsFiles(files).status();
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(status.message(), "/nowhere/cert.pem"));
}

}  // namespace
}  // namespace onething::rpc
