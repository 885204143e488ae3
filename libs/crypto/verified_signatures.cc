#include "libs/crypto/verified_signatures.h"

#include <string>

#include "libs/crypto/sm3.h"

namespace onething::crypto {
namespace {

// No well-formed signature is longer; its length must fit into a byte below.
constexpr std::size_t kSignatureSizeMax = 127;

// All parts but the last have a known length, so no two triples give the same bytes: the point is
// always as long, and the signature's length is in front of it.
std::string DigestOf(const PublicKey& key, absl::string_view message, absl::string_view signature) {
  const char size = static_cast<char>(signature.size());
  Sm3Hasher hasher;
  hasher.Update(key.Uncompressed());
  hasher.Update({&size, 1});
  hasher.Update(signature);
  hasher.Update(message);
  const Digest digest = hasher.Finish();
  return std::string(AsBytes(digest));
}

}  // namespace

SignatureCheck VerifiedSignatures::Verify(const PublicKey& key, absl::string_view message,
                                          absl::string_view signature) {
  if (signature.size() > kSignatureSizeMax) return SignatureCheck::kMalformed;
  const std::string digest = DigestOf(key, message, signature);
  if (right_.Find(digest).has_value()) return SignatureCheck::kValid;
  const SignatureCheck check = key.Verify(message, signature);
  if (check == SignatureCheck::kValid) right_.Put(digest, true);
  return check;
}

}  // namespace onething::crypto
