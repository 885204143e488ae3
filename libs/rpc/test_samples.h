// The service onething.testing.v1.Samples as any service would be written, and a whole process
// around it on a disk in memory, with a clock that stands still and no threads. For tests and the
// benchmark only.

#ifndef ONETHING_LIBS_RPC_TEST_SAMPLES_H_
#define ONETHING_LIBS_RPC_TEST_SAMPLES_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/audit/audit.h"
#include "libs/base/clock.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/router.h"
#include "libs/rpc/update_mask.h"
#include "libs/storage/memory_disk.h"
#include "libs/storage/store.h"
#include "libs/storage/table.h"
#include "libs/telemetry/metrics.h"
#include "onething/testing/v1/echo.pb.h"

namespace onething::rpc::test {

namespace pb = testing::v1;

// Queries and commands of the service.
class Samples {
 public:
  Samples()
      : table_(storage::TableId::kTestRows,
               [](const pb::Sample& sample) { return std::tuple(sample.name()); }) {}

  absl::StatusOr<pb::EchoResponse> Echo(const storage::View&, const Call&,
                                        const pb::EchoRequest& request) const {
    pb::EchoResponse response;
    response.set_payload(request.payload());
    return response;
  }

  absl::StatusOr<pb::CheckRulesResponse> CheckRules(const storage::View&, const Call&,
                                                    const pb::CheckRulesRequest&) const {
    return pb::CheckRulesResponse();
  }

  absl::StatusOr<pb::Sample> GetSample(const storage::View& view, const Call&,
                                       const pb::GetSampleRequest& request) const {
    return Find(view, request.name());
  }

  absl::StatusOr<pb::ListSamplesResponse> ListSamples(const storage::View& view, const Call& call,
                                                      const pb::ListSamplesRequest& request) const {
    const PageTokens pages(call, request);
    ASSIGN_OR_RETURN(const storage::PageRequest page, pages.Decode());
    const auto of_colour = [&request](const pb::Sample& sample) {
      return request.colour().empty() || std::find(sample.colours().begin(), sample.colours().end(),
                                                   request.colour()) != sample.colours().end();
    };
    const storage::Page<pb::Sample> found = table_.List(view, page, of_colour);
    pb::ListSamplesResponse response;
    response.mutable_samples()->Assign(found.records.begin(), found.records.end());
    response.set_next_page_token(pages.Encode(found.next_cursor));
    return response;
  }

  absl::StatusOr<pb::Sample> CreateSample(storage::Txn& txn, const Call& call,
                                          const pb::CreateSampleRequest& request) const {
    ++created;
    created_for = call.on_behalf_of;
    if (table_.Contains(txn, request.sample().name())) {
      return MakeError(absl::StatusCode::kAlreadyExists, common::v1::ERROR_REASON_ITEM_EXISTS,
                       absl::StrCat("已有 ", request.sample().name()));
    }
    pb::Sample sample = request.sample();
    sample.set_state(pb::Sample::STATE_OPEN);
    sample.mutable_create_time()->set_seconds(absl::ToUnixSeconds(txn.now()));
    table_.Put(txn, sample);
    return sample;
  }

  absl::StatusOr<pb::Sample> UpdateSample(storage::Txn& txn, const Call&,
                                          const pb::UpdateSampleRequest& request) const {
    ASSIGN_OR_RETURN(pb::Sample sample, Find(txn, request.name()));
    RETURN_IF_ERROR(ApplyMask(request.update_mask(), request.sample(), &sample));
    table_.Put(txn, sample);
    return sample;
  }

  // Asks whether the sample is there and makes the seal.
  absl::StatusOr<std::unique_ptr<std::string>> PrepareSeal(
      const storage::View& view, const Call&, const pb::SealSampleRequest& request) const {
    ++prepared;
    RETURN_IF_ERROR(Find(view, request.name()).status());
    RETURN_IF_ERROR(prepare_fails);
    return std::make_unique<std::string>(absl::StrCat("seal of ", request.name()));
  }

  absl::StatusOr<pb::SealSampleResponse> SealSample(
      storage::Txn& txn, const Call&, const pb::SealSampleRequest& request,
      const std::unique_ptr<std::string>& seal) const {
    ASSIGN_OR_RETURN(pb::Sample sample, Find(txn, request.name()));
    if (sample.state() == pb::Sample::STATE_SEALED) {
      return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_ITEM_STATE,
                       "已封存");
    }
    sample.set_state(pb::Sample::STATE_SEALED);
    sample.set_seal(*seal);
    table_.Put(txn, sample);
    pb::SealSampleResponse response;
    *response.mutable_sample() = sample;
    return response;
  }

  // How often handlers ran, for whom the last sample was made (loop thread only), and what
  // PrepareSeal says when it is not OK.
  mutable std::atomic<int> created{0};
  mutable std::atomic<int> prepared{0};
  mutable std::string created_for;
  absl::Status prepare_fails;

 private:
  absl::StatusOr<pb::Sample> Find(const storage::View& view, const std::string& name) const {
    std::optional<pb::Sample> sample = table_.Find(view, name);
    if (!sample.has_value()) {
      return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND,
                       absl::StrCat("没有 ", name), {{"name", name}});
    }
    return *std::move(sample);
  }

  const storage::Table<pb::Sample, std::string> table_;
};

inline void RegisterSamples(Router* router, const Samples* samples) {
  ServiceMethods methods(router, "onething.testing.v1.Samples");
  methods.Query(samples, &Samples::Echo);
  methods.Query(samples, &Samples::CheckRules);
  methods.Query(samples, &Samples::GetSample);
  methods.Query(samples, &Samples::ListSamples);
  methods.Command(samples, &Samples::CreateSample);
  methods.Command(samples, &Samples::UpdateSample);
  methods.PreparedCommand(samples, &Samples::PrepareSeal, &Samples::SealSample);
}

// Whom the service knows: `editor`, `portal` and `other.portal` (ROLE_PORTAL), `authority`,
// `service`.
inline CallerDirectory SampleCallers() {
  google::protobuf::RepeatedPtrField<config::v1::CallerEntry> entries;
  const std::pair<const char*, Role> callers[] = {{"editor", options::v1::ROLE_EDITOR},
                                                  {"portal", options::v1::ROLE_PORTAL},
                                                  {"other.portal", options::v1::ROLE_PORTAL},
                                                  {"authority", options::v1::ROLE_AUTHORITY},
                                                  {"service", options::v1::ROLE_SERVICE}};
  for (const auto& [identity, role] : callers) {
    config::v1::CallerEntry* entry = entries.Add();
    entry->set_identity(identity);
    entry->set_platform("test");
    entry->add_roles(role);
  }
  return *CallerDirectory::Create(entries);
}

// What became of a dispatched call.
struct Answer {
  int count = 0;
  absl::Status status;
  std::string response;
};

struct SampleProcessOptions {
  // Without threads, calls that wait are answered when the test says RunPending.
  bool threaded = false;
  size_t executor_queue_max = 16;
  size_t command_queue_max = 16;
  RouterOptions router = {};
};

// One process of the service. May be stopped and started again on its disk.
class SampleProcess {
 public:
  explicit SampleProcess(SampleProcessOptions options = {}) : options_(options) {
    // Refusals are what these tests are about: they are no news in their output.
    static const bool quiet = (SetLogLevel(LogLevel::kError), true);
    static_cast<void>(quiet);
    Start();
  }
  ~SampleProcess() { Stop(); }
  SampleProcess(const SampleProcess&) = delete;
  SampleProcess& operator=(const SampleProcess&) = delete;

  void Restart() {
    Stop();
    Start();
  }

  // Brings in a call; it is answered at once or by router().RunPending().
  std::shared_ptr<Answer> Dispatch(const Inbound& inbound) {
    auto answer = std::make_shared<Answer>();
    router_->Dispatch(inbound, [answer](const absl::Status& status, std::string response) {
      ++answer->count;
      answer->status = status;
      answer->response = std::move(response);
    });
    return answer;
  }

  std::shared_ptr<Answer> Dispatch(const std::string& method, const std::string& identity,
                                   const google::protobuf::Message& request) {
    const std::string path = PathOf(method);
    const std::string body = request.SerializeAsString();
    return Dispatch({.method = path, .identity = identity, .body = body});
  }

  // Brings in a call and runs it to its end. `inbound` without method, identity and body.
  template <class Response>
  absl::StatusOr<Response> Call(const std::string& method, const std::string& identity,
                                const google::protobuf::Message& request, Inbound inbound = {}) {
    const std::string path = PathOf(method);
    const std::string body = request.SerializeAsString();
    inbound.method = path;
    inbound.identity = identity;
    inbound.body = body;
    const std::shared_ptr<Answer> answer = Dispatch(inbound);
    router_->RunPending();
    if (answer->count != 1) {
      return absl::UnknownError(absl::StrCat("answered ", answer->count, " times"));
    }
    RETURN_IF_ERROR(answer->status);
    Response response;
    if (!response.ParseFromString(answer->response)) {
      return absl::UnknownError("the response cannot be read");
    }
    return response;
  }

  static std::string PathOf(const std::string& method) {
    return absl::StrCat("/onething.testing.v1.Samples/", method);
  }

  FakeClock& clock() { return clock_; }
  storage::MemoryDisk& disk() { return disk_; }
  storage::Store& store() { return *store_; }
  Executor& executor() { return *executor_; }
  telemetry::Metrics& metrics() { return metrics_; }
  Router& router() { return *router_; }
  Samples& samples() { return samples_; }

 private:
  void Start() {
    storage::StoreOptions store{.engine = {.path = "/samples", .memory_disk = &disk_},
                                .owner = "samples/36"};
    store.loop.threaded = options_.threaded;
    store.loop.queue_max = options_.command_queue_max;
    store_ = *storage::Store::Open(std::move(store), &clock_);
    executor_.emplace(Executor::Options{.thread_count = options_.threaded ? 2u : 0u,
                                        .queue_max = options_.executor_queue_max,
                                        .metrics = &metrics_.executor});
    router_ =
        std::make_unique<Router>(store_.get(), &callers_, &*executor_, &metrics_, options_.router);
    RegisterSamples(router_.get(), &samples_);
  }

  void Stop() {
    executor_->Stop();
    store_.reset();
    router_.reset();
    executor_.reset();
  }

  const SampleProcessOptions options_;
  storage::MemoryDisk disk_;
  FakeClock clock_;
  telemetry::Metrics metrics_;
  const CallerDirectory callers_ = SampleCallers();
  Samples samples_;
  std::unique_ptr<storage::Store> store_;
  std::optional<Executor> executor_;
  std::unique_ptr<Router> router_;
};

inline pb::CreateSampleRequest CreateRequest(const std::string& name,
                                             const std::string& request_id) {
  pb::CreateSampleRequest request;
  request.mutable_sample()->set_name(name);
  request.mutable_sample()->set_title("一个样品");
  request.set_request_id(request_id);
  return request;
}

// A citizen number of nobody; another for another serial, 0 to 999.
inline std::string CitizenOf(int serial) {
  return codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), serial)->value();
}

// Rows of the audit trail.
inline uint64_t AuditRows(storage::Store& store) {
  const auto snapshot = store.engine().TakeSnapshot();
  return audit::HeadOf(storage::View(*snapshot, store.clock().Now())).sequence();
}

}  // namespace onething::rpc::test

#endif  // ONETHING_LIBS_RPC_TEST_SAMPLES_H_
