#include "libs/runtime/run_service.h"
#include "services/license/wiring.h"

int main(int argc, char** argv) {
  return onething::runtime::RunService<onething::config::v1::LicenseConfig>(
      argc, argv, {.name = "license", .schema_version = 1, .wire = onething::license::Wire});
}
