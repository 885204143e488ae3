#include "libs/rpc/in_process_channel.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/clock.h"

namespace onething::rpc {

void InProcessChannel::CallAsync(absl::string_view method, std::string request,
                                 const CallOptions& options, Done done) {
  const std::string path = absl::StrCat("/", absl::StripPrefix(method, "/"));
  router_->Dispatch({.method = path,
                     .identity = identity_,
                     .on_behalf_of = options.on_behalf_of,
                     .deadline = router_->store().clock().Now() + options.timeout,
                     .trace_id = options.trace_id,
                     .body = request},
                    [done = std::move(done)](const absl::Status& status, std::string response) {
                      if (status.ok()) {
                        done(std::move(response));
                      } else {
                        done(status);
                      }
                    });
  if (!router_->threaded()) {
    router_->RunPending();
  }
}

}  // namespace onething::rpc
