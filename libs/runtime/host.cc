#include "libs/runtime/host.h"

#include <google/protobuf/util/time_util.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/audit/audit.h"
#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/rpc/request_log.h"
#include "libs/runtime/build_info.h"
#include "libs/telemetry/process_probe.h"

namespace onething::runtime {
namespace {

using google::protobuf::util::TimeUtil;

constexpr absl::Duration kSweepInterval = absl::Minutes(1);

std::string OwnerOf(const HostOptions& options) {
  return absl::StrCat(options.service, "/", options.server.province());
}

double Seconds(absl::Duration duration) { return absl::ToDoubleSeconds(duration); }

}  // namespace

absl::StatusOr<std::unique_ptr<Host>> Host::Open(HostOptions options, Channels channels,
                                                 const Clock* clock) {
  ASSIGN_OR_RETURN(rpc::CallerDirectory callers,
                   rpc::CallerDirectory::Create(options.server.callers()));
  std::unique_ptr<Host> host;
  host.reset(new Host(std::move(options), std::move(channels), clock, std::move(callers)));
  RETURN_IF_ERROR(host->OpenStore());
  host->MakeParts();
  return host;
}

Host::Host(HostOptions options, Channels channels, const Clock* clock, rpc::CallerDirectory callers)
    : options_(std::move(options)),
      settings_(SettingsOf(options_.server)),
      clock_(*clock),
      config_digest_(options_.config_digest),
      callers_(std::move(callers)),
      peers_(std::move(channels), &metrics_, clock),
      outbox_({.owner = OwnerOf(options_)}),
      backups_(options_.server.backup_dir()),
      ticker_(&metrics_) {}

Host::~Host() {
  Stop();
  pump_.reset();
  while (!objects_.empty()) {
    objects_.pop_back();
  }
}

absl::Status Host::OpenStore() {
  storage::StoreOptions store = {
      .engine = {.path = absl::StrCat(options_.server.data_dir(), "/store"),
                 .memory_disk = options_.memory_disk},
      .owner = OwnerOf(options_),
      .schema_version = options_.schema_version,
      .migrations = options_.migrations,
      .loop = settings_.loop,
  };
  store.loop.threaded = options_.threaded;
  store.loop.on_group = [this](const storage::GroupReport& report) { RecordGroup(report); };
  store.loop.on_fatal = [this](const absl::Status&) {
    metrics_.commit.failed.Set(1);
    if (options_.on_failed) {
      options_.on_failed();
    }
  };
  if (options_.memory_disk == nullptr) {
    std::error_code error;
    std::filesystem::create_directories(options_.server.data_dir(), error);
    if (error) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot create the data directory ", options_.server.data_dir(), ": ", error.message()));
    }
  }
  ASSIGN_OR_RETURN(store_, storage::Store::Open(std::move(store), &clock_));
  return absl::OkStatus();
}

void Host::MakeParts() {
  rpc::Executor::Options executor = settings_.executor;
  executor.metrics = &metrics_.executor;
  if (!options_.threaded) {
    executor.thread_count = 0;
  }
  executor_ = std::make_unique<rpc::Executor>(executor);
  router_ = std::make_unique<rpc::Router>(store_.get(), &callers_, executor_.get(), &metrics_,
                                          settings_.router);
  operations_ = std::make_unique<Operations>(Operations::Parts{
      .owner = store_->owner(),
      .schema_version = options_.schema_version,
      .engine = &store_->engine(),
      .outbox = &outbox_,
      .backups = &backups_,
      .checks = &checks_,
      .backups_made = &metrics_.storage.backups,
      .describe_process = [this](ops::v1::Diagnostics* diagnostics) { Describe(diagnostics); }});
  RegisterOperations(*router_, *operations_);
  SendThrough(&peers_);
  AddCheck("requests", rpc::CheckRequests);
  AddCheck("outbox", [this](const storage::View& view) { return outbox_.Check(view); });
  ticker_.Add("sweep_requests", kSweepInterval, [this](const Ticker::Done& done) {
    router_->SweepRequests();
    done(absl::OkStatus());
  });
  AddProbe();
}

void Host::SendThrough(outbox::Sender* sender) {
  // The one before ends first: an outbox has one listener.
  pump_.reset();
  pump_ = std::make_unique<outbox::Pump>(&outbox_, &store_->engine(), &store_->loop(), &clock_,
                                         sender, outbox::Pump::Options());
}

void Host::AddCheck(absl::string_view name,
                    std::function<absl::Status(const storage::View&)> check) {
  checks_.push_back({std::string(name), std::move(check)});
}

void Host::AddTick(absl::string_view name, absl::Duration interval,
                   storage::CommitLoop::Command command) {
  // Shared because every run of the tick posts it again.
  const auto audited = std::make_shared<const storage::CommitLoop::Command>(
      [command = std::move(command), owner = store_->owner(),
       method = absl::StrCat("(tick ", name, ")")](storage::Txn& txn) -> absl::Status {
        RETURN_IF_ERROR(command(txn));
        if (txn.bytes_written() > 0) {
          audit::Append(txn, {.method = method, .caller = owner, .outcome = "done"});
        }
        return absl::OkStatus();
      });
  ticker_.Add(name, interval, [this, audited](const Ticker::Done& done) {
    const absl::Status posted = store_->loop().Post(*audited, done);
    if (!posted.ok()) {
      done(posted);
    }
  });
}

void Host::Start() {
  {
    MutexLock lock(&mutex_);
    CHECK(start_time_ == absl::InfinitePast());
    start_time_ = clock_.Now();
  }
  if (options_.threaded) {
    pump_->Start();
  }
}

bool Host::RunPending() {
  CHECK(!options_.threaded);
  bool ran = false;
  bool again = true;
  while (again) {
    again = router_->RunPending();
    again = pump_->Step(clock_.Now()) || again;
    ran = ran || again;
  }
  return ran;
}

absl::Status Host::ReplaceCallers(
    const google::protobuf::RepeatedPtrField<config::v1::CallerEntry>& entries,
    absl::string_view config_digest) {
  RETURN_IF_ERROR(callers_.Replace(entries));
  MutexLock lock(&mutex_);
  config_digest_ = std::string(config_digest);
  return absl::OkStatus();
}

void Host::Stop() {
  metrics_.RemoveProbes();
  if (pump_ != nullptr) {
    pump_->Stop();
  }
  if (executor_ != nullptr) {
    executor_->Stop();
  }
  if (store_ != nullptr) {
    store_->loop().Stop();
  }
}

void Host::RecordGroup(const storage::GroupReport& report) {
  metrics_.commit.RecordGroup(report.commands, report.bytes, report.run_us, report.commit_us);
  commits_.last_us = absl::ToUnixMicros(clock_.Now());
  commits_.commands += report.commands;
  ++commits_.groups;
}

void Host::Describe(ops::v1::Diagnostics* diagnostics) const {
  diagnostics->set_service(options_.service);
  diagnostics->set_version(BuildVersion());
  diagnostics->set_commit(BuildCommit());
  {
    MutexLock lock(&mutex_);
    diagnostics->set_config_digest(config_digest_);
    if (start_time_ != absl::InfinitePast()) {
      *diagnostics->mutable_start_time() =
          TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(start_time_));
      *diagnostics->mutable_uptime() =
          TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(clock_.Now() - start_time_));
    }
  }
  diagnostics->set_command_queue_size(store_->loop().queue_size());
  diagnostics->set_command_queue_max(settings_.loop.queue_max);
  diagnostics->set_executor_queue_size(executor_->queue_size());
  diagnostics->set_executor_queue_max(settings_.executor.queue_max);
  diagnostics->set_group_count(commits_.groups);
  diagnostics->set_command_count(commits_.commands);
  if (commits_.groups > 0) {
    *diagnostics->mutable_last_commit_time() = TimeUtil::MicrosecondsToTimestamp(commits_.last_us);
  }
  diagnostics->set_resident_bytes(telemetry::ResidentBytes());
}

// One probe, so that all that is read together is of one snapshot.
void Host::AddProbe() {
  metrics_.rpc.message_bytes_max.Set(options_.server.limits().message_bytes_max());
  metrics_.commit.queue_limit.Set(static_cast<double>(settings_.loop.queue_max));
  metrics_.storage.schema_version.Set(static_cast<double>(options_.schema_version));
  metrics_.process.build.With({options_.service, BuildVersion(), BuildCommit()}).Set(1);
  metrics_.AddProbe([this, known = std::set<std::string>()]() mutable {
    telemetry::SampleProcess(metrics_.process);
    metrics_.commit.queue_size.Set(static_cast<double>(store_->loop().queue_size()));
    metrics_.executor.queue_size.Set(static_cast<double>(executor_->queue_size()));
    const storage::EngineStats stats = store_->engine().Stats();
    metrics_.storage.disk_bytes.Set(static_cast<double>(stats.disk_bytes));
    metrics_.storage.memory_bytes.Set(static_cast<double>(stats.memory_bytes));
    metrics_.storage.stalled.Set(static_cast<double>(stats.write_stalls));
    const auto snapshot = store_->engine().TakeSnapshot();
    const storage::View view(*snapshot, clock_.Now());
    metrics_.audit.rows.Set(static_cast<double>(audit::HeadOf(view).sequence()));
    SampleOutbox(view, &known);
  });
}

// A destination whose last entry has gone is no longer among the stats; its gauges go to zero.
void Host::SampleOutbox(const storage::View& view, std::set<std::string>* known) const {
  std::set<std::string> empty = *known;
  for (const outbox::DestinationStats& stats : outbox_.Stats(view)) {
    known->insert(stats.destination);
    empty.erase(stats.destination);
    metrics_.outbox.pending.With({stats.destination}).Set(static_cast<double>(stats.pending));
    metrics_.outbox.dead.With({stats.destination}).Set(static_cast<double>(stats.dead));
    metrics_.outbox.oldest_age.With({stats.destination})
        .Set(stats.oldest_pending_time.has_value()
                 ? Seconds(view.now() - *stats.oldest_pending_time)
                 : 0);
  }
  for (const std::string& destination : empty) {
    metrics_.outbox.pending.With({destination}).Set(0);
    metrics_.outbox.dead.With({destination}).Set(0);
    metrics_.outbox.oldest_age.With({destination}).Set(0);
  }
}

}  // namespace onething::runtime
