// Verification of licences: finds out what there is to know about one (signature, trust, state,
// holder, validity) and tells the verdict. What follows from what is in verdict_rules.h.

#ifndef ONETHING_SERVICES_LICENSE_VERIFICATION_H_
#define ONETHING_SERVICES_LICENSE_VERIFICATION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/crypto/verified_signatures.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "libs/telemetry/metrics.h"
#include "onething/license/v1/license.pb.h"
#include "services/license/keys.h"
#include "services/license/signed_content.h"
#include "services/license/tables.h"
#include "services/license/verdict_rules.h"

namespace onething::license {

// Any thread. An SM2 signature costs half a millisecond when it is seen first, so this query is a
// long one; right ones are remembered.
class Verification {
 public:
  // All outlive this. `metrics`: counted into; null for nothing.
  Verification(const Tables& tables, const LatestKeys& keys,
               const telemetry::LicenseMetrics* metrics = nullptr)
      : tables_(tables), keys_(keys), metrics_(metrics) {}

  // As VerifyLicense in license.proto. Writes a line to the log for every verdict, with use_cause.
  absl::StatusOr<v1::VerifyLicenseResponse> VerifyLicense(
      const storage::View& view, const rpc::Call& call,
      const v1::VerifyLicenseRequest& request) const;

 private:
  // What was found out, and the content it was found in.
  struct Finding {
    Evidence evidence;
    // The identifier asked for, or claimed by what was presented; empty when it is none.
    std::string identifier;
    // Of the record at hand, when it can be read.
    std::optional<SignedContent> record;
  };

  Finding Examine(const storage::View& view, const v1::VerifyLicenseRequest& request) const;
  Evidence::Record CheckSignature(const SignedContent& content, absl::string_view signed_content,
                                  absl::string_view signature) const;

  const Tables& tables_;
  const LatestKeys& keys_;
  const telemetry::LicenseMetrics* const metrics_;
  // Only saves time: the answers are the same without it.
  mutable crypto::VerifiedSignatures verified_{size_t{1} << 16};
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_VERIFICATION_H_
