// Whether what is stored of cases fits together: what every command keeps true. For operators'
// CheckStore, for the tests and the simulation; reads everything.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_CHECK_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_CHECK_H_

#include "absl/status/status.h"
#include "libs/storage/view.h"
#include "services/workflow/case_bundles.h"
#include "services/workflow/tables.h"

namespace onething::workflow {

// Compares every case with its bundle, application, tasks and timeline, and every task with its
// case or hand-over. DATA_LOSS (RECORD_CORRUPT) naming the first difference.
absl::Status CheckCases(const Tables& tables, const CaseBundles& bundles,
                        const storage::View& view);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_CHECK_H_
