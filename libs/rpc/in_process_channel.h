// A channel into a router of the same process: tests and the simulation wire services together with
// it.

#ifndef ONETHING_LIBS_RPC_IN_PROCESS_CHANNEL_H_
#define ONETHING_LIBS_RPC_IN_PROCESS_CHANNEL_H_

#include <string>

#include "libs/rpc/channel.h"
#include "libs/rpc/router.h"

namespace onething::rpc {

// Calls `router` as `identity`. A router without threads is run until it has nothing more to do
// before CallAsync returns, so that the answer is there. The router outlives the channel.
class InProcessChannel final : public Channel {
 public:
  InProcessChannel(Router* router, std::string identity)
      : router_(router), identity_(std::move(identity)) {}

  void CallAsync(absl::string_view method, std::string request, const CallOptions& options,
                 Done done) override;

 private:
  Router* const router_;
  const std::string identity_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_IN_PROCESS_CHANNEL_H_
