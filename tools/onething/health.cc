#include "tools/onething/health.h"

#include <future>

#include "absl/strings/str_cat.h"

namespace onething::tool {
namespace {

// grpc.health.v1, for which no package ships a C++ contract:
//   HealthCheckRequest  := 0A length name          field 1, text
//   HealthCheckResponse := 08 status               field 1, number; 1 = SERVING
constexpr char kMethod[] = "grpc.health.v1.Health/Check";
constexpr char kNameTag = '\x0A';
constexpr absl::string_view kServing = "\x08\x01";

}  // namespace

bool IsServing(rpc::Channel* channel, absl::string_view name, absl::Duration timeout) {
  const std::string request = absl::StrCat(absl::string_view(&kNameTag, 1),
                                           std::string(1, static_cast<char>(name.size())), name);
  std::promise<bool> answer;
  channel->CallAsync(kMethod, request, {.timeout = timeout},
                     [&](const absl::StatusOr<std::string>& response) {
                       answer.set_value(response.ok() && *response == kServing);
                     });
  return answer.get_future().get();
}

}  // namespace onething::tool
