#include "libs/runtime/run_service.h"
#include "services/rating/wiring.h"

int main(int argc, char** argv) {
  return onething::runtime::RunService<onething::config::v1::RatingConfig>(
      argc, argv, {.name = "rating", .schema_version = 1, .wire = onething::rating::Wire});
}
