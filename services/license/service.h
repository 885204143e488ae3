// Binds the Licenses contract to its nouns: one line an RPC.

#ifndef ONETHING_SERVICES_LICENSE_SERVICE_H_
#define ONETHING_SERVICES_LICENSE_SERVICE_H_

#include "libs/rpc/router.h"
#include "services/license/license_types.h"
#include "services/license/licenses.h"
#include "services/license/verification.h"

namespace onething::license {

// Registers every RPC of onething.license.v1.Licenses. The nouns outlive the router.
void RegisterLicenses(rpc::Router& router, const LicenseTypes& types, const Licenses& licenses,
                      const Verification& verification);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_SERVICE_H_
