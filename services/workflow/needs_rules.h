// The part of the bundle check about the order of items: needs that run in a circle, results used
// before they are there, needs that may turn out void. See bundle_check_rules.h.

#ifndef ONETHING_SERVICES_WORKFLOW_NEEDS_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_NEEDS_RULES_H_

#include "services/workflow/bundle_findings.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// Reports:
//   - each circle of needs by name, once (error);
//   - each use of an earlier item's result by an item that does not come after it (error). It does
//     when it needs that item itself, or needs an item that always applies (neither conditional nor
//     optional) and comes after it: only then does it wait whatever is answered and left out;
//   - each need of an item that must be done on one that may be left out (warning).
void CheckNeeds(const CompiledBundle& compiled, BundleFindings* findings);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_NEEDS_RULES_H_
