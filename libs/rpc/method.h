// One RPC as the contract and its service describe it. Only libs/rpc and the tests that go through
// all RPCs look inside.

#ifndef ONETHING_LIBS_RPC_METHOD_H_
#define ONETHING_LIBS_RPC_METHOD_H_

#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/router.h"
#include "libs/rpc/validator.h"
#include "libs/telemetry/metrics.h"
#include "onething/options/v1/options.pb.h"

namespace onething::rpc {

// Immutable once added to a router; lives as long as it.
struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  // `/onething.catalogue.v1.Catalogue/GetItem`.
  std::string path;
  // Who refuses, as ErrorInfo.domain says: `catalogue.onething`.
  std::string domain;
  options::v1::MethodKind kind = options::v1::METHOD_KIND_UNSPECIFIED;
  // One of these lets a caller in; ROLE_ANY lets in every known caller.
  RoleSet roles;
  // Default instances of the generated types.
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* response = nullptr;
  std::unique_ptr<const Validator> validator;
  // Of commands.
  const google::protobuf::FieldDescriptor* request_id = nullptr;
  telemetry::MethodMetrics* metrics = nullptr;

  // One of the three.
  QueryHandler query;
  CommandHandler command;
  PrepareHandler prepare;

  // The path without its slash, as logs, metrics and Call name the method.
  absl::string_view name() const { return absl::string_view(path).substr(1); }
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_METHOD_H_
