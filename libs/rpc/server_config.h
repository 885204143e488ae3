// The defaults and bounds of ServerConfig that options of its fields cannot state. The one place
// where they are numbers.

#ifndef ONETHING_LIBS_RPC_SERVER_CONFIG_H_
#define ONETHING_LIBS_RPC_SERVER_CONFIG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "onething/config/v1/server.pb.h"

namespace onething::rpc {

// The configuration with every optional number and duration filled in. INVALID_ARGUMENT
// (FIELD_INVALID) with all faults at once: what breaks a field rule, a duration outside its stated
// range, an address that is no host:port, plain text that is not on loopback, neither plain text
// nor TLS.
absl::StatusOr<config::v1::ServerConfig> CompleteServerConfig(config::v1::ServerConfig config);

// A duration of a completed configuration.
absl::Duration ToDuration(const google::protobuf::Duration& duration);

// Whether `address`, host:port, names this machine only: `localhost`, 127.0.0.0/8 or `[::1]`.
bool IsLoopback(absl::string_view address);

// The contents of the files that TlsFiles names.
struct TlsMaterial {
  std::string certificate;
  std::string private_key;
  std::string ca;
};

// Reads them. FAILED_PRECONDITION naming the file that cannot be read.
absl::StatusOr<TlsMaterial> ReadTlsFiles(const config::v1::TlsFiles& files);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_SERVER_CONFIG_H_
