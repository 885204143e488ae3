// What is asked of the license service when an approval issues an e-licence: whose it is and what
// it says, taken from the form and from what the officer gives with the decision. Pure functions.

#ifndef ONETHING_SERVICES_WORKFLOW_LICENSE_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_LICENSE_RULES_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/map.h"
#include "onething/license/v1/license.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/records.pb.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// Name → text, as in CompleteTaskRequest.elements.
using Elements = google::protobuf::Map<std::string, std::string>;

// The licence that the approval of the item at `position`, which has `issues`, asks for; without
// source and request id. An element given with the decision goes before a form field of the same
// name. The holder is the applicant unless the bundle takes name and code from elsewhere.
// INVALID_ARGUMENT (DECISION_INCOMPLETE) listing every text that is missing or is no code.
absl::StatusOr<license::v1::IssueLicenseRequest> LicenseOfItem(const CompiledBundle& compiled,
                                                               int position,
                                                               const v1::Application& application,
                                                               const Elements& elements);

// The licence of `license_type` that the approval of handed-over work asks for: the applicant's,
// with the elements of the decision as they are.
license::v1::IssueLicenseRequest LicenseOfHandOver(const v1::HandOverRecord& record,
                                                   const std::string& authority_code,
                                                   const Elements& elements);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_LICENSE_RULES_H_
