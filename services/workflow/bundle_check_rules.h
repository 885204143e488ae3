// The check of a bundle: everything that would make it fail, or behave as its author hardly meant,
// found before anybody applies for it. Pure functions; PublishBundle refuses what has an error, the
// command line prints all findings with line and column.
//
// The field rules of the contract (required texts, lengths, patterns, list sizes) are enforced
// before and not repeated here; neither is the catalogue asked.
//
//   errors     keys used twice; keys that lead nowhere; a question asked upon a later one; needs in
//              a circle; two items with one task code; a task code of another authority than the
//              one named; the result of an item used by one that need not come after it; a material
//              or field whose settings do not go with its source or type; a licence whose holder or
//              elements are no fields of its item; a licence issued for an item that another
//              province handles; data handed over that the item does not ask for; a question that
//              nobody gets past; an item that no answers lead to; a validity that ends before it
//              begins
//   warnings   an item that must be done needing one that may be left out (the need is then void,
//              which is defined, but seldom meant); authorities, materials and fields that nobody
//              uses; questions, materials and fields that no answers lead to; elements that look
//              like a misspelt field; personal data not marked as such; a joint limit for no item

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLE_CHECK_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLE_CHECK_RULES_H_

#include <vector>

#include "onething/bundle/v1/bundle.pb.h"
#include "services/workflow/bundle_findings.h"

namespace onething::workflow {

// All findings, grouped by what they are about; up to kBundleFindingsMax. The order of items and
// what the answers lead to are looked at once all keys lead somewhere, the latter not beyond
// kAnswerStepsMax (answer_rules.h).
std::vector<BundleFinding> CheckBundle(const bundle::v1::Bundle& bundle);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLE_CHECK_RULES_H_
