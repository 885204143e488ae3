#include "libs/runtime/flags.h"

#include <catch2/catch.hpp>

namespace onething::runtime {
namespace {

ParsedFlags Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "onething-catalogue");
  return ParseFlags("catalogue", static_cast<int>(arguments.size()), arguments.data());
}

TEST_CASE("all flags are read, --set as often as it is given") {
  const ParsedFlags parsed = Parse({"--config", "c.yaml", "--set", "a=1", "--data=/d", "--set",
                                    "b.c=[x, y]", "--listen", "127.0.0.1:0", "--metrics-listen",
                                    "127.0.0.1:1", "--ports-file", "p", "--check-config"});
  CHECK_FALSE(parsed.exit_code.has_value());
  const Flags& flags = parsed.flags;
  CHECK(flags.config_file == "c.yaml");
  CHECK(flags.overrides == std::vector<std::string>{"a=1", "b.c=[x, y]"});
  CHECK(flags.data_dir == "/d");
  CHECK(flags.listen_address == "127.0.0.1:0");
  CHECK(flags.metrics_address == "127.0.0.1:1");
  CHECK(flags.ports_file == "p");
  CHECK(flags.check_config);
}

TEST_CASE("wrong flags end with 2, --version and --help with 0") {
  CHECK(Parse({}).exit_code == 2);
  CHECK(Parse({"--config"}).exit_code == 2);
  CHECK(Parse({"--config", "c", "--wrong"}).exit_code == 2);
  CHECK(Parse({"--config", "c", "word"}).exit_code == 2);
  CHECK(Parse({"--version"}).exit_code == 0);
  CHECK(Parse({"--help"}).exit_code == 0);
}

}  // namespace
}  // namespace onething::runtime
