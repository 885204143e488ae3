// Host: all that a service is made of, but for sockets and signals — its store and commit loop,
// executor, router, outbox and pump, peers, ticks, checks, metrics and the Operations methods.
// RunService puts a host on a port; tests and the simulation make one with a disk in memory, a
// clock of their own and no threads, and step it. The same wiring function fills both.

#ifndef ONETHING_LIBS_RUNTIME_HOST_H_
#define ONETHING_LIBS_RUNTIME_HOST_H_

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/outbox/outbox.h"
#include "libs/outbox/pump.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/router.h"
#include "libs/runtime/backup.h"
#include "libs/runtime/operations.h"
#include "libs/runtime/peers.h"
#include "libs/runtime/settings.h"
#include "libs/runtime/ticker.h"
#include "libs/storage/store.h"
#include "libs/telemetry/metrics.h"
#include "onething/config/v1/server.pb.h"

namespace onething::runtime {

struct HostOptions {
  // The service, e.g. `catalogue`. With the province it owns the store: `catalogue/36`.
  std::string service;
  // The schema this build writes, and the way to it from older ones.
  uint64_t schema_version = 1;
  std::vector<storage::Migration> migrations;
  // Completed (rpc::CompleteServerConfig).
  config::v1::ServerConfig server;
  // Digest of the whole configuration, for diagnostics.
  std::string config_digest;
  // False: nothing has a thread; the owner calls RunPending and RunTicks.
  bool threaded = true;
  // The store is there instead of in server.data_dir; not owned.
  storage::MemoryDisk* memory_disk = nullptr;
  // Called once, on the committing thread, when a commit failed: the service must end.
  std::function<void()> on_failed;
};

// Lives from opening the store to closing it: Open, wire, Start, serve, Stop. Opened, wired,
// started and stopped by one thread; what it gives out says its own thread rule.
class Host {
 public:
  // Opens and recovers the store, creating what is missing. Errors as Store::Open; INVALID_ARGUMENT
  // for wrong callers. `channels` are the ways to the peers. `clock` outlives the host.
  static absl::StatusOr<std::unique_ptr<Host>> Open(HostOptions options, Channels channels,
                                                    const Clock* clock);

  // Stops, and ends what Make made, the last first.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // --- For wiring, before Start ---

  // An object that lives as long as the host; it may hold references to the host's parts and to
  // objects made before.
  template <class T, class... Args>
  T& Make(Args&&... args) {
    auto object = std::make_shared<T>(std::forward<Args>(args)...);
    objects_.push_back(object);
    return *object;
  }

  // What CheckStore runs under this name: reads its tables through the view, DATA_LOSS naming what
  // is wrong.
  void AddCheck(absl::string_view name, std::function<absl::Status(const storage::View&)> check);

  // A command that is posted again and again. What it writes is audited as `(tick <name>)`.
  void AddTick(absl::string_view name, absl::Duration interval,
               storage::CommitLoop::Command command);

  // Has the outbox sent through `sender`, which passes on to peers(), instead of by peers() itself:
  // for a service whose answers need work before the command that takes them. It outlives the host
  // or was made with Make.
  void SendThrough(outbox::Sender* sender);

  rpc::Router& router() { return *router_; }
  rpc::Executor& executor() { return *executor_; }
  outbox::Sender& peers() { return peers_; }
  outbox::Outbox& outbox() { return outbox_; }
  telemetry::Metrics& metrics() { return metrics_; }
  storage::Store& store() { return *store_; }
  const Clock& clock() const { return clock_; }

  // The way to a peer, for handlers that prepare. FAILED_PRECONDITION when server.peers does not
  // name it.
  absl::StatusOr<rpc::Channel*> Peer(absl::string_view name) const { return peers_.Find(name); }

  // --- For who runs it ---

  // Begins to send what is in the outbox. Nothing is added from here on.
  void Start();

  // Runs the ticks that are due at `now`; returns when the next is.
  absl::Time RunTicks(absl::Time now) { return ticker_.RunDue(now); }

  // Without threads: sends what is due in the outbox and runs what waits, until nothing is left
  // that can be done now. True when there was anything.
  bool RunPending();

  // Replaces the callers. INVALID_ARGUMENT, and the old ones stay, when there is a fault. Not
  // concurrently with itself.
  absl::Status ReplaceCallers(
      const google::protobuf::RepeatedPtrField<config::v1::CallerEntry>& entries,
      absl::string_view config_digest);

  // Ends pump, executor and loop, in this order, each finishing what it has begun. May be called
  // twice.
  void Stop();

  const HostOptions& options() const { return options_; }
  const Settings& settings() const { return settings_; }

 private:
  // Since Start, written by the commit loop.
  struct CommitCounts {
    std::atomic<int64_t> last_us = 0;
    std::atomic<uint64_t> groups = 0;
    std::atomic<uint64_t> commands = 0;
  };

  Host(HostOptions options, Channels channels, const Clock* clock, rpc::CallerDirectory callers);

  absl::Status OpenStore();
  void MakeParts();
  void RecordGroup(const storage::GroupReport& report);
  void Describe(ops::v1::Diagnostics* diagnostics) const;
  void AddProbe();
  void SampleOutbox(const storage::View& view, std::set<std::string>* known) const;

  // Constant after construction.
  const HostOptions options_;
  const Settings settings_;
  const Clock& clock_;

  mutable Mutex mutex_;
  std::string config_digest_ ABSL_GUARDED_BY(mutex_);
  absl::Time start_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();

  CommitCounts commits_;

  // Each needs those before it.
  telemetry::Metrics metrics_;
  rpc::CallerDirectory callers_;
  Peers peers_;
  outbox::Outbox outbox_;
  BackupDirectory backups_;
  Ticker ticker_;
  std::vector<StoreCheck> checks_;
  // Kept alive only; shared_ptr<void> because it remembers how to delete.
  std::vector<std::shared_ptr<void>> objects_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<rpc::Executor> executor_;
  std::unique_ptr<rpc::Router> router_;
  std::unique_ptr<Operations> operations_;
  std::unique_ptr<outbox::Pump> pump_;
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_HOST_H_
