#include "libs/runtime/run_service.h"
#include "services/relay/wiring.h"

int main(int argc, char** argv) {
  return onething::runtime::RunService<onething::config::v1::RelayConfig>(
      argc, argv, {.name = "relay", .schema_version = 1, .wire = onething::relay::Wire});
}
