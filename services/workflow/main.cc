#include "libs/runtime/run_service.h"
#include "services/workflow/wiring.h"

int main(int argc, char** argv) {
  return onething::runtime::RunService<onething::config::v1::WorkflowConfig>(
      argc, argv, {.name = "workflow", .schema_version = 1, .wire = onething::workflow::Wire});
}
