// Asks a service whether it is ready, by the standard gRPC health service.

#ifndef ONETHING_TOOLS_ONETHING_HEALTH_H_
#define ONETHING_TOOLS_ONETHING_HEALTH_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rpc/channel.h"

namespace onething::tool {

// Whether `name` (readiness, liveness) is SERVING; false when nothing answers within `timeout`.
bool IsServing(rpc::Channel* channel, absl::string_view name, absl::Duration timeout);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_HEALTH_H_
