#include "services/workflow/case_scope.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libs/codes/region_code.h"

namespace onething::workflow {

using options::v1::ROLE_AUTHORITY;
using options::v1::ROLE_PORTAL;
using options::v1::ROLE_SERVICE;
using options::v1::ROLE_SUPERVISOR;

std::string SubjectOf(const rpc::Call& call) { return absl::AsciiStrToUpper(call.on_behalf_of); }

bool ActsFor(const rpc::Call& call, absl::string_view subject_code) {
  return call.caller.Has(ROLE_PORTAL) && !call.on_behalf_of.empty() &&
         absl::EqualsIgnoreCase(call.on_behalf_of, subject_code);
}

bool MayDecide(const rpc::Caller& caller, absl::string_view authority_code,
               absl::string_view region_code) {
  return caller.MayActFor(authority_code) && WorksIn(caller, region_code);
}

bool WorksIn(const rpc::Caller& caller, absl::string_view region_code) {
  if (caller.regions.empty()) return true;
  const absl::StatusOr<codes::RegionCode> region = codes::RegionCode::Parse(region_code);
  return region.ok() && caller.Covers(*region);
}

Sight SightOf(const rpc::Call& call, const v1::CaseRecord& record, const CaseBundle& bundle) {
  if (call.caller.Has(ROLE_SERVICE) || ActsFor(call, record.applicant_code())) return Sight::kAll;
  if (call.caller.Has(ROLE_SUPERVISOR) &&
      WorksIn(call.caller, bundle.compiled->bundle().region_code())) {
    return Sight::kMasked;
  }
  if (!call.caller.Has(ROLE_AUTHORITY)) return Sight::kNothing;
  for (const uint32_t position : record.item_position()) {
    const bundle::v1::Authority& authority =
        bundle.compiled->authority_of(static_cast<int>(position));
    if (MayDecide(call.caller, authority.credit_code(), authority.region_code())) {
      return Sight::kMasked;
    }
  }
  return Sight::kNothing;
}

Sight SightOf(const rpc::Call& call, const v1::TaskRecord& task) {
  if (call.caller.Has(ROLE_AUTHORITY) &&
      MayDecide(call.caller, task.authority_code(), task.region_code())) {
    return Sight::kAll;
  }
  return call.caller.Has(ROLE_SUPERVISOR) && WorksIn(call.caller, task.region_code())
             ? Sight::kMasked
             : Sight::kNothing;
}

}  // namespace onething::workflow
