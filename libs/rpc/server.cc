#include "libs/rpc/server.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/rpc/metadata.h"
#include "libs/rpc/method.h"
#include "libs/rpc/server_config.h"
#include "libs/rpc/status_codec.h"

namespace onething::rpc {
namespace {

constexpr char kReadiness[] = "readiness";
constexpr char kLiveness[] = "liveness";

// Answers up to this size are copied: cheaper than a slice that owns a string.
constexpr size_t kCopiedAnswerMax = 4096;

absl::string_view ToView(grpc::string_ref text) { return {text.data(), text.size()}; }

// The caller's own word; empty when it gave none.
absl::string_view MetadataOf(const grpc::CallbackServerContext& context, const char* name) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(name);
  return found == metadata.end() ? absl::string_view() : ToView(found->second);
}

std::string PeerIdentity(const grpc::CallbackServerContext& context) {
  const std::shared_ptr<const grpc::AuthContext> auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) {
    return "";
  }
  for (const char* property :
       {GRPC_PEER_SPIFFE_ID_PROPERTY_NAME, GRPC_X509_SUBJECT_PROPERTY_NAME}) {
    const std::vector<grpc::string_ref> values = auth->FindPropertyValues(property);
    if (!values.empty()) {
      return std::string(values.front().data(), values.front().size());
    }
  }
  return "";
}

// What is left of the caller's time, on the clock by which the router looks at it.
absl::Time DeadlineOf(const grpc::CallbackServerContext& context, const Clock& clock) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return absl::InfiniteFuture();
  }
  return clock.Now() + (absl::FromChrono(deadline) - SystemClock().Now());
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  if (bytes.size() <= kCopiedAnswerMax) {
    const grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
  }
  // tidy-allow(new): the slice owns the string and frees it below
  auto* owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      // tidy-allow(new): the slice's own way to free what it owns
      owned->data(), owned->size(), [](void* text) { delete static_cast<std::string*>(text); },
      owned);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Status ToGrpc(const absl::Status& status) {
  WireStatus wire = EncodeStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(wire.code), wire.message, wire.details);
}

// How a call gets from gRPC to the router and back.
class Gate {
 public:
  Gate(Router* router, bool plaintext) : router_(*router), plaintext_(plaintext) {}

  grpc::ServerUnaryReactor* Serve(const Method& method, grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    // The reader wants a buffer it may change; it only counts references.
    grpc::ProtoBufferReader body(const_cast<grpc::ByteBuffer*>(request));
    const std::string peer = plaintext_ ? "" : PeerIdentity(*context);
    router_.Dispatch(method,
                     {.method = method.path,
                      .identity = plaintext_ ? MetadataOf(*context, kIdentityMetadata) : peer,
                      .on_behalf_of = MetadataOf(*context, kOnBehalfOfMetadata),
                      .deadline = DeadlineOf(*context, router_.store().clock()),
                      .trace_id = MetadataOf(*context, kTraceIdMetadata)},
                     &body, [reactor, response](const absl::Status& status, std::string bytes) {
                       if (!status.ok()) {
                         reactor->Finish(ToGrpc(status));
                         return;
                       }
                       *response = ToByteBuffer(std::move(bytes));
                       reactor->Finish(grpc::Status::OK);
                     });
    return reactor;
  }

 private:
  Router& router_;
  const bool plaintext_;
};

// One service of the contract, made of the router's methods as generated raw-callback services are
// of their own.
class DescribedService final : public grpc::Service {
 public:
  void Add(const Method& method, Gate* gate) {
    // tidy-allow(new): AddMethod takes the pointer over
    AddMethod(new grpc::internal::RpcServiceMethod(method.path.c_str(),
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        method_count_++,
        // tidy-allow(new): the method takes the handler over
        new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            [&method, gate](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                            grpc::ByteBuffer* response) {
              return gate->Serve(method, context, request, response);
            }));
  }

 private:
  int method_count_ = 0;
};

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(
    const config::v1::ServerConfig& config) {
  if (config.has_tls()) {
    ASSIGN_OR_RETURN(TlsMaterial tls, ReadTlsFiles(config.tls()));
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = std::move(tls.ca);
    options.pem_key_cert_pairs.push_back({std::move(tls.private_key), std::move(tls.certificate)});
    return grpc::SslServerCredentials(options);
  }
  if (!config.development_plaintext() || !IsLoopback(config.listen_address())) {
    return absl::FailedPreconditionError(
        "plain text is served only on loopback and only with development_plaintext");
  }
  return grpc::InsecureServerCredentials();
}

}  // namespace

class Server::Impl {
 public:
  Impl(Router* router, bool plaintext) : gate_(router, plaintext) {
    for (const Method* method : router->methods()) {
      const std::string& name = method->descriptor->service()->full_name();
      std::unique_ptr<DescribedService>& service = services_[name];
      if (service == nullptr) {
        service = std::make_unique<DescribedService>();
      }
      service->Add(*method, &gate_);
    }
  }

  absl::Status Listen(const config::v1::ServerConfig& config) {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials,
                     CredentialsOf(config));
    static const bool plugins = [] {
      grpc::EnableDefaultHealthCheckService(true);
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
      return true;
    }();
    static_cast<void>(plugins);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(config.listen_address(), credentials, &port_);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetMaxReceiveMessageSize(static_cast<int>(config.limits().message_bytes_max()));
    for (const auto& [name, service] : services_) {
      builder.RegisterService(service.get());
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", config.listen_address()));
    }
    SetReady(false);
    server_->GetHealthCheckService()->SetServingStatus(kLiveness, true);
    return absl::OkStatus();
  }

  int port() const { return port_; }

  void SetReady(bool ready) {
    grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
    health->SetServingStatus("", ready);
    health->SetServingStatus(kReadiness, ready);
    for (const auto& [name, service] : services_) {
      health->SetServingStatus(name, ready);
    }
  }

  void Stop(absl::Duration grace) {
    if (server_ != nullptr && !stopped_) {
      stopped_ = true;
      server_->Shutdown(absl::ToChronoTime(SystemClock().Now() + grace));
    }
  }

 private:
  Gate gate_;
  absl::flat_hash_map<std::string, std::unique_ptr<DescribedService>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  bool stopped_ = false;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ServerConfig& config,
                                                      Router* router) {
  ASSIGN_OR_RETURN(const config::v1::ServerConfig complete, CompleteServerConfig(config));
  auto impl = std::make_unique<Impl>(router, !complete.has_tls());
  RETURN_IF_ERROR(impl->Listen(complete));
  Log(LogLevel::kInfo, "listening",
      {{"address", complete.listen_address()}, {"port", impl->port()}});
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

int Server::port() const { return impl_->port(); }

void Server::SetReady(bool ready) { impl_->SetReady(ready); }

void Server::Stop(absl::Duration grace) { impl_->Stop(grace); }

}  // namespace onething::rpc
