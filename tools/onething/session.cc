#include "tools/onething/session.h"

#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "tools/onething/advice.h"
#include "tools/onething/suite_file.h"

namespace onething::tool {
namespace {

// Statuses that say nothing was answered, as against refused.
bool IsUnreachable(const absl::Status& status) {
  const auto reason = ReasonOf(status);
  return reason == common::v1::ERROR_REASON_PEER_UNREACHABLE ||
         (!reason.has_value() && (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)));
}

std::string ReasonOrCode(const absl::Status& status) {
  const auto info = ErrorInfoOf(status);
  return info.has_value() ? info->reason() : absl::StatusCodeToString(status.code());
}

// The one document of a command that did nothing; always of the same shape.
nlohmann::json ErrorDocument(const std::string& code, const std::string& reason,
                             const std::string& message) {
  return {{"error",
           {{"code", code},
            {"reason", reason},
            {"message", message},
            {"advice", ""},
            {"metadata", nlohmann::json::object()},
            {"violations", nlohmann::json::array()}}}};
}

nlohmann::json ErrorDocument(const absl::Status& status, const FieldPlace& place) {
  nlohmann::json document = ErrorDocument(absl::StatusCodeToString(status.code()),
                                          ReasonOrCode(status), std::string(status.message()));
  nlohmann::json& error = document["error"];
  error["advice"] = AdviceFor(status);
  if (const auto info = ErrorInfoOf(status)) {
    for (const auto& [key, value] : info->metadata()) {
      error["metadata"][key] = value;
    }
  }
  if (const auto violations = ViolationsOf(status)) {
    for (const auto& fault : violations->field_violations()) {
      error["violations"].push_back({{"field", fault.field()},
                                     {"description", fault.description()},
                                     {"place", place ? place(fault.field()) : ""}});
    }
  }
  return document;
}

// One line; what is no UTF-8 is replaced, so that it always is JSON.
std::string OneLine(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

std::string AdviceFor(const absl::Status& status) {
  if (std::string advice = AdviceOf(status); !advice.empty()) {
    return advice;
  }
  if (IsUnreachable(status)) {
    return "请确认服务正在运行（onething up），或用 --suite / --server 指明地址";
  }
  switch (ReasonOf(status).value_or(common::v1::ERROR_REASON_UNSPECIFIED)) {
    case common::v1::ERROR_REASON_CALLER_UNKNOWN:
    case common::v1::ERROR_REASON_ROLE_MISSING:
      return "请用 --as 换一个有此角色的身份";
    case common::v1::ERROR_REASON_OUT_OF_SCOPE:
      return "请用 --for 指明所代表的申请人，或换用有权办理的身份";
    case common::v1::ERROR_REASON_ETAG_MISMATCH:
      return "请重新读取后再提交";
    case common::v1::ERROR_REASON_QUEUE_FULL:
    case common::v1::ERROR_REASON_NOT_SERVING:
      return "请稍后重试；用同一 --request-id 重试不会重复办理";
    default:
      return "";
  }
}

int Session::Show(const google::protobuf::Message& message,
                  const std::function<void()>& print) const {
  return ShowJson(options_.json ? ToJson(message) : "", print);
}

int Session::ShowJson(const std::string& json, const std::function<void()>& print) const {
  if (options_.json) {
    std::cout << json << std::endl;
  } else {
    print();
  }
  return kDone;
}

int Session::Refuse(const absl::Status& status, const FieldPlace& place) const {
  const bool unreachable = IsUnreachable(status);
  if (options_.json) {
    std::cout << OneLine(ErrorDocument(status, place)) << std::endl;
  } else {
    std::cerr << (unreachable ? "无法连接：" : "未办理：") << status.message() << "\n";
    const auto violations = ViolationsOf(status).value_or(common::v1::BadRequest());
    for (const auto& fault : violations.field_violations()) {
      const std::string written = place ? place(fault.field()) : "";
      std::cerr << "  · " << written << (written.empty() ? "" : "  ") << fault.field() << "  "
                << fault.description() << "\n";
    }
    std::cerr << "原因代码：" << ReasonOrCode(status) << "\n";
    const std::string advice = AdviceFor(status);
    std::cerr << (advice.empty() ? "" : "怎么办：" + advice + "\n");
  }
  return unreachable ? kUnreachable : kRefused;
}

int Session::RefuseUsage(const std::string& sentence) const {
  if (options_.json) {
    std::cout << OneLine(ErrorDocument("INVALID_ARGUMENT", "USAGE", sentence)) << std::endl;
  } else {
    std::cerr << sentence << "\n用 --help 查看用法\n";
  }
  return kUsage;
}

absl::StatusOr<rpc::Channel*> Session::ChannelTo(absl::string_view service,
                                                 absl::string_view identity) {
  std::string address;
  if (const auto given = options_.addresses.find(std::string(service));
      given != options_.addresses.end()) {
    address = given->second;
  } else {
    // A suite that was never started and one that does not answer are the same to the caller.
    const absl::StatusOr<SuiteFile> suite = ReadSuiteFile(options_.suite);
    if (!suite.ok()) {
      return absl::UnavailableError(suite.status().message());
    }
    const auto known = suite->services.find(std::string(service));
    if (known == suite->services.end()) {
      return absl::UnavailableError(absl::StrCat("suite.json 中没有服务 ", service));
    }
    address = known->second;
  }
  const std::string caller = options_.identity.empty() ? std::string(identity) : options_.identity;
  std::unique_ptr<rpc::Channel>& channel = channels_[absl::StrCat(address, " ", caller)];
  if (channel == nullptr) {
    const bool encrypted = !options_.tls.ca().empty();
    ASSIGN_OR_RETURN(channel, opener_({.target = address,
                                       .tls = encrypted ? &options_.tls : nullptr,
                                       .development_identity = caller}));
  }
  return channel.get();
}

rpc::CallOptions Session::CallTerms() const {
  return {.timeout = options_.timeout, .on_behalf_of = options_.on_behalf_of};
}

}  // namespace onething::tool
