// The licence's life: issued and signed, suspended, resumed, revoked; read and listed. Commands and
// queries of the Licenses service; what is written into a licence is in license_rules.h, whether
// one holds in verification.h.

#ifndef ONETHING_SERVICES_LICENSE_LICENSES_H_
#define ONETHING_SERVICES_LICENSE_LICENSES_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "libs/telemetry/metrics.h"
#include "onething/license/v1/license.pb.h"
#include "services/license/keys.h"
#include "services/license/license_rules.h"
#include "services/license/tables.h"

namespace onething::license {

// A licence that is signed and not yet issued. A value.
struct SignedLicense {
  v1::LicenseContent content;
  std::string signed_content;
  std::string signature;
  // Of the key that signed, in hex.
  std::string key_fingerprint;
};

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in license.proto.
class Licenses {
 public:
  // All outlive this. `metrics`: counted into; null for nothing.
  Licenses(const Tables& tables, const LatestKeys& keys,
           const telemetry::LicenseMetrics* metrics = nullptr)
      : tables_(tables), keys_(keys), metrics_(metrics) {}

  // Composes and signs: half a millisecond and a random number, so not a part of the command.
  absl::StatusOr<SignedLicense> PrepareIssueLicense(const storage::View& view,
                                                    const rpc::Call& call,
                                                    const v1::IssueLicenseRequest& request) const;
  absl::StatusOr<v1::License> IssueLicense(storage::Txn& txn, const rpc::Call& call,
                                           const v1::IssueLicenseRequest& request,
                                           const SignedLicense& prepared) const;
  absl::StatusOr<v1::License> SuspendLicense(storage::Txn& txn, const rpc::Call& call,
                                             const v1::SuspendLicenseRequest& request) const;
  absl::StatusOr<v1::License> ResumeLicense(storage::Txn& txn, const rpc::Call& call,
                                            const v1::ResumeLicenseRequest& request) const;
  absl::StatusOr<v1::License> RevokeLicense(storage::Txn& txn, const rpc::Call& call,
                                            const v1::RevokeLicenseRequest& request) const;

  absl::StatusOr<v1::License> GetLicense(const storage::View& view, const rpc::Call& call,
                                         const v1::GetLicenseRequest& request) const;
  absl::StatusOr<v1::ListLicensesResponse> ListLicenses(
      const storage::View& view, const rpc::Call& call,
      const v1::ListLicensesRequest& request) const;

 private:
  absl::StatusOr<v1::LicenseType> FindType(const storage::View& view,
                                           const std::string& code) const;
  // What a request answers whose licence was issued long ago: that licence, if it is the same
  // request.
  absl::StatusOr<v1::License> AnswerAgain(const storage::View& view,
                                          const v1::IssueLicenseRequest& request,
                                          const v1::LicenseRecord& record) const;
  absl::StatusOr<v1::License> Apply(storage::Txn& txn, const rpc::Call& call,
                                    const std::string& name, Move move,
                                    const std::string& reason) const;

  const Tables& tables_;
  const LatestKeys& keys_;
  const telemetry::LicenseMetrics* const metrics_;
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_LICENSES_H_
