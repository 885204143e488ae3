#include "libs/rpc/process_setup.h"

#include "absl/synchronization/mutex.h"

namespace onething::rpc {

void SetUpProcess() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

}  // namespace onething::rpc
