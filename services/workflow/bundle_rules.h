// The rules of published bundles: how they are named, and when one can be applied for. Pure
// functions.

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLE_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLE_RULES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/workflow/v1/bundle_records.pb.h"
#include "onething/workflow/v1/bundles.pb.h"

namespace onething::workflow {

// `bundles/{id}` or `bundles/{id}@{version}`.
struct BundleName {
  std::string id;
  std::optional<uint64_t> version;

  // The parts of `name`, which the field rules of the request have checked.
  static BundleName Of(absl::string_view name);
  // The name of these parts.
  std::string value() const;
};

// OK when `version` of the bundle whose head is `record` can be applied for on `today`
// (YYYY-MM-DD). FAILED_PRECONDITION (BUNDLE_NOT_AVAILABLE): taken out of use, replaced by a newer
// version, or outside its validity.
absl::Status CheckInUse(const v1::BundleRecord& record, const v1::PublishedBundle& version,
                        absl::string_view today);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLE_RULES_H_
