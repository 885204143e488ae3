// The flags that every service understands. Parsed by CLI11; what they mean is in load_config.h and
// run_service.h.

#ifndef ONETHING_LIBS_RUNTIME_FLAGS_H_
#define ONETHING_LIBS_RUNTIME_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace onething::runtime {

// What the command line said; empty where it said nothing.
struct Flags {
  // YAML file of the service's configuration message.
  std::string config_file;
  // `path=value`, in the order given; each replaces what the file says.
  std::vector<std::string> overrides;
  // Replace server.data_dir, server.listen_address, server.metrics_address, after `overrides`.
  std::string data_dir;
  std::string listen_address;
  std::string metrics_address;
  // Where to write the ports besides the data directory.
  std::string ports_file;
  // Check the configuration and end.
  bool check_config = false;
};

// Flags, or, when the process is to end at once, with which code: 0 after --help and --version, 2
// for flags that are wrong. What is to be read by a person has been printed.
struct ParsedFlags {
  Flags flags;
  std::optional<int> exit_code;
};

// Reads the command line of the service `service`.
ParsedFlags ParseFlags(absl::string_view service, int argc, const char* const* argv);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_FLAGS_H_
