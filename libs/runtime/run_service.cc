#include "libs/runtime/run_service.h"

#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/base/log.h"
#include "libs/base/memory.h"
#include "libs/base/status.h"
#include "libs/rpc/process_setup.h"
#include "libs/runtime/build_info.h"
#include "libs/runtime/flags.h"
#include "libs/runtime/load_config.h"
#include "libs/runtime/signals.h"

namespace onething::runtime {
namespace {

using google::protobuf::Message;

// One run of a service, from its flags to its end.
class Run {
 public:
  Run(const AnyServiceDefinition& definition, Flags flags)
      : definition_(definition), flags_(std::move(flags)), config_(definition.config->New()) {}

  int ToItsEnd() {
    if (const absl::Status status = LoadConfig(flags_, config_.get()); !status.ok()) {
      std::cerr << status.message() << std::endl;
      return kExitRefused;
    }
    if (flags_.check_config) {
      std::cout << flags_.config_file << ": ok" << std::endl;
      return kExitOk;
    }
    if (const absl::Status status = Start(); !status.ok()) {
      Log(LogLevel::kError, "cannot start", {{"error", status.message()}});
      return kExitRefused;
    }
    const int exit_code = Serve();
    daemon_.reset();
    Log(LogLevel::kInfo, "stopped", {{"exit_code", exit_code}});
    FlushLog();
    return exit_code;
  }

 private:
  absl::Status Start() {
    const config::v1::ServerConfig& server = ServerConfigOf(*config_);
    SetLogLevel(SettingsOf(server).log_level);
    clock_.emplace(absl::Seconds(server.development_clock_offset_seconds()));
    ASSIGN_OR_RETURN(Channels channels, OpenChannels(server));
    ASSIGN_OR_RETURN(std::unique_ptr<Host> host,
                     Host::Open({.service = definition_.name,
                                 .schema_version = definition_.schema_version,
                                 .migrations = definition_.migrations,
                                 .server = server,
                                 .config_digest = ConfigDigest(*config_),
                                 .on_failed = [this] { signals_.Fail(); }},
                                std::move(channels), &*clock_));
    RETURN_IF_ERROR(definition_.wire(*config_, *host));
    ASSIGN_OR_RETURN(daemon_, Daemon::Start(std::move(host), flags_.ports_file));
    const int64_t startup_us = SteadyMicros() - start_us_;
    ReturnFreeMemory();
    daemon_->host().metrics().process.startup.Set(static_cast<double>(startup_us) / 1e6);
    Log(LogLevel::kInfo, "ready",
        {{"version", BuildVersion()},
         {"commit", BuildCommit()},
         {"rpc_port", daemon_->ports().rpc},
         {"metrics_port", daemon_->ports().metrics},
         {"startup_ms", startup_us / 1000}});
    return absl::OkStatus();
  }

  int Serve() {
    if (definition_.on_ready) {
      definition_.on_ready(*daemon_);
    }
    SignalEvent event = signals_.Wait();
    while (event == SignalEvent::kReload) {
      Reload();
      event = signals_.Wait();
    }
    if (event == SignalEvent::kStop) {
      daemon_->Drain([this](absl::Duration delay) { WaitOut(delay); });
    }
    if (signals_.failed()) {
      daemon_->Abandon();
      return kExitStoreFailed;
    }
    return kExitOk;
  }

  // Sleeps until `delay` has passed or a second signal to stop comes.
  void WaitOut(absl::Duration delay) {
    const absl::Time end = clock_->Now() + delay;
    while (signals_.Wait(end - clock_->Now()) == SignalEvent::kReload) {
    }
  }

  // Takes callers and log level; says so when more has changed, which takes a start.
  void Reload() {
    const absl::Status status = TryReload();
    const telemetry::ProcessMetrics& metrics = daemon_->host().metrics().process;
    metrics.config_reloads.With({status.ok() ? "ok" : "refused"}).Increment();
    metrics.config_reload_failed.Set(status.ok() ? 0 : 1);
    if (!status.ok()) {
      Log(LogLevel::kError, "configuration refused, the one before stays",
          {{"error", status.message()}});
    }
  }

  absl::Status TryReload() {
    const std::unique_ptr<Message> loaded(config_->New());
    RETURN_IF_ERROR(LoadConfig(flags_, loaded.get()));
    const std::unique_ptr<Message> next(config_->New());
    next->CopyFrom(*config_);
    const config::v1::ServerConfig& from = ServerConfigOf(*loaded);
    config::v1::ServerConfig* server = MutableServerConfigOf(next.get());
    *server->mutable_callers() = from.callers();
    server->set_log_level(from.log_level());
    const std::string digest = ConfigDigest(*next);
    RETURN_IF_ERROR(daemon_->host().ReplaceCallers(server->callers(), digest));
    SetLogLevel(SettingsOf(*server).log_level);
    config_->CopyFrom(*next);
    Log(LogLevel::kInfo, "configuration reloaded",
        {{"digest", digest},
         {"restart_needed", digest == ConfigDigest(*loaded) ? "no" : "for other changes"}});
    return absl::OkStatus();
  }

  const int64_t start_us_ = SteadyMicros();
  const AnyServiceDefinition& definition_;
  const Flags flags_;
  std::optional<SystemClock> clock_;
  Signals signals_;
  const std::unique_ptr<Message> config_;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace

int RunAnyService(int argc, const char* const* argv, const AnyServiceDefinition& definition) {
  ParsedFlags parsed = ParseFlags(definition.name, argc, argv);
  if (parsed.exit_code.has_value()) {
    return *parsed.exit_code;
  }
  rpc::SetUpProcess();
  InitLogging(definition.name, LogLevel::kInfo);
  return Run(definition, std::move(parsed.flags)).ToItsEnd();
}

}  // namespace onething::runtime
