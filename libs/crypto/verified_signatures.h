// VerifiedSignatures: remembers which signatures were found right, so that verifying the same one
// again costs a hash instead of half a millisecond. What it remembers is a fact of arithmetic that
// never changes; whether the key may be believed is asked elsewhere, each time.

#ifndef ONETHING_LIBS_CRYPTO_VERIFIED_SIGNATURES_H_
#define ONETHING_LIBS_CRYPTO_VERIFIED_SIGNATURES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "libs/base/lru_cache.h"
#include "libs/crypto/sm2.h"

namespace onething::crypto {

// A bounded memory. Only right signatures enter it, so what strangers send cannot push them out.
// Any thread; two threads may verify the same signature at once.
class VerifiedSignatures {
 public:
  // Remembers the last `count_max` signatures, at least 1; about 200 bytes each.
  explicit VerifiedSignatures(std::size_t count_max) : right_(count_max) {}

  // The same as key.Verify(message, signature).
  [[nodiscard]] SignatureCheck Verify(const PublicKey& key, absl::string_view message,
                                      absl::string_view signature);

  // Signatures remembered now.
  std::size_t size() const { return right_.size(); }

 private:
  // By digest of key, message and signature; the value says nothing more.
  LruCache<bool> right_;
};

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_VERIFIED_SIGNATURES_H_
