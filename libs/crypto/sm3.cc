#include "libs/crypto/sm3.h"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "libs/base/check.h"
#include "libs/crypto/openssl_handles.h"

namespace onething::crypto {
namespace {

constexpr std::size_t kBlockSize = 64;

// OpenSSL would clean up when the process exits, and a thread of gRPC that ends after that would
// crash in it. Said here because it must be the first word to OpenSSL, and every program has SM3.
const bool kNoCleanupAtExit = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr) == 1;

// Fetching an algorithm by name takes locks and look-ups that cost more than hashing a short
// message, so it is done once and kept for the life of the process.
const EVP_MD* Sm3Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SM3", nullptr);
  CHECK(algorithm != nullptr && kNoCleanupAtExit);
  return algorithm;
}

// Setting up a context costs as much as hashing a short message too: each thread keeps one.
Sm3Hasher& ThreadHasher() {
  thread_local Sm3Hasher hasher;
  return hasher;
}

}  // namespace

struct Sm3Hasher::Context {
  MdContext md{EVP_MD_CTX_new()};
};

Sm3Hasher::Sm3Hasher() : context_(std::make_unique<Context>()) {
  CHECK(context_->md != nullptr);
  CHECK(EVP_DigestInit_ex2(context_->md.get(), Sm3Algorithm(), nullptr) == 1);
}

Sm3Hasher::~Sm3Hasher() = default;
Sm3Hasher::Sm3Hasher(Sm3Hasher&&) noexcept = default;
Sm3Hasher& Sm3Hasher::operator=(Sm3Hasher&&) noexcept = default;

void Sm3Hasher::Update(absl::string_view piece) {
  CHECK(EVP_DigestUpdate(context_->md.get(), piece.data(), piece.size()) == 1);
}

Digest Sm3Hasher::Finish() {
  Digest digest;
  unsigned int size = 0;
  CHECK(EVP_DigestFinal_ex(context_->md.get(), digest.data(), &size) == 1);
  CHECK(size == digest.size());
  CHECK(EVP_DigestInit_ex2(context_->md.get(), Sm3Algorithm(), nullptr) == 1);
  return digest;
}

Digest Sm3(absl::string_view message) {
  Sm3Hasher& hasher = ThreadHasher();
  hasher.Update(message);
  return hasher.Finish();
}

Digest HmacSm3(absl::string_view key, absl::string_view message) {
  Digest hashed_key;
  if (key.size() > kBlockSize) {
    hashed_key = Sm3(key);
    key = AsBytes(hashed_key);
  }
  std::array<char, kBlockSize> inner{};
  std::copy(key.begin(), key.end(), inner.begin());
  std::array<char, kBlockSize> outer = inner;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);

  Sm3Hasher& hasher = ThreadHasher();
  hasher.Update({inner.data(), inner.size()});
  hasher.Update(message);
  const Digest inner_digest = hasher.Finish();
  hasher.Update({outer.data(), outer.size()});
  hasher.Update(AsBytes(inner_digest));
  return hasher.Finish();
}

}  // namespace onething::crypto
