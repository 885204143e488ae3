#include "libs/runtime/load_config.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "libs/crypto/sm3.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/server_config.h"
#include "libs/rpc/validator.h"
#include "libs/runtime/overrides.h"

namespace onething::runtime {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* ServerField(const Message& config) {
  const FieldDescriptor* field = config.GetDescriptor()->FindFieldByName("server");
  CHECK(field != nullptr && !field->is_repeated() &&
        field->message_type() == config::v1::ServerConfig::descriptor());
  return field;
}

// Replaces `field` when the flag was given.
void Replace(const std::string& flag, std::string* field) {
  if (!flag.empty()) {
    *field = flag;
  }
}

// Adds the faults of a check, each with its place, unless one stands at its path already.
void AddFaults(const absl::Status& status, absl::string_view prefix,
               const config::SourceMap& places, std::vector<config::Diagnostic>* faults) {
  const auto violations = ViolationsOf(status).value_or(common::v1::BadRequest());
  for (const auto& violation : violations.field_violations()) {
    const std::string path = absl::StrCat(prefix, violation.field());
    if (std::none_of(faults->begin(), faults->end(),
                     [&](const config::Diagnostic& fault) { return fault.path == path; })) {
      faults->push_back(places.At(path, absl::StrCat(path, "：", violation.description())));
    }
  }
}

// The rules of the contract, then what only a server configuration has; fills its defaults in.
absl::Status CheckAndComplete(const config::SourceMap& places, Message* config) {
  std::vector<config::Diagnostic> faults;
  AddFaults(rpc::Validator(*config->GetDescriptor()).Check(*config), "", places, &faults);
  config::v1::ServerConfig* server = MutableServerConfigOf(config);
  absl::StatusOr<config::v1::ServerConfig> completed = rpc::CompleteServerConfig(*server);
  AddFaults(completed.status(), "server.", places, &faults);
  RETURN_IF_ERROR(config::ToStatus(faults));
  ASSIGN_OR_RETURN(*server, std::move(completed));
  return rpc::CallerDirectory::Create(server->callers()).status();
}

}  // namespace

const config::v1::ServerConfig& ServerConfigOf(const Message& config) {
  return static_cast<const config::v1::ServerConfig&>(
      config.GetReflection()->GetMessage(config, ServerField(config)));
}

config::v1::ServerConfig* MutableServerConfigOf(Message* config) {
  return static_cast<config::v1::ServerConfig*>(
      config->GetReflection()->MutableMessage(config, ServerField(*config)));
}

absl::Status LoadConfig(const Flags& flags, Message* config) {
  std::vector<config::Diagnostic> findings;
  config::SourceMap places;
  RETURN_IF_ERROR(config::LoadYamlFile(flags.config_file, {}, config, &findings, &places));
  for (const config::Diagnostic& warning : findings) {
    Log(LogLevel::kWarning, "configuration", {{"finding", warning.Format()}});
  }
  for (const std::string& assignment : flags.overrides) {
    RETURN_IF_ERROR(ApplyOverride(assignment, config));
  }
  config::v1::ServerConfig* server = MutableServerConfigOf(config);
  Replace(flags.data_dir, server->mutable_data_dir());
  Replace(flags.listen_address, server->mutable_listen_address());
  Replace(flags.metrics_address, server->mutable_metrics_address());
  return CheckAndComplete(places, config);
}

std::string ConfigDigest(const Message& config) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream stream(&sink);
    stream.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&stream);
  }
  return absl::BytesToHexString(crypto::AsBytes(crypto::Sm3(bytes)));
}

}  // namespace onething::runtime
