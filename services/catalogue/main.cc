#include "libs/runtime/run_service.h"
#include "services/catalogue/wiring.h"

int main(int argc, char** argv) {
  return onething::runtime::RunService<onething::config::v1::CatalogueConfig>(
      argc, argv, {.name = "catalogue", .schema_version = 1, .wire = onething::catalogue::Wire});
}
