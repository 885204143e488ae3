// The refusals of cases and tasks, each made once. Sentences say what an applicant or an officer
// can do; metadata is for machines and never personal data.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_ERRORS_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/common/v1/error.pb.h"
#include "onething/workflow/v1/records.pb.h"

namespace onething::workflow {

// NOT_FOUND (CASE_NOT_FOUND): there is none, or it is not this caller's.
absl::Status CaseNotFound(absl::string_view name);
// FAILED_PRECONDITION (CASE_STATE): the state does not allow it. `sentence` says what.
absl::Status CaseStateRefuses(const v1::CaseRecord& record, absl::string_view sentence);
// FAILED_PRECONDITION (CASE_INCOMPLETE): everything that is missing or wrong.
absl::Status CaseIncomplete(const common::v1::BadRequest& faults);
// FAILED_PRECONDITION (CASE_EXCLUDED): the answer to `question` leads out of the bundle.
absl::Status CaseExcluded(absl::string_view question, const bundle::v1::Exclusion& exclusion);
// RESOURCE_EXHAUSTED (LIMIT_REACHED): the timeline of the case is full.
absl::Status TimelineFull(absl::string_view case_name, int64_t rows_max);

// NOT_FOUND (TASK_NOT_FOUND): there is none, or it is not this authority's.
absl::Status TaskNotFound(absl::string_view name);
// FAILED_PRECONDITION (TASK_STATE): done, cancelled, or another officer's.
absl::Status TaskStateRefuses(const v1::TaskRecord& task, absl::string_view sentence);
// INVALID_ARGUMENT (DECISION_INCOMPLETE): what the decision lacks.
absl::Status DecisionIncomplete(const common::v1::BadRequest& faults);

// ABORTED (ETAG_MISMATCH) unless `etag` is empty or `current`.
absl::Status CheckEtag(absl::string_view name, absl::string_view etag, absl::string_view current);
// PERMISSION_DENIED (OUT_OF_SCOPE).
absl::Status OutOfScope(absl::string_view sentence);
// INVALID_ARGUMENT (FIELD_INVALID) for one field.
absl::Status FieldInvalid(absl::string_view field, absl::string_view description);
// FAILED_PRECONDITION (CALENDAR_UNKNOWN_YEAR) for what the calendar refused as `reason`.
absl::Status CalendarUnknownYear(const absl::Status& reason);
// DATA_LOSS (RECORD_CORRUPT): a stored record contradicts another.
absl::Status RecordCorrupt(absl::string_view what);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_ERRORS_H_
