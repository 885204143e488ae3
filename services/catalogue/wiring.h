// What the catalogue is made of, put into a host: the same for the program, the tests and the
// simulation.

#ifndef ONETHING_SERVICES_CATALOGUE_WIRING_H_
#define ONETHING_SERVICES_CATALOGUE_WIRING_H_

#include "absl/status/status.h"
#include "libs/runtime/host.h"
#include "onething/config/v1/catalogue.pb.h"

namespace onething::catalogue {

// Makes tables and items and registers the RPCs. Never fails.
absl::Status Wire(const config::v1::CatalogueConfig& config, runtime::Host& host);

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_WIRING_H_
