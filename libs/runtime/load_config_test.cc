#include "libs/runtime/load_config.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/rpc/server_config.h"
#include "libs/runtime/test_counter.h"
#include "onething/testing/v1/counter.pb.h"

namespace onething::runtime {
namespace {

using test::ConfigText;
using test::TempFolder;
using testing::v1::CounterConfig;

TEST_CASE("flags win over --set, --set over the file, the file over defaults") {
  const TempFolder folder;
  Flags flags = {.config_file = folder.Write("c.yaml", ConfigText(folder, "start_value: 7\n"))};
  CounterConfig config;
  REQUIRE(LoadConfig(flags, &config).ok());
  CHECK(config.start_value() == 7);
  CHECK(config.server().listen_address() == "127.0.0.1:0");
  CHECK(config.server().limits().executor_threads() == 8);
  CHECK(rpc::ToDuration(config.server().drain_grace()) == absl::Seconds(10));

  flags.overrides = {"start_value=8", "server.listen_address=127.0.0.1:1", "start_value=9",
                     "server.limits.executor_threads=2"};
  REQUIRE(LoadConfig(flags, &config).ok());
  CHECK(config.start_value() == 9);
  CHECK(config.server().listen_address() == "127.0.0.1:1");
  CHECK(config.server().limits().executor_threads() == 2);

  flags.listen_address = "127.0.0.1:2";
  flags.metrics_address = "127.0.0.1:3";
  flags.data_dir = "/elsewhere";
  REQUIRE(LoadConfig(flags, &config).ok());
  CHECK(config.server().listen_address() == "127.0.0.1:2");
  CHECK(config.server().metrics_address() == "127.0.0.1:3");
  CHECK(config.server().data_dir() == "/elsewhere");
}

TEST_CASE("every fault of a configuration is told, with its place") {
  const TempFolder folder;
  const std::string file = folder.Write("c.yaml",
                                        "start_value: 101\n"
                                        "server:\n"
                                        "  listen_address: 127.0.0.1:0\n"
                                        "  data_dir: /d\n"
                                        "  province: abc\n"
                                        "  development_plaintext: true\n"
                                        "  drain_delay: 6m\n"
                                        "  callers: [{identity: a, roles: [portal]}]\n"
                                        "  peers:\n"
                                        "    relay.33: nowhere\n");
  CounterConfig config;
  const absl::Status status = LoadConfig({.config_file = file}, &config);
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  INFO(message);
  for (const char* says :
       {"c.yaml:1:14: 错误：start_value：", "c.yaml:5:13: 错误：server.province：",
        "c.yaml:7:16: 错误：server.drain_delay：",
        "c.yaml:10:15: 错误：server.peers[\"relay.33\"]："}) {
    INFO(says);
    CHECK(absl::StrContains(message, says));
  }
  CHECK(std::count(message.begin(), message.end(), '\n') == 3);
}

TEST_CASE("a file that is not there, is no YAML, or names wrong callers is refused") {
  const TempFolder folder;
  CounterConfig config;
  CHECK(LoadConfig({.config_file = folder.path("none.yaml")}, &config).code() ==
        absl::StatusCode::kNotFound);
  CHECK(LoadConfig({.config_file = folder.Write("a.yaml", "server: [")}, &config).code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(LoadConfig({.config_file = folder.Write("b.yaml", "")}, &config).code() ==
        absl::StatusCode::kInvalidArgument);
  const std::string twice = folder.Write(
      "d.yaml", absl::StrCat(ConfigText(folder, "    - {identity: tester, roles: [any]}\n")));
  CHECK(LoadConfig({.config_file = twice}, &config).code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("the digest is that of the settings, not of the file") {
  const TempFolder folder;
  CounterConfig config;
  CounterConfig same;
  CounterConfig other;
  REQUIRE(
      LoadConfig({.config_file = folder.Write("a.yaml", ConfigText(folder, "start_value: 7\n"))},
                 &config)
          .ok());
  REQUIRE(LoadConfig({.config_file = folder.Write(
                          "b.yaml", "# A remark.\nstart_value: 7\n" + ConfigText(folder))},
                     &same)
              .ok());
  REQUIRE(LoadConfig({.config_file = folder.path("b.yaml"), .overrides = {"start_value=8"}}, &other)
              .ok());
  CHECK(ConfigDigest(config) == ConfigDigest(same));
  CHECK(ConfigDigest(config) != ConfigDigest(other));
  CHECK(ConfigDigest(config).size() == 64);
}

}  // namespace
}  // namespace onething::runtime
