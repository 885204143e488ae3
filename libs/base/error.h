// How a refusal is made: an absl::Status with a code, a plain sentence, and a machine-readable
// reason that travels with it to the client. libs/rpc turns it into a gRPC status; nothing else
// knows gRPC codes.

#ifndef ONETHING_LIBS_BASE_ERROR_H_
#define ONETHING_LIBS_BASE_ERROR_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/common/v1/error.pb.h"
#include "onething/common/v1/error_reason.pb.h"

namespace onething {

using common::v1::ErrorReason;

// Facts for machines that go with a reason. Never personal data.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// A refusal. `sentence` is what a person reads: in Chinese where it reaches an applicant or a
// clerk, says what to do. `code` is not kOk.
absl::Status MakeError(absl::StatusCode code, ErrorReason reason, absl::string_view sentence,
                       const ErrorMetadata& metadata = {});

// A refusal that lists every fault of a request. Code as given (INVALID_ARGUMENT or
// FAILED_PRECONDITION); the sentence is completed with the first faults.
absl::Status MakeViolationsError(absl::StatusCode code, ErrorReason reason,
                                 absl::string_view sentence,
                                 const common::v1::BadRequest& violations,
                                 const ErrorMetadata& metadata = {});

// The reason of a status made by MakeError; nullopt for OK and for a status of another origin.
std::optional<ErrorReason> ReasonOf(const absl::Status& status);

// The ErrorInfo of a status made by MakeError (domain empty); nullopt as above.
std::optional<common::v1::ErrorInfo> ErrorInfoOf(const absl::Status& status);

// The faults of a status made by MakeViolationsError; nullopt as above.
std::optional<common::v1::BadRequest> ViolationsOf(const absl::Status& status);

// `ITEM_NOT_FOUND` for ERROR_REASON_ITEM_NOT_FOUND.
std::string ReasonName(ErrorReason reason);

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_ERROR_H_
