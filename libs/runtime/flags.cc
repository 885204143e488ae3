#include "libs/runtime/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "libs/runtime/build_info.h"

namespace onething::runtime {
namespace {

constexpr int kUsageError = 2;

std::string VersionLine(absl::string_view program) {
  const std::string commit = BuildCommit();
  return absl::StrCat(program, " ", BuildVersion(),
                      commit.empty() ? "" : absl::StrCat(" (", commit, ")"));
}

}  // namespace

ParsedFlags ParseFlags(absl::string_view service, int argc, const char* const* argv) {
  ParsedFlags parsed;
  Flags& flags = parsed.flags;
  const std::string program = absl::StrCat("onething-", service);
  CLI::App app(absl::StrCat("The ", service, " service of the onething suite."), program);
  app.add_option("--config", flags.config_file, "Configuration in YAML")
      ->required()
      ->type_name("FILE");
  app.add_option("--set", flags.overrides,
                 "Replace one setting, e.g. server.drain_delay=0s; may be repeated")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->take_all();
  app.add_option("--data", flags.data_dir, "Replace server.data_dir")->type_name("DIR");
  app.add_option("--listen", flags.listen_address, "Replace server.listen_address")
      ->type_name("HOST:PORT");
  app.add_option("--metrics-listen", flags.metrics_address, "Replace server.metrics_address")
      ->type_name("HOST:PORT");
  app.add_option("--ports-file", flags.ports_file, "Where to write the ports that are listened on")
      ->type_name("FILE");
  app.add_flag("--check-config", flags.check_config, "Check the configuration and end");
  app.set_version_flag("--version", VersionLine(program));
  app.footer("SIGTERM ends the service after its calls; SIGHUP reads the configuration again.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : kUsageError;
  }
  return parsed;
}

}  // namespace onething::runtime
