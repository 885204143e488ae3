// Metrics: every metric of the suite, defined here and in metrics.cc and nowhere else;
// tests/golden/metrics.txt guards names, types, labels and help. One object a process, made in main
// and handed to who counts. It does not serve /metrics (libs/runtime does) and holds no state of a
// service: a gauge is set from the store by a probe or by a commit hook.
//
// Names: `onething_` area noun unit; `_total` for counters, base units (seconds, bytes). Label
// values are words of contracts and configuration, never ids, never personal data.

#ifndef ONETHING_LIBS_TELEMETRY_METRICS_H_
#define ONETHING_LIBS_TELEMETRY_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/collectable.h>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"
#include "libs/telemetry/metric_set.h"

namespace onething::telemetry {

// libs/rpc: calls as their callers see them, whatever the transport.
struct RpcMetrics {
  // {method, code}.
  Labelled<Counter> calls;
  // {method}.
  Labelled<Histogram> duration;
  Labelled<Gauge> in_flight;
  Labelled<Counter> request_bytes;
  Labelled<Counter> response_bytes;
  Labelled<Counter> replayed;
  Labelled<Counter> disk_reads;
  // Without labels.
  Gauge& message_bytes_max;
  Counter& request_rows_swept;
};

// One method's children of RpcMetrics, resolved once. Thread safe; a counter costs an atomic
// addition.
class MethodMetrics {
 public:
  MethodMetrics(const RpcMetrics& families, absl::string_view method);
  MethodMetrics(const MethodMetrics&) = delete;
  MethodMetrics& operator=(const MethodMetrics&) = delete;

  // A call has arrived. One Record follows.
  void Start() { in_flight_.Increment(); }

  // The call was answered with `code`, `micros` microseconds after it arrived.
  void Record(absl::StatusCode code, int64_t micros, size_t request_bytes, size_t response_bytes);

  // The answer was a stored one: the request had run before.
  void CountReplayed() { replayed_.Increment(); }

  // A query did not find all it needed in memory and ran again on the executor.
  void CountDiskRead() { disk_reads_.Increment(); }

 private:
  static constexpr size_t kCodeCount = 17;

  Counter& CallsWith(absl::StatusCode code);

  const Labelled<Counter> calls_;
  const std::string method_;
  Histogram& duration_;
  Gauge& in_flight_;
  Counter& request_bytes_;
  Counter& response_bytes_;
  Counter& replayed_;
  Counter& disk_reads_;
  // By code; null until the first call that ended so.
  std::array<std::atomic<Counter*>, kCodeCount> calls_by_code_ = {};
};

// libs/rpc: the bounded executor.
struct ExecutorMetrics {
  Gauge& queue_size;
  Gauge& queue_limit;
  Gauge& threads;
  Counter& refused;
  Histogram& wait;
  Histogram& run;
};

// libs/storage: the commit loop.
struct CommitMetrics {
  Histogram& group_commands;
  Histogram& group_bytes;
  Histogram& run;
  Histogram& sync;
  Gauge& queue_size;
  Gauge& queue_limit;
  Counter& refused;
  Gauge& last_time;
  Gauge& failed;

  // One group was made durable: its commands, the bytes it wrote, the microseconds of running and
  // of committing it.
  void RecordGroup(size_t commands, size_t bytes, int64_t run_us, int64_t commit_us) const;
};

// libs/storage: the engine.
struct StorageMetrics {
  Gauge& disk_bytes;
  Gauge& memory_bytes;
  Gauge& stalled;
  Gauge& schema_version;
  Counter& backups;
};

// libs/outbox.
struct OutboxMetrics {
  // {destination}.
  Labelled<Gauge> pending;
  Labelled<Gauge> dead;
  Labelled<Gauge> oldest_age;
  Labelled<Histogram> send;
  // {destination, result}; result is ok, retry or refused.
  Labelled<Counter> sends;
};

// libs/audit.
struct AuditMetrics {
  Gauge& rows;
};

// The process and its runtime.
struct ProcessMetrics {
  // {service, version, commit}; always 1.
  Labelled<Gauge> build;
  Gauge& resident_memory;
  Counter& cpu;
  Gauge& start_time;
  Gauge& threads;
  Gauge& open_files;
  Gauge& ready;
  Gauge& startup;
  // {result}; result is ok or refused.
  Labelled<Counter> config_reloads;
  Gauge& config_reload_failed;
  // {tick}.
  Labelled<Histogram> tick;
  // {tick, code}.
  Labelled<Counter> ticks;
};

// services/catalogue.
struct CatalogueMetrics {
  // {state}.
  Labelled<Gauge> items;
  Counter& versions_published;
};

// services/workflow.
struct WorkflowMetrics {
  // {state}.
  Labelled<Gauge> cases;
  // {outcome}.
  Labelled<Counter> cases_closed;
  Gauge& tasks_open;
  Gauge& tasks_overdue;
  // {decision}.
  Labelled<Counter> tasks_completed;
  // {colour}; yellow and red cards (黄牌、红牌) shown for late work.
  Labelled<Counter> cards;
  // {bundle}.
  Labelled<Histogram> case_duration;
};

// services/license.
struct LicenseMetrics {
  // {type}.
  Labelled<Counter> issued;
  // {verdict}.
  Labelled<Counter> verified;
  // {state}.
  Labelled<Counter> state_changes;
};

// services/relay.
struct RelayMetrics {
  // {peer, state}.
  Labelled<Gauge> transfers;
  // {peer}.
  Labelled<Counter> received;
  Labelled<Counter> duplicates;
  Labelled<Histogram> delivery;
};

// services/rating.
struct RatingMetrics {
  // {level}; 5 非常满意 … 1 非常不满意.
  Labelled<Counter> ratings;
  Counter& invitations;
  Gauge& rectifications_open;
  Gauge& rectifications_overdue;
};

// Owns all families. Constructed and given its probes before threads start; from then on thread
// safe. Outlives all that counts.
class Metrics final : public prometheus::Collectable {
 public:
  // Brings gauges up to date before they are read.
  using Probe = std::function<void()>;

  Metrics();
  ~Metrics() override;

  // The handle of `method`, named as on the wire without the leading slash:
  // `onething.catalogue.v1.Catalogue/GetItem`. Made when first asked for; lives as long as this.
  MethodMetrics* ForMethod(absl::string_view method);

  // Runs `probe` at each Collect, one after another, under a lock.
  void AddProbe(Probe probe);

  // Forgets every probe, so that what they look at may go away.
  void RemoveProbes();

  // Runs the probes, then reads every family that has children.
  std::vector<prometheus::MetricFamily> Collect() const override;

  // The same as text in the Prometheus exposition format.
  std::string CollectText() const;

  // Every family with its type, labels and help, in the order of their definition.
  const std::vector<Definition>& definitions() const { return set_.definitions(); }

 private:
  MetricSet set_;

  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<MethodMetrics>> methods_ ABSL_GUARDED_BY(mutex_);
  mutable Mutex probes_mutex_;
  std::vector<Probe> probes_ ABSL_GUARDED_BY(probes_mutex_);

 public:
  // Down here because they are made of set_.
  const RpcMetrics rpc;
  const ExecutorMetrics executor;
  const CommitMetrics commit;
  const StorageMetrics storage;
  const OutboxMetrics outbox;
  const AuditMetrics audit;
  const ProcessMetrics process;
  const CatalogueMetrics catalogue;
  const WorkflowMetrics workflow;
  const LicenseMetrics license;
  const RelayMetrics relay;
  const RatingMetrics rating;
};

}  // namespace onething::telemetry

#endif  // ONETHING_LIBS_TELEMETRY_METRICS_H_
