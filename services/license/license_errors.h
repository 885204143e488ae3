// Every refusal of the license service, made once: code, reason and a sentence that a clerk can act
// on.

#ifndef ONETHING_SERVICES_LICENSE_LICENSE_ERRORS_H_
#define ONETHING_SERVICES_LICENSE_LICENSE_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/license/v1/license.pb.h"

namespace onething::license {

// INVALID_ARGUMENT (FIELD_INVALID): one field that a rule beyond its options refuses.
absl::Status FieldInvalid(absl::string_view field, absl::string_view sentence);

// INVALID_ARGUMENT (CODE_INVALID): the code in `field`; `why` is its parser's sentence.
absl::Status CodeInvalid(absl::string_view field, const absl::Status& why);

// INVALID_ARGUMENT (LICENSE_ELEMENT) naming each missing element.
absl::Status ElementsMissing(const std::vector<std::string>& names);

// INVALID_ARGUMENT (REQUEST_ID_REUSED): `identifier` was issued for another request of this id.
absl::Status RequestIdReused(const std::string& identifier);

// NOT_FOUND (LICENSE_TYPE_NOT_FOUND), ALREADY_EXISTS (LICENSE_TYPE_EXISTS).
absl::Status TypeNotFound(const std::string& code);
absl::Status TypeExists(const std::string& code);

// NOT_FOUND (LICENSE_NOT_FOUND), also for a licence that this caller may not see.
absl::Status LicenseNotFound(const std::string& name);

// FAILED_PRECONDITION (LICENSE_STATE).
absl::Status WrongState(v1::License::State state, absl::string_view sentence);

// FAILED_PRECONDITION (ISSUER_KEY_MISSING).
absl::Status IssuerKeyMissing(const std::string& issuer_code);

// PERMISSION_DENIED (OUT_OF_SCOPE).
absl::Status OutOfScope(absl::string_view sentence);

// DATA_LOSS (RECORD_CORRUPT): the signed bytes of a stored licence cannot be read.
absl::Status StoredContentCorrupt();

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_LICENSE_ERRORS_H_
