#include "libs/rpc/client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/clock.h"
#include "libs/base/error.h"
#include "libs/base/mutex.h"
#include "libs/base/status.h"
#include "libs/rpc/metadata.h"
#include "libs/rpc/server_config.h"
#include "libs/rpc/status_codec.h"

namespace onething::rpc {
namespace {

constexpr int kReconnectMinMs = 100;
constexpr int kReconnectMaxMs = 5000;
// How long an attempt to connect may take, up to the callee's first frame: round trips of TLS to
// another province, and a busy callee.
constexpr int kConnectTimeoutMs = 5000;
// Answers may be as large as the largest request that a service can be configured to take.
constexpr int kAnswerBytesMax = 16 << 20;

absl::StatusOr<std::string> ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) {
    return absl::InternalError("无法读取对方服务的答复");
  }
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

absl::Status FromGrpc(const grpc::Status& status) {
  const absl::Status answer = DecodeStatus({.code = static_cast<int>(status.error_code()),
                                            .message = status.error_message(),
                                            .details = status.error_details()});
  // Without a reason it was not the callee that answered, but gRPC for want of one.
  if (absl::IsUnavailable(answer) && !ReasonOf(answer).has_value()) {
    return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                     absl::StrCat("对方服务没有应答：", status.error_message()));
  }
  if (absl::IsResourceExhausted(answer) && !ReasonOf(answer).has_value()) {
    return MakeError(absl::StatusCode::kResourceExhausted,
                     common::v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                     "内容超过大小上限，没有办理；请减少内容或分次提交");
  }
  if (absl::IsDeadlineExceeded(answer) && !ReasonOf(answer).has_value()) {
    return absl::DeadlineExceededError(
        "对方服务未在期限内答复，结果未知；请用同一 request_id 重试");
  }
  return answer;
}

class GrpcChannel final : public Channel {
 public:
  GrpcChannel(std::shared_ptr<grpc::Channel> channel, std::string development_identity)
      : stub_(std::move(channel)), development_identity_(std::move(development_identity)) {}

  // Cancels what is under way and waits until every Done was called.
  ~GrpcChannel() override {
    MutexLock lock(&mutex_);
    for (Pending* pending : pending_) {
      pending->context.TryCancel();
    }
    while (!pending_.empty()) {
      drained_.Wait(&mutex_);
    }
  }

  void CallAsync(absl::string_view method, std::string request, const CallOptions& options,
                 Done done) override {
    // tidy-allow(new): gRPC holds the call until Finish, which frees it
    auto* pending = new Pending{.done = std::move(done)};
    pending->context.set_deadline(absl::ToChronoTime(SystemClock().Now() + options.timeout));
    AddMetadata(kIdentityMetadata, development_identity_, &pending->context);
    AddMetadata(kOnBehalfOfMetadata, options.on_behalf_of, &pending->context);
    AddMetadata(kTraceIdMetadata, options.trace_id, &pending->context);
    const grpc::Slice slice(request);
    pending->request = grpc::ByteBuffer(&slice, 1);
    {
      MutexLock lock(&mutex_);
      pending_.insert(pending);
    }
    stub_.UnaryCall(&pending->context, absl::StrCat("/", absl::StripPrefix(method, "/")), {},
                    &pending->request, &pending->response,
                    [this, pending](const grpc::Status& status) { Finish(pending, status); });
  }

 private:
  struct Pending {
    Done done;
    grpc::ClientContext context = {};
    grpc::ByteBuffer request = {};
    grpc::ByteBuffer response = {};
  };

  static void AddMetadata(const char* name, const std::string& value,
                          grpc::ClientContext* context) {
    if (!value.empty()) {
      context->AddMetadata(name, value);
    }
  }

  void Finish(Pending* pending, const grpc::Status& status) {
    if (status.ok()) {
      pending->done(ToString(pending->response));
    } else {
      pending->done(FromGrpc(status));
    }
    MutexLock lock(&mutex_);
    pending_.erase(pending);
    // tidy-allow(new): the end of the call that CallAsync began
    delete pending;
    drained_.Signal();
  }

  // Constant after construction; thread safe.
  grpc::GenericStub stub_;
  const std::string development_identity_;

  // Guarded by mutex_.
  Mutex mutex_;
  CondVar drained_;
  absl::flat_hash_set<Pending*> pending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Channel>> OpenChannel(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMinMs);
  // Contrary to its name.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, options.own_connection ? 1 : 0);
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  std::string identity = options.development_identity;
  if (options.tls != nullptr) {
    ASSIGN_OR_RETURN(TlsMaterial tls, ReadTlsFiles(*options.tls));
    credentials = grpc::SslCredentials({.pem_root_certs = std::move(tls.ca),
                                        .pem_private_key = std::move(tls.private_key),
                                        .pem_cert_chain = std::move(tls.certificate)});
    identity.clear();
    if (!options.tls_name.empty()) {
      arguments.SetSslTargetNameOverride(options.tls_name);
    }
  }
  return std::make_unique<GrpcChannel>(
      grpc::CreateCustomChannel(options.target, credentials, arguments), std::move(identity));
}

}  // namespace onething::rpc
