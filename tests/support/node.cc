#include "tests/support/node.h"

#include "libs/base/status.h"
#include "libs/runtime/load_config.h"
#include "services/catalogue/wiring.h"
#include "services/license/wiring.h"
#include "services/rating/wiring.h"
#include "services/relay/wiring.h"
#include "services/workflow/wiring.h"

namespace onething::testing {
namespace {

template <class Config>
absl::StatusOr<std::unique_ptr<runtime::Host>> Open(NodeOptions options, const Clock* clock,
                                                    absl::Status (*wire)(const Config&,
                                                                         runtime::Host&)) {
  Config config;
  RETURN_IF_ERROR(runtime::LoadConfig({.config_file = options.config_file}, &config));
  ASSIGN_OR_RETURN(std::unique_ptr<runtime::Host> host,
                   runtime::Host::Open({.service = options.service,
                                        .server = config.server(),
                                        .threaded = false,
                                        .memory_disk = options.disk,
                                        .on_failed = std::move(options.on_failed)},
                                       std::move(options.channels), clock));
  RETURN_IF_ERROR(wire(config, *host));
  host->Start();
  return host;
}

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Host>> OpenNode(NodeOptions options, const Clock* clock) {
  if (options.service == "catalogue") {
    return Open<config::v1::CatalogueConfig>(std::move(options), clock, catalogue::Wire);
  }
  if (options.service == "workflow") {
    return Open<config::v1::WorkflowConfig>(std::move(options), clock, workflow::Wire);
  }
  if (options.service == "license") {
    return Open<config::v1::LicenseConfig>(std::move(options), clock, license::Wire);
  }
  if (options.service == "relay") {
    return Open<config::v1::RelayConfig>(std::move(options), clock, relay::Wire);
  }
  if (options.service == "rating") {
    return Open<config::v1::RatingConfig>(std::move(options), clock, rating::Wire);
  }
  return absl::InvalidArgumentError("no such service: " + options.service);
}

}  // namespace onething::testing
