// The signing keys of the authorities for which this service issues licences.

#ifndef ONETHING_SERVICES_LICENSE_KEY_RING_H_
#define ONETHING_SERVICES_LICENSE_KEY_RING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/codes/credit_code.h"
#include "libs/crypto/sm2.h"

namespace onething::license {

// Owns the keys. Move-only; once filled safe to read from any thread. An authority may have several
// keys, so that the next one can wait for its day.
class KeyRing {
 public:
  using KeysByAuthority = std::map<std::string, std::vector<crypto::PrivateKey>, std::less<>>;

  // The keys in the files `<credit code>.pem` and `<credit code>.<anything>.pem` of `folder`; other
  // files are left alone. FAILED_PRECONDITION when the folder cannot be read, INVALID_ARGUMENT for
  // a .pem whose name begins with no credit code; a key file is refused as by LoadPrivateKeyFile.
  // Each message names the file.
  static absl::StatusOr<KeyRing> Load(const std::string& folder);

  void Add(const codes::CreditCode& authority, crypto::PrivateKey key);

  // The keys of `authority`, in the order of their file names; none when there is no such file.
  absl::Span<const crypto::PrivateKey> Of(absl::string_view authority) const;

  const KeysByAuthority& all() const { return keys_; }

 private:
  KeysByAuthority keys_;
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_KEY_RING_H_
