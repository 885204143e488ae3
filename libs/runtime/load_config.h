// How a service's configuration comes together: file, then --set in the order given, then the
// dedicated flags; what is said later wins. The result is checked by the field rules of its
// contract, each fault shown with its place in the file, and completed with defaults.

#ifndef ONETHING_LIBS_RUNTIME_LOAD_CONFIG_H_
#define ONETHING_LIBS_RUNTIME_LOAD_CONFIG_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "libs/runtime/flags.h"
#include "onething/config/v1/server.pb.h"

namespace onething::runtime {

// Reads the configuration into `config`, a message that has a field `server` of type ServerConfig,
// which is completed (rpc::CompleteServerConfig). INVALID_ARGUMENT with one line a fault, NOT_FOUND
// or FAILED_PRECONDITION when the file cannot be read; `config` is then worthless.
absl::Status LoadConfig(const Flags& flags, google::protobuf::Message* config);

// The field `server` of a service's configuration. Aborts when the message has none: a mistake of
// ours.
const config::v1::ServerConfig& ServerConfigOf(const google::protobuf::Message& config);
config::v1::ServerConfig* MutableServerConfigOf(google::protobuf::Message* config);

// SM3 over the settings in a fixed order, in hexadecimal: equal for equal settings, whatever the
// file looks like.
std::string ConfigDigest(const google::protobuf::Message& config);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_LOAD_CONFIG_H_
