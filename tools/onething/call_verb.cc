#include "tools/onething/call_verb.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/base/check.h"
#include "libs/base/ids.h"
#include "libs/config/closest_word.h"
#include "onething/options/v1/options.pb.h"
#include "tools/onething/suite_file.h"

namespace onething::tool {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// The methods that every service has are not of a service's own package.
constexpr char kSharedPackage[] = "ops";

// The RPC that takes this request; request types are unique.
const MethodDescriptor& MethodOf(const Descriptor& request) {
  const MethodDescriptor* found = nullptr;
  for (int i = 0; i < request.file()->service_count(); ++i) {
    const auto* service = request.file()->service(i);
    for (int j = 0; j < service->method_count(); ++j) {
      if (service->method(j)->input_type() == &request) {
        found = service->method(j);
      }
    }
  }
  CHECK(found != nullptr);
  return *found;
}

// `catalogue` of onething.catalogue.v1.
std::string ServiceOf(const MethodDescriptor& method) {
  const std::vector<std::string> parts = absl::StrSplit(method.file()->package(), '.');
  CHECK(parts.size() == 3);
  return parts[1];
}

// The options that follow from the contract.
std::vector<FieldOption> WithPaging(std::vector<FieldOption> options, const Descriptor& request) {
  if (request.FindFieldByName("page_token") != nullptr) {
    options.push_back({"--page-size", "page_size", "每页条数，1 至 200，默认 50"});
    options.push_back({"--page-token", "page_token", "上一页给出的下一页标记"});
  }
  return options;
}

}  // namespace

CLI::Option* AddServiceOption(CLI::App* verb, std::string* service) {
  const std::vector<std::string> services(std::begin(kServices), std::end(kServices));
  const std::string words = absl::StrJoin(services, "、");
  return verb->add_option("--service", *service, absl::StrCat("服务：", words))
      ->type_name("NAME")
      ->check([=](const std::string& text) -> std::string {
        if (std::find(services.begin(), services.end(), text) != services.end()) {
          return "";
        }
        const std::string meant = config::DidYouMeanTail(text, services);
        return absl::StrCat("没有服务 ", text,
                            meant.empty() ? absl::StrCat("；可用：", words) : meant);
      });
}

CallVerb::CallVerb(CLI::App* verb, Program* program, DefaultCaller caller,
                   std::vector<FieldOption> options, google::protobuf::Message* request)
    : program_(program), caller_(caller), request_(request) {
  const MethodDescriptor& method = MethodOf(*request->GetDescriptor());
  method_ = absl::StrCat(method.service()->full_name(), "/", method.name());
  service_ = ServiceOf(method);
  if (service_ == kSharedPackage) {
    service_.clear();
    AddServiceOption(verb, &service_)->required();
  }
  options_.emplace(verb, WithPaging(std::move(options), *request->GetDescriptor()), request);
  if (method.options().GetExtension(options::v1::method).kind() ==
      options::v1::METHOD_KIND_COMMAND) {
    request_id_ = RandomId();
    verb->add_option("--request-id", request_id_, "幂等键：同一键重复提交只办一次")
        ->type_name("TEXT");
  }
}

std::optional<int> CallVerb::Prepare() {
  if (const absl::Status taken = options_->TakeValues(); !taken.ok()) {
    return program_->session.RefuseUsage(std::string(taken.message()));
  }
  if (const absl::Status read = options_->ReadFiles(); !read.ok()) {
    return program_->session.Refuse(read);
  }
  if (!request_id_.empty()) {
    const FieldDescriptor* field = request_->GetDescriptor()->FindFieldByName("request_id");
    request_->GetReflection()->SetString(request_, field, request_id_);
  }
  return std::nullopt;
}

int CallVerb::Refuse(const absl::Status& status) const {
  return program_->session.Refuse(
      status, [this](absl::string_view field) { return options_->PlaceOf(field); });
}

std::string CallVerb::identity() const {
  const bool for_subject =
      caller_.for_subject != nullptr && !program_->session.options().on_behalf_of.empty();
  return for_subject ? caller_.for_subject : caller_.name;
}

void PrintNextPage(const google::protobuf::Message& response) {
  const FieldDescriptor* field = response.GetDescriptor()->FindFieldByName("next_page_token");
  if (field == nullptr) {
    return;
  }
  const std::string token = response.GetReflection()->GetString(response, field);
  if (!token.empty()) {
    std::cout << "下一页：--page-token " << token << "\n";
  }
}

Noun::Noun(CLI::App& app, Program* program, const std::string& name, const std::string& help)
    : app_(app.add_subcommand(name, help)), program_(program) {
  app_->require_subcommand(1);
}

}  // namespace onething::tool
