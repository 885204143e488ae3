// The refusals about bundles and the items they pin, each made once.

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLE_ERRORS_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLE_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/workflow/bundle_findings.h"

namespace onething::workflow {

// NOT_FOUND (BUNDLE_NOT_FOUND): no such bundle or version.
absl::Status BundleNotFound(absl::string_view name);

// FAILED_PRECONDITION (BUNDLE_NOT_AVAILABLE): `sentence` says why it cannot be applied for.
absl::Status BundleNotAvailable(absl::string_view name, absl::string_view sentence);

// OK, or INVALID_ARGUMENT (BUNDLE_INVALID) when one of the findings is an error: lists the errors,
// with paths from the request, `bundle.items[2].needs[0]`.
absl::Status CheckFindings(const std::vector<BundleFinding>& findings);

// An item that cannot be applied for; its name is empty when the catalogue does not have it.
struct UnavailableItem {
  std::string task_code;
  std::string display_name;
};

// FAILED_PRECONDITION (ITEM_NOT_AVAILABLE): metadata `items` has their implementation codes, joined
// by commas.
absl::Status ItemsNotAvailable(const std::vector<UnavailableItem>& items);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLE_ERRORS_H_
