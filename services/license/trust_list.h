// The trust list: which keys speak for which authority, and for licences of which days. It comes
// from a file that people keep (protos/onething/config/v1/license.proto, TrustFile); this is the
// checked form. Which key signs here is in key_ring.h.

#ifndef ONETHING_SERVICES_LICENSE_TRUST_LIST_H_
#define ONETHING_SERVICES_LICENSE_TRUST_LIST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/calendar/date.h"
#include "libs/config/source_map.h"
#include "libs/crypto/sm2.h"
#include "onething/config/v1/license.pb.h"

namespace onething::license {

// Immutable; safe from any thread. An empty list trusts nobody.
class TrustList {
 public:
  TrustList() = default;

  // Reads the file at `path`. INVALID_ARGUMENT with all faults, one a line, each with file, line
  // and column; NOT_FOUND or FAILED_PRECONDITION when the file cannot be read.
  static absl::StatusOr<TrustList> Load(const std::string& path);

  // The same for a loaded file; `places` says where in a text its fields stand. Refused besides
  // what breaks a field rule: an authority twice, a key twice, a key that is none of SM2, a period
  // that ends before it begins.
  static absl::StatusOr<TrustList> Create(const config::v1::TrustFile& file,
                                          const config::SourceMap& places = config::SourceMap());

  // The keys that are good for licences which `authority` issued on `date`, the latest first. None
  // for an authority that is not listed.
  std::vector<crypto::PublicKey> KeysOf(absl::string_view authority, calendar::Date date) const;

  // Whether `key` is listed for `authority`, for whatever days.
  bool Lists(absl::string_view authority, const crypto::PublicKey& key) const;

  // Authorities listed.
  size_t size() const { return keys_.size(); }

 private:
  struct TrustedKey {
    crypto::PublicKey key;
    calendar::Date valid_from;
    std::optional<calendar::Date> valid_to;
  };
  class Builder;

  // By credit code; the latest first.
  absl::flat_hash_map<std::string, std::vector<TrustedKey>> keys_;
};

// The YAML text of a trust file, as Load reads it. For tools that make keys for demonstrations.
std::string FormatTrustFile(const config::v1::TrustFile& file);

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_TRUST_LIST_H_
