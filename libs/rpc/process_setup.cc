#include "libs/rpc/process_setup.h"

#include <sched.h>

#include "absl/synchronization/mutex.h"

namespace onething::rpc {

void SetUpProcess() {
  // Where it is not allowed nothing is lost but speed.
  const sched_param batch{};
  static_cast<void>(sched_setscheduler(0, SCHED_BATCH, &batch));
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

}  // namespace onething::rpc
