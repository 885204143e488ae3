// Whom this service believes and with which keys it signs, together: what is signed here must
// verify everywhere, so the two are loaded, checked and replaced as one.

#ifndef ONETHING_SERVICES_LICENSE_KEYS_H_
#define ONETHING_SERVICES_LICENSE_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/latest.h"
#include "libs/calendar/date.h"
#include "services/license/key_ring.h"
#include "services/license/trust_list.h"

namespace onething::license {

// Immutable once made; safe from any thread.
struct Keys {
  TrustList trusted;
  KeyRing own;

  // The key that signs what `issuer` issues on `date`: of its keys here the one that the trust list
  // names for that day, the latest of several. Null when there is none. Lives as long as this.
  const crypto::PrivateKey* SigningKey(absl::string_view issuer, calendar::Date date) const;
};

// What the service reads: the present keys. A reload loads others and sets them.
using LatestKeys = Latest<Keys>;

// Loads trust list and key ring; an empty `keys_dir` is an empty ring. Errors as those of their
// Load; FAILED_PRECONDITION naming authority and fingerprint when a signing key is not on the trust
// list, so that a forgotten entry is seen at the start and not by those who verify.
absl::StatusOr<Keys> LoadKeys(const std::string& trust_file, const std::string& keys_dir);

// The same for keys that are there already.
absl::StatusOr<Keys> MakeKeys(TrustList trusted, KeyRing own);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_KEYS_H_
