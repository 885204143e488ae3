#include "libs/rpc/server_config.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/config/source_map.h"
#include "libs/rpc/validator.h"

namespace onething::rpc {
namespace {

using config::v1::ServerConfig;
using config::v1::ServerLimits;

constexpr uint32_t kMessageBytesMax = 4 << 20;
constexpr uint32_t kCommandQueueMax = 4096;
constexpr uint32_t kGroupCommandsMax = 512;
constexpr uint32_t kGroupBytesMax = 8 << 20;
constexpr uint32_t kExecutorThreads = 8;
constexpr uint32_t kExecutorQueueMax = 1024;
constexpr int kNanosPerMilli = 1'000'000;

// An optional duration: what it is when nothing is said, and what may be said.
struct DurationRule {
  const char* path;
  bool (ServerConfig::*is_set)() const;
  google::protobuf::Duration* (ServerConfig::*field)();
  absl::Duration value;
  absl::Duration least;
  absl::Duration most;
};

std::vector<DurationRule> DurationRules() {
  return {
      {"request_keep", &ServerConfig::has_request_keep, &ServerConfig::mutable_request_keep,
       absl::Hours(24 * 7), absl::Minutes(1), absl::Hours(24 * 90)},
      {"drain_delay", &ServerConfig::has_drain_delay, &ServerConfig::mutable_drain_delay,
       absl::Seconds(3), absl::ZeroDuration(), absl::Minutes(5)},
      {"drain_grace", &ServerConfig::has_drain_grace, &ServerConfig::mutable_drain_grace,
       absl::Seconds(10), absl::ZeroDuration(), absl::Minutes(5)},
      {"slow_call", &ServerConfig::has_slow_call, &ServerConfig::mutable_slow_call,
       absl::Seconds(1), absl::Milliseconds(1), absl::Hours(1)},
  };
}

void SetDefault(uint32_t value, uint32_t (ServerLimits::*get)() const,
                void (ServerLimits::*set)(uint32_t), ServerLimits* limits) {
  if ((limits->*get)() == 0) {
    (limits->*set)(value);
  }
}

void CompleteLimits(ServerLimits* limits) {
  SetDefault(kMessageBytesMax, &ServerLimits::message_bytes_max,
             &ServerLimits::set_message_bytes_max, limits);
  SetDefault(kCommandQueueMax, &ServerLimits::command_queue_max,
             &ServerLimits::set_command_queue_max, limits);
  SetDefault(kGroupCommandsMax, &ServerLimits::group_commands_max,
             &ServerLimits::set_group_commands_max, limits);
  SetDefault(kGroupBytesMax, &ServerLimits::group_bytes_max, &ServerLimits::set_group_bytes_max,
             limits);
  SetDefault(kExecutorThreads, &ServerLimits::executor_threads, &ServerLimits::set_executor_threads,
             limits);
  SetDefault(kExecutorQueueMax, &ServerLimits::executor_queue_max,
             &ServerLimits::set_executor_queue_max, limits);
}

void SetDuration(absl::Duration value, google::protobuf::Duration* out) {
  const int64_t millis = absl::ToInt64Milliseconds(value);
  out->set_seconds(millis / 1000);
  out->set_nanos(static_cast<int>(millis % 1000) * kNanosPerMilli);
}

void AddFault(absl::string_view path, absl::string_view what, common::v1::BadRequest* faults) {
  auto* fault = faults->add_field_violations();
  fault->set_field(path.data(), path.size());
  fault->set_description(what.data(), what.size());
}

// The host without brackets; nullopt unless `address` is host:port.
std::optional<absl::string_view> HostOf(absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return std::nullopt;
  }
  absl::string_view host = address.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") ? std::optional(host) : std::nullopt;
  }
  // An address of IPv6 without brackets, or a scheme such as unix:.
  return absl::StrContains(host, ":") || absl::StrContains(host, "/") ? std::nullopt
                                                                      : std::optional(host);
}

void CheckAddresses(const ServerConfig& config, common::v1::BadRequest* faults) {
  if (!HostOf(config.listen_address()).has_value() && !config.listen_address().empty()) {
    AddFault("listen_address", "应为 host:port", faults);
  } else if (config.development_plaintext() && !IsLoopback(config.listen_address())) {
    AddFault("development_plaintext", "明文只能监听本机地址，如 127.0.0.1", faults);
  }
  if (!config.metrics_address().empty() && !HostOf(config.metrics_address()).has_value()) {
    AddFault("metrics_address", "应为 host:port", faults);
  }
  if (config.has_tls() == config.development_plaintext()) {
    AddFault("tls", "tls 与 development_plaintext 应有且只有一个", faults);
  }
  if (config.development_clock_offset_seconds() != 0 && !config.development_plaintext()) {
    AddFault("development_clock_offset_seconds", "只能与 development_plaintext 同用", faults);
  }
  for (const auto& [name, address] : config.peers()) {
    if (!HostOf(address).has_value()) {
      AddFault(absl::StrCat("peers", config::SourceMap::KeyPart(name)), "应为 host:port", faults);
    }
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  if (!file || !(contents << file.rdbuf())) {
    return absl::FailedPreconditionError(absl::StrCat("无法读取文件 ", path));
  }
  return contents.str();
}

}  // namespace

absl::StatusOr<ServerConfig> CompleteServerConfig(ServerConfig config) {
  static const Validator rules(*ServerConfig::descriptor());
  const absl::Status broken = rules.Check(config);
  common::v1::BadRequest faults = ViolationsOf(broken).value_or(common::v1::BadRequest());
  CompleteLimits(config.mutable_limits());
  for (const DurationRule& rule : DurationRules()) {
    if (!(config.*rule.is_set)()) {
      SetDuration(rule.value, (config.*rule.field)());
    }
    const absl::Duration value = ToDuration(*(config.*rule.field)());
    if (value < rule.least || value > rule.most) {
      AddFault(rule.path,
               absl::StrCat("应在 ", absl::FormatDuration(rule.least), " 与 ",
                            absl::FormatDuration(rule.most), " 之间"),
               &faults);
    }
  }
  if (config.log_level().empty()) {
    config.set_log_level("info");
  }
  CheckAddresses(config, &faults);
  if (!faults.field_violations().empty()) {
    return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                               common::v1::ERROR_REASON_FIELD_INVALID, "配置有误", faults);
  }
  return config;
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

bool IsLoopback(absl::string_view address) {
  const std::optional<absl::string_view> host = HostOf(address);
  if (!host.has_value()) {
    return false;
  }
  if (*host == "localhost" || *host == "::1") {
    return true;
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(*host, '.');
  bool numbers = parts.size() == 4 && parts[0] == "127";
  for (const absl::string_view part : parts) {
    int number = 0;
    numbers = numbers && absl::SimpleAtoi(part, &number) && number >= 0 && number <= 255;
  }
  return numbers;
}

absl::StatusOr<TlsMaterial> ReadTlsFiles(const config::v1::TlsFiles& files) {
  TlsMaterial material;
  ASSIGN_OR_RETURN(material.certificate, ReadFile(files.certificate()));
  ASSIGN_OR_RETURN(material.private_key, ReadFile(files.private_key()));
  ASSIGN_OR_RETURN(material.ca, ReadFile(files.ca()));
  return material;
}

}  // namespace onething::rpc
