#include "libs/telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <utility>

namespace onething::telemetry {
namespace {

constexpr double kMicrosPerSecond = 1e6;

// From a read served from memory to a call that waited for a peer.
const Buckets kCallSeconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                              0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
const Buckets kWorkSeconds = {0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                              0.01,    0.025,  0.05,    0.1,    0.5,   1,      5};
const Buckets kDeliverySeconds = {0.01, 0.05, 0.1,  0.5,  1,     5,    30,
                                  60,   300,  1800, 3600, 21600, 86400};
const Buckets kCaseSeconds = {1, 60, 600, 3600, 21600, 86400, 259200, 604800, 1209600, 2592000};
const Buckets kGroupCommands = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
const Buckets kGroupBytes = {256,       1 << 10, 4 << 10, 16 << 10, 64 << 10,
                             256 << 10, 1 << 20, 4 << 20, 8 << 20};

RpcMetrics NewRpcMetrics(MetricSet& set) {
  return {
      .calls = set.NewCounters("onething_rpc_calls_total", {"method", "code"},
                               "Calls answered, by method and status code."),
      .duration = set.NewHistograms("onething_rpc_duration_seconds", {"method"}, kCallSeconds,
                                    "Time from a call's arrival to its answer."),
      .in_flight = set.NewGauges("onething_rpc_in_flight", {"method"},
                                 "Calls that have arrived and are not answered."),
      .request_bytes = set.NewCounters("onething_rpc_request_bytes_total", {"method"},
                                       "Bytes of request messages."),
      .response_bytes = set.NewCounters("onething_rpc_response_bytes_total", {"method"},
                                        "Bytes of response messages."),
      .replayed = set.NewCounters("onething_rpc_replayed_total", {"method"},
                                  "Repeated requests answered with the stored response."),
      .disk_reads = set.NewCounters("onething_rpc_disk_reads_total", {"method"},
                                    "Queries that ran again on the executor to read from disk."),
      .message_bytes_max =
          set.NewGauge("onething_rpc_message_bytes_max", "Largest message that is accepted."),
      .request_rows_swept = set.NewCounter("onething_rpc_request_rows_swept_total",
                                           "Rows of old request ids removed."),
  };
}

ExecutorMetrics NewExecutorMetrics(MetricSet& set) {
  return {
      .queue_size = set.NewGauge("onething_executor_queue_size", "Pieces of work that wait."),
      .queue_limit = set.NewGauge("onething_executor_queue_limit",
                                  "Pieces of work that may wait; one more is refused."),
      .threads = set.NewGauge("onething_executor_threads", "Threads that work."),
      .refused = set.NewCounter("onething_executor_refused_total",
                                "Pieces of work refused because the queue was full."),
      .wait = set.NewHistogram("onething_executor_wait_seconds", kWorkSeconds,
                               "Time that work waited for a thread."),
      .run = set.NewHistogram("onething_executor_run_seconds", kWorkSeconds,
                              "Time that work held a thread."),
  };
}

CommitMetrics NewCommitMetrics(MetricSet& set) {
  return {
      .group_commands = set.NewHistogram("onething_commit_group_commands", kGroupCommands,
                                         "Commands made durable together."),
      .group_bytes = set.NewHistogram("onething_commit_group_bytes", kGroupBytes,
                                      "Bytes of keys and values written by one group."),
      .run = set.NewHistogram("onething_commit_run_seconds", kWorkSeconds,
                              "Time of running the commands of one group."),
      .sync = set.NewHistogram("onething_commit_sync_seconds", kWorkSeconds,
                               "Time of making one group durable."),
      .queue_size = set.NewGauge("onething_commit_queue_size", "Commands that wait."),
      .queue_limit = set.NewGauge("onething_commit_queue_limit",
                                  "Commands that may wait; one more is refused."),
      .refused = set.NewCounter("onething_commit_refused_total",
                                "Commands refused because the queue was full."),
      .last_time = set.NewGauge("onething_commit_last_timestamp_seconds",
                                "Machine time of the last durable group, 0 before the first."),
      .failed = set.NewGauge("onething_commit_failed",
                             "1 once a commit has failed and the service is stopping."),
  };
}

StorageMetrics NewStorageMetrics(MetricSet& set) {
  return {
      .disk_bytes =
          set.NewGauge("onething_storage_disk_bytes", "Bytes of the store's table files."),
      .memory_bytes = set.NewGauge("onething_storage_memory_bytes",
                                   "Bytes of the store's write buffers and block cache."),
      .stalled = set.NewGauge("onething_storage_stalled",
                              "1 while the store holds writes back to catch up."),
      .schema_version =
          set.NewGauge("onething_storage_schema_version", "Schema version of the store."),
      .backups = set.NewCounter("onething_storage_backups_total", "Backups completed."),
  };
}

OutboxMetrics NewOutboxMetrics(MetricSet& set) {
  return {
      .pending = set.NewGauges("onething_outbox_pending", {"destination"},
                               "Entries that are still to be delivered."),
      .dead = set.NewGauges("onething_outbox_dead", {"destination"},
                            "Dead letters: entries given up until an operator acts."),
      .oldest_age = set.NewGauges("onething_outbox_oldest_age_seconds", {"destination"},
                                  "Age of the oldest entry that is still to be delivered."),
      .send = set.NewHistograms("onething_outbox_send_seconds", {"destination"}, kCallSeconds,
                                "Time of one attempt to deliver."),
      .sends = set.NewCounters("onething_outbox_sends_total", {"destination", "result"},
                               "Attempts to deliver; result is ok, retry or refused."),
  };
}

AuditMetrics NewAuditMetrics(MetricSet& set) {
  return {.rows = set.NewGauge("onething_audit_rows", "Rows of the audit chain.")};
}

ProcessMetrics NewProcessMetrics(MetricSet& set) {
  return {
      .build = set.NewGauges("onething_build_info", {"service", "version", "commit"},
                             "Which build runs; always 1."),
      .resident_memory =
          set.NewGauge("onething_process_resident_memory_bytes", "Memory that the process holds."),
      .cpu = set.NewCounter("onething_process_cpu_seconds_total",
                            "Processor time that the process has used."),
      .start_time = set.NewGauge("onething_process_start_time_seconds",
                                 "When the process started, since 1970."),
      .threads = set.NewGauge("onething_process_threads", "Threads of the process."),
      .open_files =
          set.NewGauge("onething_process_open_files", "File descriptors that the process holds."),
      .ready = set.NewGauge("onething_process_ready", "1 while the service is ready for calls."),
      .startup = set.NewGauge("onething_process_startup_seconds",
                              "Time from the start of main to readiness."),
      .config_reloads = set.NewCounters("onething_config_reloads_total", {"result"},
                                        "Reloads of the configuration; result is ok or refused."),
      .config_reload_failed = set.NewGauge(
          "onething_config_reload_failed",
          "1 when the last reload was refused and the configuration before it is in force."),
      .tick = set.NewHistograms("onething_tick_seconds", {"tick"}, kWorkSeconds,
                                "Time from posting a periodic command to its end."),
      .ticks = set.NewCounters("onething_ticks_total", {"tick", "code"},
                               "Periodic commands run, by status code."),
  };
}

CatalogueMetrics NewCatalogueMetrics(MetricSet& set) {
  return {
      .items = set.NewGauges("onething_catalogue_items", {"state"}, "Items, by state."),
      .versions_published =
          set.NewCounter("onething_catalogue_versions_published_total", "Item versions published."),
  };
}

WorkflowMetrics NewWorkflowMetrics(MetricSet& set) {
  return {
      .cases = set.NewGauges("onething_workflow_cases", {"state"}, "Cases, by state."),
      .cases_closed = set.NewCounters("onething_workflow_cases_closed_total", {"outcome"},
                                      "Cases closed, by outcome."),
      .tasks_open = set.NewGauge("onething_workflow_tasks_open", "Tasks that are not done."),
      .tasks_overdue =
          set.NewGauge("onething_workflow_tasks_overdue", "Open tasks whose due time has passed."),
      .tasks_completed = set.NewCounters("onething_workflow_tasks_completed_total", {"decision"},
                                         "Tasks completed, by decision."),
      .cards = set.NewCounters("onething_workflow_cards_total", {"colour"},
                               "Supervision cards shown for late work, yellow or red."),
      .case_duration = set.NewHistograms("onething_workflow_case_duration_seconds", {"bundle"},
                                         kCaseSeconds, "Time from submission to closing."),
  };
}

LicenseMetrics NewLicenseMetrics(MetricSet& set) {
  return {
      .issued = set.NewCounters("onething_license_issued_total", {"type"},
                                "Licences issued, by licence type."),
      .verified = set.NewCounters("onething_license_verified_total", {"verdict"},
                                  "Verifications, by verdict."),
      .state_changes = set.NewCounters("onething_license_state_changes_total", {"state"},
                                       "Licences that came into a state."),
  };
}

RelayMetrics NewRelayMetrics(MetricSet& set) {
  return {
      .transfers = set.NewGauges("onething_relay_transfers", {"peer", "state"},
                                 "Transfers to a peer, by state."),
      .received = set.NewCounters("onething_relay_received_total", {"peer"},
                                  "Messages accepted from a peer."),
      .duplicates = set.NewCounters("onething_relay_duplicates_total", {"peer"},
                                    "Messages from a peer that had come before."),
      .delivery = set.NewHistograms("onething_relay_delivery_seconds", {"peer"}, kDeliverySeconds,
                                    "Time from accepting a transfer to the peer's receipt."),
  };
}

RatingMetrics NewRatingMetrics(MetricSet& set) {
  return {
      .ratings = set.NewCounters("onething_rating_ratings_total", {"level"},
                                 "Ratings, by level from 5 (very satisfied) to 1."),
      .invitations = set.NewCounter("onething_rating_invitations_total",
                                    "Invitations to rate a service of a case."),
      .rectifications_open = set.NewGauge("onething_rating_rectifications_open",
                                          "Rectifications that are not closed."),
      .rectifications_overdue = set.NewGauge("onething_rating_rectifications_overdue",
                                             "Open rectifications whose due time has passed."),
  };
}

}  // namespace

MethodMetrics::MethodMetrics(const RpcMetrics& families, absl::string_view method)
    : calls_(families.calls),
      method_(method),
      duration_(families.duration.With({method})),
      in_flight_(families.in_flight.With({method})),
      request_bytes_(families.request_bytes.With({method})),
      response_bytes_(families.response_bytes.With({method})),
      replayed_(families.replayed.With({method})),
      disk_reads_(families.disk_reads.With({method})) {
  CallsWith(absl::StatusCode::kOk);
}

void MethodMetrics::Record(absl::StatusCode code, int64_t micros, size_t request_bytes,
                           size_t response_bytes) {
  CallsWith(code).Increment();
  duration_.Observe(static_cast<double>(micros) / kMicrosPerSecond);
  request_bytes_.Increment(static_cast<double>(request_bytes));
  response_bytes_.Increment(static_cast<double>(response_bytes));
  in_flight_.Decrement();
}

// Two threads may both find null: With gives both the same child.
Counter& MethodMetrics::CallsWith(absl::StatusCode code) {
  if (static_cast<size_t>(code) >= kCodeCount) {
    code = absl::StatusCode::kUnknown;
  }
  std::atomic<Counter*>& slot = calls_by_code_[static_cast<size_t>(code)];
  Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &calls_.With({method_, absl::StatusCodeToString(code)});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

void CommitMetrics::RecordGroup(size_t commands, size_t bytes, int64_t run_us,
                                int64_t commit_us) const {
  group_commands.Observe(static_cast<double>(commands));
  group_bytes.Observe(static_cast<double>(bytes));
  run.Observe(static_cast<double>(run_us) / kMicrosPerSecond);
  sync.Observe(static_cast<double>(commit_us) / kMicrosPerSecond);
  last_time.SetToCurrentTime();
}

Metrics::Metrics()
    : rpc(NewRpcMetrics(set_)),
      executor(NewExecutorMetrics(set_)),
      commit(NewCommitMetrics(set_)),
      storage(NewStorageMetrics(set_)),
      outbox(NewOutboxMetrics(set_)),
      audit(NewAuditMetrics(set_)),
      process(NewProcessMetrics(set_)),
      catalogue(NewCatalogueMetrics(set_)),
      workflow(NewWorkflowMetrics(set_)),
      license(NewLicenseMetrics(set_)),
      relay(NewRelayMetrics(set_)),
      rating(NewRatingMetrics(set_)) {}

Metrics::~Metrics() = default;

MethodMetrics* Metrics::ForMethod(absl::string_view method) {
  MutexLock lock(&mutex_);
  std::unique_ptr<MethodMetrics>& slot = methods_[method];
  if (slot == nullptr) {
    slot = std::make_unique<MethodMetrics>(rpc, method);
  }
  return slot.get();
}

void Metrics::AddProbe(Probe probe) {
  MutexLock lock(&probes_mutex_);
  probes_.push_back(std::move(probe));
}

void Metrics::RemoveProbes() {
  MutexLock lock(&probes_mutex_);
  probes_.clear();
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  {
    MutexLock lock(&probes_mutex_);
    for (const Probe& probe : probes_) {
      probe();
    }
  }
  return set_.Collect();
}

std::string Metrics::CollectText() const {
  return prometheus::TextSerializer().Serialize(Collect());
}

}  // namespace onething::telemetry
