#include <array>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "onething/ops/v1/operations.pb.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "tools/onething/bench.h"
#include "tools/onething/local_suite.h"
#include "tools/onething/process_stats.h"
#include "tools/onething/sample_data.h"

namespace onething::tool {
namespace {

constexpr char kApplicant[] = "11010519491231002X";
// The first item, then four that do not wait for each other, then the last.
constexpr int kParallelFirst = 1;
constexpr int kParallelLast = 4;
constexpr int kLast = 5;
constexpr int kCallsPerCase = 8;
constexpr double kMicrosPerMilli = 1000;

// The calls of one case, in their order: create and submit, six decisions, get.
struct CaseLatencies {
  Latencies create;
  Latencies complete;
  Latencies get;
  Latencies whole_case;

  void Clear() {
    create.Clear();
    complete.Clear();
    get.Clear();
    whole_case.Clear();
  }
};

// Who applies and who decides, over connections of their own.
struct Callers {
  const ChannelSet& portal;
  const ChannelSet& authority;
};

// One case after another in one slot: begins a call when the one before is answered. Lives until
// its `done` was called.
class CaseRun : public std::enable_shared_from_this<CaseRun> {
 public:
  CaseRun(const Callers& callers, size_t slot, const bundle::v1::Bundle& bundle,
          CaseLatencies* latencies, std::function<void(std::string)> done)
      : callers_(callers),
        slot_(slot),
        bundle_(bundle),
        latencies_(latencies),
        done_(std::move(done)) {}

  void Begin() {
    start_us_ = SteadyMicros();
    workflow::v1::CreateCaseRequest request;
    request.set_bundle(absl::StrCat("bundles/", bundle_.id()));
    request.set_submit(true);
    request.set_request_id(RandomId());
    *request.mutable_application() = Application();
    Call(callers_.portal, kApplicant, "onething.workflow.v1.Cases/CreateCase", request,
         &latencies_->create, [self = shared_from_this()](const std::string& response) {
           workflow::v1::Case created;
           created.ParseFromString(response);
           self->case_name_ = created.name();
           self->Complete(0, [self] { self->CompleteParallel(); });
         });
  }

 private:
  using Next = std::function<void(const std::string& response)>;

  workflow::v1::Application Application() const {
    workflow::v1::Application application;
    application.mutable_applicant()->set_kind(common::v1::SUBJECT_KIND_PERSON);
    application.mutable_applicant()->set_code(kApplicant);
    application.mutable_applicant()->set_name("张三");
    for (const bundle::v1::FormField& field : bundle_.fields()) {
      (*application.mutable_form())[field.id()] = "1";
    }
    for (const bundle::v1::Material& material : bundle_.materials()) {
      (*application.mutable_materials())[material.id()] = "files/1";
    }
    return application;
  }

  void CompleteParallel() {
    open_ = kParallelLast - kParallelFirst + 1;
    for (int item = kParallelFirst; item <= kParallelLast; ++item) {
      Complete(item, [self = shared_from_this()] {
        if (--self->open_ == 0) {
          self->Complete(kLast, [self] { self->Get(); });
        }
      });
    }
  }

  void Complete(int item, std::function<void()> next) {
    workflow::v1::CompleteTaskRequest request;
    request.set_name(absl::StrCat(case_name_, "/items/", bundle_.items(item).id()));
    request.set_officer("王五");
    request.set_decision(workflow::v1::DECISION_APPROVE);
    request.set_request_id(RandomId());
    Call(callers_.authority, "", "onething.workflow.v1.Tasks/CompleteTask", request,
         &latencies_->complete, [next = std::move(next)](const std::string&) { next(); });
  }

  void Get() {
    workflow::v1::GetCaseRequest request;
    request.set_name(case_name_);
    Call(callers_.portal, kApplicant, "onething.workflow.v1.Cases/GetCase", request,
         &latencies_->get, [self = shared_from_this()](const std::string& response) {
           workflow::v1::Case read;
           read.ParseFromString(response);
           self->latencies_->whole_case.Add(SteadyMicros() - self->start_us_);
           self->End(read.state() == workflow::v1::Case::STATE_CLOSED ? ""
                                                                      : "the case did not close");
         });
  }

  void Call(const ChannelSet& channels, const char* subject, const char* method,
            const google::protobuf::Message& request, Latencies* latencies, Next next) {
    const int64_t start_us = SteadyMicros();
    channels.For(slot_).CallAsync(
        method, request.SerializeAsString(), {.on_behalf_of = subject},
        [self = shared_from_this(), start_us, latencies,
         next = std::move(next)](const absl::StatusOr<std::string>& response) {
          latencies->Add(SteadyMicros() - start_us);
          if (response.ok()) {
            next(*response);
          } else {
            self->End(response.status().ToString());
          }
        });
  }

  // Calls that were under way together may each fail; the first tells.
  void End(std::string failure) {
    if (!ended_.exchange(true)) {
      done_(std::move(failure));
    }
  }

  const Callers& callers_;
  const size_t slot_;
  const bundle::v1::Bundle& bundle_;
  CaseLatencies* const latencies_;
  const std::function<void(std::string)> done_;
  std::string case_name_;
  int64_t start_us_ = 0;
  std::atomic<int> open_{0};
  std::atomic<bool> ended_{false};
};

nlohmann::json Milliseconds(const Latencies& latencies) {
  return {{"p50_ms", static_cast<double>(latencies.Percentile(50)) / kMicrosPerMilli},
          {"p99_ms", static_cast<double>(latencies.Percentile(99)) / kMicrosPerMilli}};
}

// What the server has spent so far.
struct Spent {
  int64_t cpu_ms = 0;
  uint64_t groups = 0;
  uint64_t bytes = 0;
};

absl::StatusOr<Spent> Measure(LocalSuite* suite, rpc::Channel* operators) {
  ASSIGN_OR_RETURN(const auto diagnostics, operators->Call<ops::v1::Diagnostics>(
                                               "onething.ops.v1.Operations/GetDiagnostics",
                                               ops::v1::GetDiagnosticsRequest()));
  return Spent{.cpu_ms = CpuMillis(suite->pid("workflow")),
               .groups = diagnostics.group_count(),
               .bytes = DirectoryBytes(absl::StrCat(suite->options().data_dir, "/data/workflow"))};
}

absl::Status Publish(LocalSuite* suite, const bundle::v1::Bundle& bundle) {
  ASSIGN_OR_RETURN(const std::vector<catalogue::v1::Item> items, LoadItems(bundle.id()));
  ASSIGN_OR_RETURN(const ChannelSet catalogue,
                   ChannelSet::Open(suite->file().services.at("catalogue"), "editor", 1));
  RETURN_IF_ERROR(PublishItems(&catalogue.For(0), items));
  ASSIGN_OR_RETURN(const ChannelSet workflow,
                   ChannelSet::Open(suite->file().services.at("workflow"), "editor", 1));
  workflow::v1::PublishBundleRequest request;
  *request.mutable_bundle() = bundle;
  request.set_request_id(RandomId());
  return workflow.For(0)
      .Call<workflow::v1::PublishedBundle>("onething.workflow.v1.Bundles/PublishBundle", request)
      .status();
}

nlohmann::json Figures(const LoadResult& result, const CaseLatencies& latencies,
                       const Spent& before, const Spent& after, double ceiling_cases) {
  const auto per_case = [cases = static_cast<double>(latencies.whole_case.count())](auto amount) {
    return cases == 0 ? 0 : static_cast<double>(amount) / cases;
  };
  nlohmann::json json = {
      {"ceiling_cases_per_second", ceiling_cases},
      {"cases_per_second", result.per_second},
      {"of_ceiling", result.per_second / ceiling_cases},
      {"cases", result.done},
      {"failed", result.failed},
      {"create", Milliseconds(latencies.create)},
      {"complete", Milliseconds(latencies.complete)},
      {"get", Milliseconds(latencies.get)},
      {"case", Milliseconds(latencies.whole_case)},
      {"server_cpu_ms_per_case", per_case(after.cpu_ms - before.cpu_ms)},
      {"syncs_per_case", per_case(after.groups - before.groups)},
      {"bytes_per_case", per_case(after.bytes - std::min(after.bytes, before.bytes))}};
  if (!result.first_failure.empty()) {
    json["first_failure"] = result.first_failure;
  }
  return json;
}

}  // namespace

absl::StatusOr<nlohmann::json> BenchCase6(const BenchOptions& options) {
  const ScratchDirectory scratch(options.data_dir);
  ASSIGN_OR_RETURN(const std::unique_ptr<LocalSuite> suite,
                   LocalSuite::Create(
                       {.data_dir = scratch.path(), .clock_offset_seconds = OffsetToSampleTime()}));
  RETURN_IF_ERROR(suite->Start("catalogue"));
  RETURN_IF_ERROR(suite->Start("workflow"));
  ASSIGN_OR_RETURN(const bundle::v1::Bundle bundle, LoadBundle("case6"));
  RETURN_IF_ERROR(Publish(suite.get(), bundle));

  // As many connections in all as the ceiling has.
  const std::string& address = suite->file().services.at("workflow");
  const size_t channels = std::max(options.channels / 2, size_t{1});
  ASSIGN_OR_RETURN(const ChannelSet portal, ChannelSet::Open(address, "portal", channels));
  ASSIGN_OR_RETURN(const ChannelSet authority, ChannelSet::Open(address, "authority", channels));
  ASSIGN_OR_RETURN(const ChannelSet operators, ChannelSet::Open(address, "operator", 1));
  const Callers callers{portal, authority};
  return MedianRound(options, [&](const nlohmann::json& ceiling) -> absl::StatusOr<nlohmann::json> {
    CaseLatencies latencies;
    absl::StatusOr<Spent> before = Spent();
    const LoadResult result = RunLoad(
        {.in_flight = options.in_flight,
         .duration = options.duration,
         .on_measure =
             [&] {
               latencies.Clear();
               before = Measure(suite.get(), &operators.For(0));
             }},
        [&](size_t slot, std::function<void(std::string)> done) {
          std::make_shared<CaseRun>(callers, slot, bundle, &latencies, std::move(done))->Begin();
        });
    RETURN_IF_ERROR(before.status());
    ASSIGN_OR_RETURN(const Spent after, Measure(suite.get(), &operators.For(0)));
    return Figures(result, latencies, *before, after,
                   ceiling["per_second"].get<double>() / kCallsPerCase);
  });
}

}  // namespace onething::tool
