#include "services/license/service.h"

namespace onething::license {

void RegisterLicenses(rpc::Router& router, const LicenseTypes& types, const Licenses& licenses,
                      const Verification& verification) {
  rpc::ServiceMethods methods(&router, "onething.license.v1.Licenses");
  methods.Command(&types, &LicenseTypes::CreateLicenseType);
  methods.Query(&types, &LicenseTypes::GetLicenseType);
  methods.Query(&types, &LicenseTypes::ListLicenseTypes);
  methods.PreparedCommand(&licenses, &Licenses::PrepareIssueLicense, &Licenses::IssueLicense);
  methods.Query(&licenses, &Licenses::GetLicense);
  methods.Query(&licenses, &Licenses::ListLicenses);
  methods.Command(&licenses, &Licenses::SuspendLicense);
  methods.Command(&licenses, &Licenses::ResumeLicense);
  methods.Command(&licenses, &Licenses::RevokeLicense);
  methods.LongQuery(&verification, &Verification::VerifyLicense);
}

}  // namespace onething::license
