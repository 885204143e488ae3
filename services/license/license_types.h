// The kinds of licences: commands and queries of the Licenses service about types. A type never
// changes, because licences refer to it.

#ifndef ONETHING_SERVICES_LICENSE_LICENSE_TYPES_H_
#define ONETHING_SERVICES_LICENSE_LICENSE_TYPES_H_

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/license/v1/license.pb.h"
#include "services/license/tables.h"

namespace onething::license {

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in license.proto.
class LicenseTypes {
 public:
  explicit LicenseTypes(const Tables& tables) : tables_(tables) {}

  absl::StatusOr<v1::LicenseType> CreateLicenseType(
      storage::Txn& txn, const rpc::Call& call, const v1::CreateLicenseTypeRequest& request) const;

  absl::StatusOr<v1::LicenseType> GetLicenseType(const storage::View& view, const rpc::Call& call,
                                                 const v1::GetLicenseTypeRequest& request) const;
  absl::StatusOr<v1::ListLicenseTypesResponse> ListLicenseTypes(
      const storage::View& view, const rpc::Call& call,
      const v1::ListLicenseTypesRequest& request) const;

 private:
  const Tables& tables_;
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_LICENSE_TYPES_H_
