#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "libs/base/check.h"
#include "libs/rpc/method.h"
#include "libs/rpc/router.h"

namespace onething::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using options::v1::FieldRules;
using options::v1::MethodRules;

void Require(bool condition, absl::string_view name, absl::string_view what) {
  if (!condition) {
    const std::string message = absl::StrCat(name, ": ", what);
    CheckFailed(__FILE__, __LINE__, message.c_str());
  }
}

const ServiceDescriptor* FindService(absl::string_view name) {
  const ServiceDescriptor* service =
      DescriptorPool::generated_pool()->FindServiceByName(std::string(name));
  Require(service != nullptr, name, "is no service of a linked contract");
  return service;
}

const MethodDescriptor& MethodOf(const ServiceDescriptor& service, const Descriptor& request) {
  const MethodDescriptor* found = nullptr;
  for (int i = 0; i < service.method_count(); ++i) {
    if (service.method(i)->input_type() == &request) {
      Require(found == nullptr, request.full_name(), "is the request of two methods");
      found = service.method(i);
    }
  }
  Require(found != nullptr, request.full_name(),
          absl::StrCat("is the request of no method of ", service.full_name()));
  return *found;
}

const FieldDescriptor* SingularString(const Descriptor& type, const char* name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  const bool fits =
      field != nullptr && !field->is_repeated() && field->type() == FieldDescriptor::TYPE_STRING;
  return fits ? field : nullptr;
}

const FieldDescriptor* RequestIdOf(const MethodDescriptor& method) {
  const FieldDescriptor* field = SingularString(*method.input_type(), "request_id");
  Require(field != nullptr, method.full_name(), "a command has a string request_id");
  const FieldRules& rules = field->options().GetExtension(options::v1::field);
  Require(rules.required() && rules.format() == options::v1::FORMAT_REQUEST_ID, field->full_name(),
          "is required and has FORMAT_REQUEST_ID");
  return field;
}

void CheckPaging(const MethodDescriptor& method) {
  if (method.input_type()->FindFieldByName("page_token") == nullptr) {
    return;
  }
  const FieldDescriptor* size = method.input_type()->FindFieldByName("page_size");
  Require(SingularString(*method.input_type(), "page_token") != nullptr && size != nullptr &&
              size->type() == FieldDescriptor::TYPE_INT32 && !size->is_repeated() &&
              SingularString(*method.output_type(), "next_page_token") != nullptr,
          method.full_name(),
          "a listing has int32 page_size, string page_token and next_page_token");
}

// The name of a resource; the name of a person is no such.
const FieldDescriptor* ResourceName(const Descriptor& type) {
  const FieldDescriptor* field = SingularString(type, "name");
  const bool fits =
      field != nullptr && !field->options().GetExtension(options::v1::field).sensitive();
  return fits ? field : nullptr;
}

// The resource is the answer itself if it has a name, else its first message field that has one.
AuditFields AuditFieldsOf(const Descriptor& request, const Descriptor& answer) {
  AuditFields fields{.request_name = ResourceName(request), .name = ResourceName(answer)};
  const Descriptor* resource = &answer;
  for (int i = 0; i < answer.field_count() && fields.name == nullptr; ++i) {
    const FieldDescriptor* field = answer.field(i);
    if (field->message_type() != nullptr && !field->is_repeated()) {
      fields.name = ResourceName(*field->message_type());
      if (fields.name != nullptr) {
        fields.resource = field;
        resource = field->message_type();
      }
    }
  }
  const FieldDescriptor* state = resource->FindFieldByName("state");
  if (state != nullptr && state->enum_type() != nullptr && !state->is_repeated()) {
    fields.state = state;
  }
  return fields;
}

}  // namespace

ServiceMethods::ServiceMethods(Router* router, absl::string_view service)
    : router_(router), service_(FindService(service)) {}

ServiceMethods::~ServiceMethods() {
  for (int i = 0; i < service_->method_count(); ++i) {
    const std::string path =
        absl::StrCat("/", service_->full_name(), "/", service_->method(i)->name());
    Require(router_->Find(path) != nullptr, path, "has no handler");
  }
}

std::unique_ptr<Method> ServiceMethods::NewMethod(const Message& request, const Message& answer,
                                                  options::v1::MethodKind kind) const {
  const MethodDescriptor& descriptor = MethodOf(*service_, *request.GetDescriptor());
  const std::string& name = descriptor.full_name();
  Require(!descriptor.client_streaming() && !descriptor.server_streaming(), name, "streams");
  Require(descriptor.output_type() == answer.GetDescriptor(), name,
          absl::StrCat("answers with ", descriptor.output_type()->full_name(), ", not with ",
                       answer.GetTypeName()));
  const MethodRules& rules = descriptor.options().GetExtension(options::v1::method);
  Require(rules.kind() == kind, name, "is registered as another kind than its option says");
  Require(rules.roles_size() > 0, name, "has no roles");

  auto method = std::make_unique<Method>();
  method->descriptor = &descriptor;
  method->path = absl::StrCat("/", service_->full_name(), "/", descriptor.name());
  method->kind = kind;
  for (const int role : rules.roles()) {
    Require(role != options::v1::ROLE_UNSPECIFIED, name, "names ROLE_UNSPECIFIED");
    method->roles.Add(static_cast<Role>(role));
  }
  method->request = &request;
  method->answer = &answer;
  method->validator = std::make_unique<const Validator>(*request.GetDescriptor());
  if (kind == options::v1::METHOD_KIND_COMMAND) {
    method->request_id = RequestIdOf(descriptor);
    method->audit = AuditFieldsOf(*descriptor.input_type(), *descriptor.output_type());
  } else {
    CheckPaging(descriptor);
  }
  return method;
}

void ServiceMethods::AddQuery(const Message& request, const Message& answer, QueryHandler handler) {
  std::unique_ptr<Method> method = NewMethod(request, answer, options::v1::METHOD_KIND_QUERY);
  method->query = std::move(handler);
  router_->Add(std::move(method));
}

void ServiceMethods::AddLongQuery(const Message& request, const Message& answer,
                                  QueryHandler handler) {
  std::unique_ptr<Method> method = NewMethod(request, answer, options::v1::METHOD_KIND_QUERY);
  method->query = std::move(handler);
  method->is_long = true;
  router_->Add(std::move(method));
}

void ServiceMethods::AddCommand(const Message& request, const Message& answer,
                                CommandHandler handler) {
  std::unique_ptr<Method> method = NewMethod(request, answer, options::v1::METHOD_KIND_COMMAND);
  method->command = std::move(handler);
  router_->Add(std::move(method));
}

void ServiceMethods::AddPreparedCommand(const Message& request, const Message& answer,
                                        PrepareHandler handler) {
  std::unique_ptr<Method> method = NewMethod(request, answer, options::v1::METHOD_KIND_COMMAND);
  method->prepare = std::move(handler);
  router_->Add(std::move(method));
}

}  // namespace onething::rpc
