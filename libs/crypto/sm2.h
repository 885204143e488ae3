// SM2 signatures (GB/T 32918.2-2016 on the curve of GB/T 32918.5, with SM3): public keys, private
// keys, sign and verify. Encodings are those of GM/T 0009: a point is 04 x y, a signature is the
// DER of SEQUENCE { r INTEGER, s INTEGER }. Not here: encryption and key exchange, certificates,
// and which key may be believed: a valid signature says who signed only once the key is trusted.

#ifndef ONETHING_LIBS_CRYPTO_SM2_H_
#define ONETHING_LIBS_CRYPTO_SM2_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/crypto/sm3.h"

namespace onething::crypto {

// The distinguishing ID that GM/T 0009 gives every signer without one of its own. It is hashed into
// each signature, so signer and verifier must use the same ID. OpenSSL 3 takes an empty one unless
// told, and then refuses what everybody else signed; here it is always set.
inline constexpr absl::string_view kDefaultUserId = "1234567812345678";

// The longest ID in bytes: its length in bits is hashed as a 16-bit number, and OpenSSL stops one
// byte short of what that allows.
inline constexpr std::size_t kUserIdSizeMax = 8190;

inline constexpr std::size_t kUncompressedPointSize = 65;

// Why a key is refused, for the operator who supplied it: the messages of the INVALID_ARGUMENT
// errors below, word for word.
namespace key_error {
inline constexpr absl::string_view kNotPem = "不是单独一个 PEM 块";
inline constexpr absl::string_view kNotPublicKey = "PEM 块不是公钥（PUBLIC KEY）";
inline constexpr absl::string_view kNotPrivateKey =
    "PEM 块不是未加密的私钥（PKCS#8 的 PRIVATE KEY）";
inline constexpr absl::string_view kNotSm2 = "不是标准编码的 SM2 密钥";
inline constexpr absl::string_view kNotOnCurve = "公钥不是曲线上的点（04 x y）";
inline constexpr absl::string_view kInconsistent = "私钥与其公钥不符";
}  // namespace key_error

// What looking at a signature found.
enum class SignatureCheck {
  kValid,
  // Well-formed, but not made over this message with this key and ID.
  kWrong,
  // Not the DER of two integers from 1 to n-1 (n: order of the curve), so no signature of any
  // message: truncated, trailing bytes, padded, negative, out of range, longer than it may be.
  kMalformed,
};

// A point that signatures are verified with. An immutable value: copies share one key, any thread.
class PublicKey {
 public:
  // The key of a PEM block "PUBLIC KEY": a SubjectPublicKeyInfo that names the SM2 curve by its OID
  // 1.2.156.10197.1.301 and has an uncompressed point. Other encodings of the same key (compressed,
  // curve written out) are refused, so that one key has one fingerprint. INVALID_ARGUMENT with
  // kNotPem, kNotPublicKey, kNotSm2 or kNotOnCurve.
  static absl::StatusOr<PublicKey> FromPem(absl::string_view pem);

  // The key of 65 bytes 04 x y. INVALID_ARGUMENT with kNotOnCurve.
  static absl::StatusOr<PublicKey> FromUncompressed(absl::string_view point);

  // The SubjectPublicKeyInfo as PEM; FromPem reads it back.
  std::string ToPem() const;

  // The 65 bytes 04 x y, valid while this key lives.
  absl::string_view Uncompressed() const;

  // The 65 bytes in lower-case hex, as certificates and other software show a key.
  std::string ToHex() const;

  // SM3 of the SubjectPublicKeyInfo in DER: the short name of this key in trust lists and logs.
  Digest Fingerprint() const;

  // Whether `signature` was made over `message` with this key's private key and `user_id`, which
  // must not be longer than kUserIdSizeMax. Half a millisecond or so: not on a commit loop.
  [[nodiscard]] SignatureCheck Verify(absl::string_view message, absl::string_view signature,
                                      absl::string_view user_id = kDefaultUserId) const;

  friend bool operator==(const PublicKey& a, const PublicKey& b) {
    return a.Uncompressed() == b.Uncompressed();
  }

 private:
  friend class PrivateKey;
  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;  // Shared by copies; nothing in it changes.
};

// A key that signs. Move-only, so that a secret has one owner; const methods from any thread. The
// secret is wiped from memory when the key is destroyed. A key that lives in a hardware module can
// become another way to make one: nobody but ToPem needs the secret itself.
class PrivateKey {
 public:
  // A new random key.
  static PrivateKey Generate();

  // The key of a PEM block "PRIVATE KEY" (PKCS#8, not encrypted). The caller wipes `pem` if it has
  // to. INVALID_ARGUMENT with kNotPem, kNotPrivateKey, kNotSm2 or kInconsistent.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem);

  ~PrivateKey();
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;

  // The secret as unencrypted PKCS#8. For WritePrivateKeyFile (key_file.h) and tests.
  std::string ToPem() const;

  const PublicKey& public_key() const;

  // The signature of `message` for `user_id` (at most kUserIdSizeMax), 70 to 72 bytes of DER as a
  // rule. Two calls give different bytes, because each signature holds a fresh random number: sign
  // before a command and hand the signature in, never inside one. INTERNAL when the key's holder
  // cannot sign.
  absl::StatusOr<std::string> Sign(absl::string_view message,
                                   absl::string_view user_id = kDefaultUserId) const;

 private:
  struct Impl;
  explicit PrivateKey(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_SM2_H_
