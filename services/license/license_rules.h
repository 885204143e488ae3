// The rules of issuing and of a licence's states, as pure functions: what is written into a
// licence, which number it gets, which state follows which. Elements and numbers are those of GB/T
// 36903 and GB/T 36904.

#ifndef ONETHING_SERVICES_LICENSE_LICENSE_RULES_H_
#define ONETHING_SERVICES_LICENSE_LICENSE_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/calendar/date.h"
#include "onething/license/v1/license.pb.h"

namespace onething::license {

// OK when the type can be used; else INVALID_ARGUMENT: CODE_INVALID for its code, FIELD_INVALID for
// a required element that has no name or is named twice.
absl::Status CheckLicenseType(const v1::LicenseType& type);

// The serial number of the licence that `caller` asks for under `request_id`: 20 digits and capital
// letters out of a hash (100 bits). The same request has the same number, two requests never meet.
// Not a secret: who knows both knows the number.
std::string SerialOf(absl::string_view caller, absl::string_view request_id);

// What is to be signed for `request`, a request for a licence of `type` that keeps the rules of its
// fields. INVALID_ARGUMENT: LICENSE_ELEMENT naming all required elements that are missing or empty;
// CODE_INVALID for a code of holder or issuer; FIELD_INVALID for a validity that ends before it
// begins or after 9999, an element without name, content of more than kContentBytesMax.
absl::StatusOr<v1::LicenseContent> MakeContent(const v1::LicenseType& type,
                                               const v1::IssueLicenseRequest& request,
                                               absl::string_view serial, calendar::Date issue_date);

// What may be done with an issued licence: 暂扣; 暂扣发还; 撤销、吊销、注销.
enum class Move { kSuspend, kResume, kRevoke };

// The state after `move`. FAILED_PRECONDITION (LICENSE_STATE) when the state does not allow it.
//
//             kSuspend    kResume   kRevoke
//   valid     suspended   -         revoked
//   suspended -           valid     revoked
//   revoked   -           -         -
absl::StatusOr<v1::License::State> StateAfter(v1::License::State state, Move move);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_LICENSE_RULES_H_
