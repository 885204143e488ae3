#include "services/license/keys.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/crypto/bytes.h"

namespace onething::license {

const crypto::PrivateKey* Keys::SigningKey(absl::string_view issuer, calendar::Date date) const {
  for (const crypto::PublicKey& good : trusted.KeysOf(issuer, date)) {
    for (const crypto::PrivateKey& key : own.Of(issuer)) {
      if (key.public_key() == good) {
        return &key;
      }
    }
  }
  return nullptr;
}

absl::StatusOr<Keys> LoadKeys(const std::string& trust_file, const std::string& keys_dir) {
  ASSIGN_OR_RETURN(TrustList trusted, TrustList::Load(trust_file));
  KeyRing own;
  if (!keys_dir.empty()) {
    ASSIGN_OR_RETURN(own, KeyRing::Load(keys_dir));
  }
  return MakeKeys(std::move(trusted), std::move(own));
}

absl::StatusOr<Keys> MakeKeys(TrustList trusted, KeyRing own) {
  for (const auto& [authority, keys] : own.all()) {
    for (const crypto::PrivateKey& key : keys) {
      if (!trusted.Lists(authority, key.public_key())) {
        return absl::FailedPreconditionError(
            absl::StrCat("颁发机构 ", authority, " 的签名密钥（指纹 ",
                         crypto::ToHex(crypto::AsBytes(key.public_key().Fingerprint())),
                         "）不在信任列表中；请把它的公钥列入：", key.public_key().ToHex()));
      }
    }
  }
  return Keys{.trusted = std::move(trusted), .own = std::move(own)};
}

}  // namespace onething::license
