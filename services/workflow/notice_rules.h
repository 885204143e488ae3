// The notice (一次告知): what an applicant reads before applying — one form, one set of materials,
// who decides what, and what the bundle saves. Pure functions over a route.

#ifndef ONETHING_SERVICES_WORKFLOW_NOTICE_RULES_H_
#define ONETHING_SERVICES_WORKFLOW_NOTICE_RULES_H_

#include <string>

#include "onething/workflow/v1/cases.pb.h"
#include "services/workflow/compiled_bundle.h"
#include "services/workflow/route_rules.h"

namespace onething::workflow {

// The notice of `route`; `joint_due_date` is left to the caller, who knows the calendar. A material
// that the applicant need not give is marked exempt with the reason (三免: e-licence, data sharing,
// result of an earlier item; or made by the system).
v1::Notice MakeNotice(const CompiledBundle& compiled, const Route& route);

// Why a material need not be given, in Chinese; empty when the applicant gives it.
std::string ReasonOfExemption(const CompiledBundle& compiled, const RouteDemand& demand);

// What doing the items of `route` one by one costs: as the bundle states it, else the materials of
// the catalogue's items together and the days of the longest chain of items that wait for each
// other.
bundle::v1::SingleHandling SingleHandlingOf(const CompiledBundle& compiled, const Route& route);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_NOTICE_RULES_H_
