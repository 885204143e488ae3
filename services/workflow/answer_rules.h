// The part of the bundle check about conditions: whether any answers lead to an item, a question, a
// material or a field. See bundle_check_rules.h.

#ifndef ONETHING_SERVICES_WORKFLOW_ANSWER_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_ANSWER_RULES_H_

#include "services/workflow/bundle_findings.h"
#include "services/workflow/compiled_bundle.h"

namespace onething::workflow {

// Answers tried for one bundle. In general the question is as hard as satisfiability; conditions
// that people write need a few answers each.
inline constexpr int kAnswerStepsMax = 200'000;

// Reports each item (error) and each question, material and field (warning) whose condition holds
// for no complete set of answers that does not lead out of the bundle. Answers are tried, those to
// the questions that matter for the condition; once kAnswerStepsMax is spent nothing more is
// reported.
void CheckAnswers(const CompiledBundle& compiled, BundleFindings* findings);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_ANSWER_RULES_H_
