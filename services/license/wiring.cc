#include "services/license/wiring.h"

#include <utility>

#include "libs/base/status.h"
#include "services/license/license_types.h"
#include "services/license/licenses.h"
#include "services/license/service.h"
#include "services/license/tables.h"
#include "services/license/verification.h"

namespace onething::license {

absl::Status Wire(const config::v1::LicenseConfig& config, runtime::Host& host) {
  ASSIGN_OR_RETURN(Keys keys, LoadKeys(config.trust_file(), config.keys_dir()));
  WireWith(std::move(keys), host);
  return absl::OkStatus();
}

LatestKeys& WireWith(Keys keys, runtime::Host& host) {
  LatestKeys& latest = host.Make<LatestKeys>(std::move(keys));
  const telemetry::LicenseMetrics* metrics = &host.metrics().license;
  const Tables& tables = host.Make<Tables>();
  const LicenseTypes& types = host.Make<LicenseTypes>(tables);
  const Licenses& licenses = host.Make<Licenses>(tables, latest, metrics);
  const Verification& verification = host.Make<Verification>(tables, latest, metrics);
  RegisterLicenses(host.router(), types, licenses, verification);
  host.AddCheck("licenses", [&tables](const storage::View& view) { return tables.Check(view); });
  return latest;
}

}  // namespace onething::license
