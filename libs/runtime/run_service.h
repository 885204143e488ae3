// RunService: what every service's main calls. It reads flags and configuration, opens the store,
// lets the service wire its parts into the host, puts the host on its ports, waits for signals and
// goes down in order.
//
//   int main(int argc, char** argv) {
//     return runtime::RunService<config::v1::CatalogueConfig>(
//         argc, argv, {.name = "catalogue", .schema_version = 1, .wire = Wire});
//   }
//
// SIGTERM and SIGINT drain, a second one does without the delay. SIGHUP reads the configuration
// again and takes callers and log level from it; a faulty file changes nothing but a metric.

#ifndef ONETHING_LIBS_RUNTIME_RUN_SERVICE_H_
#define ONETHING_LIBS_RUNTIME_RUN_SERVICE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/runtime/daemon.h"
#include "libs/runtime/host.h"
#include "libs/storage/store.h"

namespace onething::runtime {

// How a process ends.
enum ExitCode : int {
  kExitOk = 0,
  // Could not start: configuration, store or address.
  kExitRefused = 1,
  // Flags that are wrong.
  kExitUsage = 2,
  // A commit failed: what was acknowledged is safe, the process must be started again.
  kExitStoreFailed = 70,
};

// A service whose configuration message is `Config`, which has a field `server` of type
// config::v1::ServerConfig.
template <class Config>
struct ServiceDefinition {
  // One word in lower case, e.g. `catalogue`.
  std::string name;
  // Of the store: what this build writes, and the way to it from older ones.
  uint64_t schema_version = 1;
  std::vector<storage::Migration> migrations;
  // Makes the service's objects with host.Make and registers methods, answers of the outbox, checks
  // and ticks. An error keeps the service from starting.
  std::function<absl::Status(const Config& config, Host& host)> wire;
  // Called when the service answers and is ready; may be empty. For tests.
  std::function<void(Daemon& daemon)> on_ready;
};

// The same for any configuration; `config` is an empty message of its type.
struct AnyServiceDefinition {
  std::string name;
  uint64_t schema_version;
  std::vector<storage::Migration> migrations;
  const google::protobuf::Message* config;
  std::function<absl::Status(const google::protobuf::Message&, Host&)> wire;
  std::function<void(Daemon&)> on_ready;
};

// Runs until a signal ends it; the result is the process's ExitCode. Called once, from main, before
// any thread is started.
int RunAnyService(int argc, const char* const* argv, const AnyServiceDefinition& definition);

template <class Config>
int RunService(int argc, const char* const* argv, const ServiceDefinition<Config>& definition) {
  return RunAnyService(argc, argv,
                       {.name = definition.name,
                        .schema_version = definition.schema_version,
                        .migrations = definition.migrations,
                        .config = &Config::default_instance(),
                        .wire =
                            [&](const google::protobuf::Message& config, Host& host) {
                              return definition.wire(static_cast<const Config&>(config), host);
                            },
                        .on_ready = definition.on_ready});
}

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_RUN_SERVICE_H_
