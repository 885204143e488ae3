#include "libs/runtime/daemon.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/log.h"
#include "libs/base/status.h"

namespace onething::runtime {
namespace {

// How long callers are given to hear that the service is gone.
constexpr absl::Duration kAbandonGrace = absl::Seconds(1);

// Bounds of one sleep of the ticking thread. It looks at the clock this often, because the clock
// may be set.
constexpr int64_t kTickSleepMinMs = 1;
constexpr int64_t kTickSleepMaxMs = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(std::unique_ptr<Host> host,
                                                      const std::string& ports_file) {
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(host), ports_file));
  RETURN_IF_ERROR(daemon->ComeUp());
  return daemon;
}

Daemon::Daemon(std::unique_ptr<Host> host, const std::string& ports_file)
    : ports_file_(ports_file),
      own_ports_file_(absl::StrCat(host->options().server.data_dir(), "/ports.json")),
      host_(std::move(host)) {}

Daemon::~Daemon() { GoDown(absl::ZeroDuration()); }

absl::Status Daemon::ComeUp() {
  const config::v1::ServerConfig& config = host_->options().server;
  ports_.service = host_->options().service;
  ASSIGN_OR_RETURN(server_, rpc::Server::Start(config, &host_->router()));
  ports_.rpc = server_->port();
  if (!config.metrics_address().empty()) {
    ASSIGN_OR_RETURN(metrics_server_,
                     MetricsServer::Start(config.metrics_address(), &host_->metrics()));
    ports_.metrics = metrics_server_->port();
  }
  host_->Start();
  ticks_ = std::thread([this] { TickUntilStopped(); });
  server_->SetReady(true);
  host_->metrics().process.ready.Set(1);
  RETURN_IF_ERROR(WritePortsFile(own_ports_file_, ports_));
  return ports_file_.empty() ? absl::OkStatus() : WritePortsFile(ports_file_, ports_);
}

void Daemon::Drain(const std::function<void(absl::Duration)>& wait) {
  TurnAway();
  const Settings& settings = host_->settings();
  Log(LogLevel::kInfo, "draining", {{"delay_ms", absl::ToInt64Milliseconds(settings.drain_delay)}});
  wait(settings.drain_delay);
  GoDown(settings.drain_grace);
}

void Daemon::Abandon() { GoDown(kAbandonGrace); }

void Daemon::GoDown(absl::Duration grace) {
  if (server_ == nullptr) {
    return;
  }
  TurnAway();
  server_->Stop(grace);
  StopTicking();
  host_->Stop();
  metrics_server_.reset();
  server_.reset();
}

void Daemon::TurnAway() {
  server_->SetReady(false);
  host_->metrics().process.ready.Set(0);
  RemovePortsFile(own_ports_file_);
  if (!ports_file_.empty()) {
    RemovePortsFile(ports_file_);
  }
}

void Daemon::TickUntilStopped() {
  MutexLock lock(&mutex_);
  while (!stopping_) {
    mutex_.Unlock();
    const absl::Time now = host_->clock().Now();
    const absl::Duration rest = host_->RunTicks(now) - now;
    mutex_.Lock();
    if (!stopping_) {
      wake_.WaitFor(&mutex_, static_cast<int>(std::clamp(absl::ToInt64Milliseconds(rest),
                                                         kTickSleepMinMs, kTickSleepMaxMs)));
    }
  }
}

void Daemon::StopTicking() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (ticks_.joinable()) {
    ticks_.join();
  }
}

}  // namespace onething::runtime
