// How stored records are shown: the Case and Task of the contract, made from records, the bundle
// version and the application. Also the small conversions that records need. Pure functions.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_VIEWS_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_VIEWS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/calendar/date.h"
#include "onething/common/v1/subject.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "onething/workflow/v1/records.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "services/workflow/case_bundle.h"

namespace onething::workflow {

// A date as records keep it, and as messages show it; "" for none.
int32_t DayNumber(calendar::Date date);
std::string ShowDay(int32_t day_number);

// `tasks/{number}`, and back; 0 for a text that is none.
std::string TaskName(uint64_t number);
uint64_t TaskNumber(absl::string_view name);

// The applicant as lists show one, and as a stored task keeps one: without phone, code and name
// masked.
common::v1::Subject Masked(const common::v1::Subject& applicant);

// The note of an item, made when it has none.
v1::ItemNote* NoteOf(v1::CaseRecord* record, int place);

// A case with the applicant masked and no form, as lists and authorities see it.
v1::Case ShowCase(const v1::CaseRecord& record, const CaseBundle& bundle);
// The same with the application, for the applicant and for services.
v1::Case ShowCase(const v1::CaseRecord& record, const CaseBundle& bundle,
                  const v1::Application& application);

// A task without form, materials and elements, the applicant masked, as lists and the answers of
// commands show it.
v1::Task ShowTask(const v1::TaskRecord& record);

// The event at this place of the row.
v1::TimelineEvent ShowEvent(const v1::TimelineRecord& row, int place);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_VIEWS_H_
