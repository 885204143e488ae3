// Which licences a caller may read. What it may decide is asked with Caller::MayActFor.

#ifndef ONETHING_SERVICES_LICENSE_SCOPE_H_
#define ONETHING_SERVICES_LICENSE_SCOPE_H_

#include "absl/strings/string_view.h"
#include "libs/rpc/call.h"

namespace onething::license {

// Whether the caller may read a licence of `holder_code` that `issuer_code` issued: whoever acts
// for a subject those of that subject, a service otherwise all, an authority those it issued.
inline bool MayRead(const rpc::Call& call, absl::string_view holder_code,
                    absl::string_view issuer_code) {
  if (!call.on_behalf_of.empty()) {
    return call.on_behalf_of == holder_code;
  }
  return call.caller.Has(options::v1::ROLE_SERVICE) ||
         (call.caller.Has(options::v1::ROLE_AUTHORITY) && call.caller.MayActFor(issuer_code));
}

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_SCOPE_H_
