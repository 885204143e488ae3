// The gRPC client: channels to services and peers. With server.cc the only place where gRPC's own
// types occur.

#ifndef ONETHING_LIBS_RPC_CLIENT_H_
#define ONETHING_LIBS_RPC_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/channel.h"
#include "onething/config/v1/server.pb.h"

namespace onething::rpc {

struct ChannelOptions {
  // host:port.
  std::string target;
  // Certificate, key and CA; null for plain text. Read during OpenChannel.
  const config::v1::TlsFiles* tls = nullptr;
  // Who we say we are without TLS (metadata `onething-identity`); not sent with TLS.
  std::string development_identity = {};
  // The name expected in the callee's certificate when it is not the host of `target`.
  std::string tls_name = {};
  // Does not share the connection of this process's other channels to the same target.
  bool own_connection = false;
};

// A channel that connects when first used and again, with growing pauses of 0.1 s to 5 s, whenever
// the callee went away. One attempt may take 5 s. FAILED_PRECONDITION when a certificate file
// cannot be read.
absl::StatusOr<std::unique_ptr<Channel>> OpenChannel(const ChannelOptions& options);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_CLIENT_H_
