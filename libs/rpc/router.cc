#include "libs/rpc/router.h"

#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/stubs/logging.h"
#include "libs/audit/audit.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/masking.h"
#include "libs/rpc/method.h"
#include "libs/rpc/request_digest.h"
#include "libs/rpc/request_log.h"
#include "libs/rpc/status_codec.h"

namespace onething::rpc {
namespace {

using google::protobuf::Message;
using google::protobuf::io::ZeroCopyInputStream;

constexpr size_t kSweepStep = 500;
constexpr size_t kTraceIdMax = 64;

// Protobuf reports malformed requests to the error output; ours is JSON lines only.
void TakeProtobufLog() {
  static std::once_flag once;
  std::call_once(once, [] {
    google::protobuf::SetLogHandler(
        [](google::protobuf::LogLevel level, const char*, int, const std::string& message) {
          Log(level >= google::protobuf::LOGLEVEL_FATAL ? LogLevel::kError : LogLevel::kDebug,
              "protobuf", {{"message", message}});
        });
  });
}

std::string DomainOf(const storage::Store& store) {
  const std::pair<absl::string_view, absl::string_view> owner =
      absl::StrSplit(store.owner(), absl::MaxSplits('/', 1));
  return absl::StrCat(owner.first, ".onething");
}

// The citizen number or credit code that `text` writes, as it is stored and compared; nullopt for
// neither.
std::optional<std::string> SubjectCodeOf(absl::string_view text) {
  if (const auto citizen = codes::CitizenNumber::Parse(text); citizen.ok()) {
    return citizen->value();
  }
  const auto organisation = codes::CreditCode::Parse(text);
  return organisation.ok() ? std::optional(organisation->value()) : std::nullopt;
}

std::string TextOf(const Message& message, const google::protobuf::FieldDescriptor* field) {
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// What the audit row says of a command: the resource it was about and where that stands now.
struct Deed {
  std::string resource;
  std::string outcome;
};

Deed DeedOf(const AuditFields& fields, const Message& request, const Message& answer) {
  const Message& resource = fields.resource == nullptr
                                ? answer
                                : answer.GetReflection()->GetMessage(answer, fields.resource);
  Deed deed{.resource = TextOf(resource, fields.name), .outcome = "done"};
  if (deed.resource.empty()) {
    deed.resource = TextOf(request, fields.request_name);
  }
  if (fields.state != nullptr) {
    const auto* state = resource.GetReflection()->GetEnum(resource, fields.state);
    deed.outcome = absl::AsciiStrToLower(absl::StripPrefix(state->name(), "STATE_"));
  }
  return deed;
}

}  // namespace

// A call from its arrival to its answer. Used by one thread at a time: whoever holds it last
// answers.
struct Router::InFlight {
  InFlight(const Method& of_method, Reply with_reply)
      : method(of_method), reply(std::move(with_reply)) {}

  const Method& method;
  const Reply reply;
  const int64_t start_us = SteadyMicros();
  size_t request_bytes = 0;
  std::string identity;
  std::unique_ptr<Message> request;
  // Set once the caller is known.
  std::optional<Call> call;
  // Of commands: of all that must be the same in a repetition.
  crypto::Digest digest{};
  // What a prepared command has prepared.
  CommandHandler prepared;
  bool replayed = false;
  // The serialized answer.
  std::string response;
};

Router::Router(storage::Store* store, const CallerDirectory* callers, Executor* executor,
               telemetry::Metrics* metrics, RouterOptions options)
    : store_(*store),
      callers_(*callers),
      executor_(*executor),
      metrics_(*metrics),
      options_(options),
      domain_(DomainOf(*store)) {
  TakeProtobufLog();
}

Router::~Router() = default;

void Router::Add(std::unique_ptr<Method> method) {
  method->metrics = metrics_.ForMethod(method->name());
  CHECK(by_path_.try_emplace(method->path, method.get()).second);
  methods_.push_back(std::move(method));
}

const Method* Router::Find(absl::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

std::vector<const Method*> Router::methods() const {
  std::vector<const Method*> all;
  for (const std::unique_ptr<Method>& method : methods_) {
    all.push_back(method.get());
  }
  return all;
}

void Router::Dispatch(const Inbound& inbound, Reply reply) {
  const Method* method = Find(inbound.method);
  if (method == nullptr) {
    reply(absl::UnimplementedError("there is no such method"), "");
    return;
  }
  google::protobuf::io::ArrayInputStream body(inbound.body.data(),
                                              static_cast<int>(inbound.body.size()));
  Dispatch(*method, inbound, &body, std::move(reply));
}

void Router::Dispatch(const Method& method, const Inbound& inbound, ZeroCopyInputStream* body,
                      Reply reply) {
  // Shared because std::function, by which it goes to other threads, must be copyable.
  const auto call = std::make_shared<InFlight>(method, std::move(reply));
  method.metrics->Start();
  if (const absl::Status refusal = Admit(inbound, body, call.get()); !refusal.ok()) {
    Finish(refusal, call.get());
  } else if (method.command) {
    PostCommand(call);
  } else if (method.prepare || method.is_long ||
             !RunQuery(storage::ReadTier::kMemory, call.get())) {
    PostToExecutor(call);
  }
}

// The caller comes first: who is not known, or may not call, learns nothing and costs nothing.
absl::Status Router::Admit(const Inbound& inbound, ZeroCopyInputStream* body,
                           InFlight* call) const {
  const Method& method = call->method;
  call->identity = std::string(inbound.identity);
  ASSIGN_OR_RETURN(const Caller* caller, callers_.Find(inbound.identity));
  call->call.emplace(Call{.caller = *caller,
                          .method = method.name(),
                          .deadline = inbound.deadline,
                          .trace_id = std::string(inbound.trace_id.substr(0, kTraceIdMax))});
  if (!caller->HasOneOf(method.roles)) {
    return MakeError(absl::StatusCode::kPermissionDenied, common::v1::ERROR_REASON_ROLE_MISSING,
                     "调用方没有使用此功能的权限，请联系管理员");
  }
  RETURN_IF_ERROR(ReadSubject(inbound, call));
  call->request.reset(method.request->New());
  if (!call->request->ParseFromZeroCopyStream(body)) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                     "请求无法解析，或含有不是UTF-8的文字");
  }
  call->request_bytes = static_cast<size_t>(body->ByteCount());
  RETURN_IF_ERROR(method.validator->Check(*call->request));
  if (method.request_id != nullptr) {
    call->call->request_id = TextOf(*call->request, method.request_id);
    call->digest = DigestOf({method.name(), call->call->on_behalf_of}, *call->request);
  }
  return CheckDeadline(*call);
}

absl::Status Router::ReadSubject(const Inbound& inbound, InFlight* call) const {
  if (inbound.on_behalf_of.empty()) {
    return absl::OkStatus();
  }
  const Caller& caller = call->call->caller;
  if (!caller.Has(options::v1::ROLE_PORTAL) && !caller.Has(options::v1::ROLE_SERVICE)) {
    return MakeError(absl::StatusCode::kPermissionDenied, common::v1::ERROR_REASON_ROLE_MISSING,
                     "调用方不能代表他人办理，请联系管理员");
  }
  std::optional<std::string> subject = SubjectCodeOf(inbound.on_behalf_of);
  if (!subject.has_value()) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_CODE_INVALID,
                     "所代表的申请人号码既不是有效的公民身份号码，也不是有效的统一社会信用代码");
  }
  call->call->on_behalf_of = *std::move(subject);
  return absl::OkStatus();
}

bool Router::RunQuery(storage::ReadTier tier, InFlight* call) const {
  const auto snapshot = store_.engine().TakeSnapshot();
  const storage::View view(*snapshot, store_.clock().Now(), tier);
  const absl::Status status =
      call->method.query(view, *call->call, *call->request, &call->response);
  if (view.would_block()) {
    call->response.clear();
    return false;
  }
  Finish(view.status().ok() ? status : view.status(), call);
  return true;
}

void Router::PostToExecutor(const std::shared_ptr<InFlight>& call) {
  const absl::Status posted = executor_.Post([this, call] {
    if (const absl::Status late = CheckDeadline(*call); !late.ok()) {
      Finish(late, call.get());
    } else if (call->method.query) {
      if (!call->method.is_long) {
        call->method.metrics->CountDiskRead();
      }
      CHECK(RunQuery(storage::ReadTier::kAll, call.get()));
    } else if (const absl::Status refusal = Prepare(call.get()); !refusal.ok() || call->replayed) {
      Finish(refusal, call.get());
    } else {
      PostCommand(call);
    }
  });
  if (!posted.ok()) {
    Finish(posted, call.get());
  }
}

absl::Status Router::Prepare(InFlight* call) const {
  const auto snapshot = store_.engine().TakeSnapshot();
  const storage::View view(*snapshot, store_.clock().Now());
  ASSIGN_OR_RETURN(call->replayed, Replay(view, call));
  if (!call->replayed) {
    absl::StatusOr<CommandHandler> prepared =
        call->method.prepare(view, *call->call, *call->request);
    RETURN_IF_ERROR(view.status());
    ASSIGN_OR_RETURN(call->prepared, std::move(prepared));
  }
  return view.status();
}

void Router::PostCommand(const std::shared_ptr<InFlight>& call) {
  const absl::Status posted =
      store_.loop().Post([this, call](storage::Txn& txn) { return RunCommand(txn, call.get()); },
                         [this, call](const absl::Status& status) { Finish(status, call.get()); });
  if (!posted.ok()) {
    if (absl::IsResourceExhausted(posted)) {
      metrics_.commit.refused.Increment();
    }
    Finish(posted, call.get());
  }
}

absl::Status Router::RunCommand(storage::Txn& txn, InFlight* call) const {
  ASSIGN_OR_RETURN(call->replayed, Replay(txn, call));
  RETURN_IF_ERROR(txn.status());
  if (call->replayed) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckDeadline(*call));
  const CommandHandler& handler = call->prepared ? call->prepared : call->method.command;
  std::unique_ptr<Message> answer;
  RETURN_IF_ERROR(handler(txn, *call->call, *call->request, &answer));
  RETURN_IF_ERROR(txn.status());
  Keep(txn, *answer, call);
  return absl::OkStatus();
}

// Whether this command took effect before; its answer is then in call->response. INVALID_ARGUMENT
// (REQUEST_ID_REUSED) when the caller used the id for something else.
absl::StatusOr<bool> Router::Replay(const storage::View& view, InFlight* call) const {
  std::optional<v1::RequestRecord> before =
      FindRequest(view, call->identity, call->call->request_id);
  if (!before.has_value()) {
    return false;
  }
  if (before->digest() != crypto::AsBytes(call->digest)) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_REQUEST_ID_REUSED,
                     "request_id 已用于另一个请求，请换一个新的 request_id");
  }
  call->response = std::move(*before->mutable_response());
  return true;
}

void Router::Keep(storage::Txn& txn, const Message& answer, InFlight* call) const {
  const Deed deed = DeedOf(call->method.audit, *call->request, answer);
  const std::vector<Role> roles = call->call->caller.roles.ToVector();
  const std::string subject = MaskSubject(call->call->on_behalf_of);
  const uint64_t audit_sequence = audit::Append(txn, {.method = call->method.path,
                                                      .caller = call->identity,
                                                      .roles = roles,
                                                      .on_behalf_of = subject,
                                                      .request_id = call->call->request_id,
                                                      .resource = deed.resource,
                                                      .request_digest = call->digest,
                                                      .outcome = deed.outcome});
  answer.SerializeToString(&call->response);
  v1::RequestRecord record;
  record.set_identity(call->identity);
  record.set_request_id(call->call->request_id);
  record.set_audit_sequence(audit_sequence);
  record.set_digest(call->digest.data(), call->digest.size());
  record.set_response(call->response);
  RecordRequest(txn, record);
}

absl::Status Router::CheckDeadline(const InFlight& call) const {
  if (store_.clock().Now() < call.call->deadline) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kDeadlineExceeded, common::v1::ERROR_REASON_DEADLINE_PASSED,
                   "请求到期前未能开始处理，未作任何更改，请重试");
}

void Router::Finish(const absl::Status& status, InFlight* call) const {
  const absl::Status answer = ForCaller(status, domain_);
  if (!answer.ok()) {
    call->response.clear();
  }
  const int64_t micros = SteadyMicros() - call->start_us;
  telemetry::MethodMetrics& metrics = *call->method.metrics;
  metrics.Record(answer.code(), micros, call->request_bytes, call->response.size());
  if (call->replayed && answer.ok()) {
    metrics.CountReplayed();
  }
  LogCall({.method = call->method.name(),
           .identity = call->identity,
           .call = call->call.has_value() ? &*call->call : nullptr,
           .request = call->request.get(),
           .status = status,
           .answer = answer,
           .micros = micros,
           .request_bytes = call->request_bytes,
           .response_bytes = call->response.size(),
           .replayed = call->replayed && answer.ok(),
           .slow = micros > absl::ToInt64Microseconds(options_.slow_call)});
  call->reply(answer, std::move(call->response));
}

void Router::SweepRequests() {
  if (!sweeping_.exchange(true)) {
    PostSweep();
  }
}

void Router::PostSweep() {
  // Shared with the answer, which tells whether there is more to sweep.
  const auto report = std::make_shared<SweepReport>();
  const absl::Status posted = store_.loop().Post(
      [this, report](storage::Txn& txn) {
        *report = rpc::SweepRequests(txn, txn.now() - options_.request_keep, kSweepStep);
        return absl::OkStatus();
      },
      [this, report](const absl::Status& status) {
        if (status.ok()) {
          metrics_.rpc.request_rows_swept.Increment(static_cast<double>(report->removed));
        }
        if (status.ok() && report->more) {
          PostSweep();
        } else {
          sweeping_ = false;
        }
      });
  if (!posted.ok()) {
    sweeping_ = false;
  }
}

bool Router::RunPending() {
  bool ran = false;
  bool again = true;
  while (again) {
    again = executor_.RunPending();
    again = store_.loop().RunPending() || again;
    ran = ran || again;
  }
  return ran;
}

}  // namespace onething::rpc
