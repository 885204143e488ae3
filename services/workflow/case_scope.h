// Whose a case or a task is, and how much of it a caller may see. Roles were checked before, by the
// contract; here it is about this record.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_SCOPE_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_SCOPE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "libs/rpc/call.h"
#include "onething/workflow/v1/records.pb.h"
#include "services/workflow/case_bundle.h"

namespace onething::workflow {

// How much of a record a caller may see.
enum class Sight {
  // Nothing, not even that it exists.
  kNothing,
  // States, dates and authorities; of persons what lists show.
  kMasked,
  // All.
  kAll,
};

// The subject a portal acts for, as codes are written; empty when it named none.
std::string SubjectOf(const rpc::Call& call);

// Whether the caller is a portal that acts for the subject with this code.
bool ActsFor(const rpc::Call& call, absl::string_view subject_code);

// Whether the caller may act as the authority with this credit code in this region.
bool MayDecide(const rpc::Caller& caller, absl::string_view authority_code,
               absl::string_view region_code);

// Whether `region_code` lies in one of the caller's divisions.
bool WorksIn(const rpc::Caller& caller, absl::string_view region_code);

// A case: services see all of any, a portal all of its subject's, supervision the outline of those
// in its regions, an authority the outline of those it has an item of.
Sight SightOf(const rpc::Call& call, const v1::CaseRecord& record, const CaseBundle& bundle);

// A task: an authority sees all of its own, supervision the outline of those in its regions.
Sight SightOf(const rpc::Call& call, const v1::TaskRecord& task);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_SCOPE_H_
