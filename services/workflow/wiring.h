// What the workflow service is made of, put into a host: the same for the program, the tests and
// the simulation.

#ifndef ONETHING_SERVICES_WORKFLOW_WIRING_H_
#define ONETHING_SERVICES_WORKFLOW_WIRING_H_

#include "absl/status/status.h"
#include "libs/runtime/host.h"
#include "onething/config/v1/workflow.pb.h"

namespace onething::workflow {

// Loads the calendar and registers RPCs, answers and checks. Errors as the calendar's reader says.
absl::Status Wire(const config::v1::WorkflowConfig& config, runtime::Host& host);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_WIRING_H_
