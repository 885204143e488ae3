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

// Where the name and state of the resource stand that a command was about, for its audit row. Null
// where there is none.
struct AuditFields {
  // In the request, for answers that name nothing.
  const google::protobuf::FieldDescriptor* request_name = nullptr;
  // The field of the answer that holds the resource; null when the answer is the resource.
  const google::protobuf::FieldDescriptor* resource = nullptr;
  const google::protobuf::FieldDescriptor* name = nullptr;
  const google::protobuf::FieldDescriptor* state = nullptr;
};

// Immutable once added to a router; lives as long as it.
struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  // `/onething.catalogue.v1.Catalogue/GetItem`.
  std::string path;
  options::v1::MethodKind kind = options::v1::METHOD_KIND_UNSPECIFIED;
  // One of these lets a caller in; ROLE_ANY lets in every known caller.
  RoleSet roles;
  // Default instances of the generated types.
  const google::protobuf::Message* request = nullptr;
  const google::protobuf::Message* answer = nullptr;
  std::unique_ptr<const Validator> validator;
  // Of commands.
  const google::protobuf::FieldDescriptor* request_id = nullptr;
  AuditFields audit;
  telemetry::MethodMetrics* metrics = nullptr;

  // One of the three.
  QueryHandler query;
  CommandHandler command;
  PrepareHandler prepare;
  // Of a query: goes to the executor at once.
  bool is_long = false;

  // The path without its slash, as metrics, logs and Call name the method.
  absl::string_view name() const { return absl::string_view(path).substr(1); }
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_METHOD_H_
