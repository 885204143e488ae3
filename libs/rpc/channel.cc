#include "libs/rpc/channel.h"

#include <optional>
#include <utility>

#include "libs/base/error.h"
#include "libs/base/mutex.h"
#include "libs/base/status.h"

namespace onething::rpc {
namespace {

// The answer of a call that somebody waits for.
class Awaited {
 public:
  void Set(absl::StatusOr<std::string> answer) {
    MutexLock lock(&mutex_);
    answer_ = std::move(answer);
    arrived_.Signal();
  }

  absl::StatusOr<std::string> Wait() {
    MutexLock lock(&mutex_);
    while (!answer_.has_value()) {
      arrived_.Wait(&mutex_);
    }
    return *std::move(answer_);
  }

 private:
  Mutex mutex_;
  CondVar arrived_;
  std::optional<absl::StatusOr<std::string>> answer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::Status Channel::CallAndWait(absl::string_view method,
                                  const google::protobuf::Message& request,
                                  const CallOptions& options, google::protobuf::Message* response) {
  Awaited awaited;
  CallAsync(method, request.SerializeAsString(), options,
            [&awaited](absl::StatusOr<std::string> answer) { awaited.Set(std::move(answer)); });
  ASSIGN_OR_RETURN(const std::string bytes, awaited.Wait());
  if (!response->ParseFromString(bytes)) {
    return MakeError(absl::StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL,
                     "对方的答复无法解析");
  }
  return absl::OkStatus();
}

}  // namespace onething::rpc
