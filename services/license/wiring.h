// What the license service is made of, put into a host: the same for the program, the tests and the
// simulation.

#ifndef ONETHING_SERVICES_LICENSE_WIRING_H_
#define ONETHING_SERVICES_LICENSE_WIRING_H_

#include "absl/status/status.h"
#include "libs/runtime/host.h"
#include "onething/config/v1/license.pb.h"
#include "services/license/keys.h"

namespace onething::license {

// Loads trust list and signing keys and registers the RPCs. Errors as those of LoadKeys.
absl::Status Wire(const config::v1::LicenseConfig& config, runtime::Host& host);

// The same with keys that are there already. What it returns can be set anew at any time; it lives
// as long as the host.
LatestKeys& WireWith(Keys keys, runtime::Host& host);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_WIRING_H_
