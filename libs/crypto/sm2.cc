#include "libs/crypto/sm2.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/crypto/bytes.h"
#include "libs/crypto/openssl_handles.h"
#include "libs/crypto/sm2_signature.h"

namespace onething::crypto {
namespace {

constexpr std::size_t kPemSizeMax = 16 * 1024;

// SubjectPublicKeyInfo ::= SEQUENCE { SEQUENCE { id-ecPublicKey, sm2 }, BIT STRING { 04 x y } }
// has one encoding up to the point, so it is compared instead of parsed.
constexpr std::array<unsigned char, 26> kSpkiPrefix = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
    0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00};

absl::string_view SpkiPrefix() {
  return {reinterpret_cast<const char*>(kSpkiPrefix.data()), kSpkiPrefix.size()};
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Refuse(absl::string_view reason) { return absl::InvalidArgumentError(reason); }

// One PEM block, decoded; wiped when dropped, because it may be a private key.
struct PemBlock {
  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  absl::string_view der() const {
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }

  char* label = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

// Reads into `block` the only PEM block of `pem`; text before it is ignored, as usual. A second
// block would leave open which one was meant.
absl::Status ReadOnlyBlock(absl::string_view pem, PemBlock& block) {
  if (pem.size() > kPemSizeMax) return Refuse(key_error::kNotPem);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio != nullptr);
  PemBlock second;
  if (PEM_read_bio(bio.get(), &block.label, &block.header, &block.data, &block.size) != 1 ||
      PEM_read_bio(bio.get(), &second.label, &second.header, &second.data, &second.size) == 1) {
    return Refuse(key_error::kNotPem);
  }
  return absl::OkStatus();
}

std::string TextOf(const Bio& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Pkey ImportPoint(absl::string_view point) {
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  CHECK(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  std::string group = "SM2";
  std::string encoded(point);
  std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* pkey = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_PUBLIC_KEY, params.data()) != 1) return {};
  return Pkey(pkey);
}

// The point of `pkey` as 04 x y, whichever form the key was read in.
std::string PointOf(const EVP_PKEY* pkey) {
  std::array<unsigned char, kUncompressedPointSize> point = {0x04};
  unsigned char* out = point.data() + 1;
  for (const char* name : {OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y}) {
    BIGNUM* number = nullptr;
    CHECK(EVP_PKEY_get_bn_param(pkey, name, &number) == 1);
    const Bignum coordinate(number);
    CHECK(BN_bn2binpad(number, out, kScalarSize) == kScalarSize);
    out += kScalarSize;
  }
  return {reinterpret_cast<const char*>(point.data()), point.size()};
}

// The parameter that tells OpenSSL the ID; it reads `user_id` when the parameter is applied.
std::array<OSSL_PARAM, 2> UserIdParams(absl::string_view user_id) {
  CHECK(user_id.size() <= kUserIdSizeMax);
  return {OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_DIST_ID,
                                            const_cast<char*>(user_id.data()), user_id.size()),
          OSSL_PARAM_construct_end()};
}

}  // namespace

struct PublicKey::Impl {
  Pkey pkey;
  std::string point;
};

PublicKey::PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

absl::StatusOr<PublicKey> PublicKey::FromPem(absl::string_view pem) {
  const ErrorQueueScope errors;
  PemBlock block;
  RETURN_IF_ERROR(ReadOnlyBlock(pem, block));
  if (absl::string_view(block.label) != PEM_STRING_PUBLIC) {
    return Refuse(key_error::kNotPublicKey);
  }
  const absl::string_view der = block.der();
  if (der.substr(0, kSpkiPrefix.size()) != SpkiPrefix()) return Refuse(key_error::kNotSm2);
  return FromUncompressed(der.substr(kSpkiPrefix.size()));
}

absl::StatusOr<PublicKey> PublicKey::FromUncompressed(absl::string_view point) {
  const ErrorQueueScope errors;
  if (point.size() != kUncompressedPointSize || point[0] != '\x04') {
    return Refuse(key_error::kNotOnCurve);
  }
  Pkey pkey = ImportPoint(point);
  if (pkey == nullptr) return Refuse(key_error::kNotOnCurve);
  return PublicKey(std::make_shared<const Impl>(
      Impl{.pkey = std::move(pkey), .point = std::string(point)}));
}

std::string PublicKey::ToPem() const {
  const std::string spki = absl::StrCat(SpkiPrefix(), Uncompressed());
  const Bio bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio(bio.get(), PEM_STRING_PUBLIC, "", Bytes(spki),
                      static_cast<long>(spki.size())) > 0);
  return TextOf(bio);
}

absl::string_view PublicKey::Uncompressed() const { return impl_->point; }

std::string PublicKey::ToHex() const { return crypto::ToHex(Uncompressed()); }

Digest PublicKey::Fingerprint() const { return Sm3(absl::StrCat(SpkiPrefix(), Uncompressed())); }

SignatureCheck PublicKey::Verify(absl::string_view message, absl::string_view signature,
                                 absl::string_view user_id) const {
  // OpenSSL does not tell a malformed signature from a wrong one in a way to rely on.
  if (!ParseSm2Signature(signature).has_value()) return SignatureCheck::kMalformed;
  const ErrorQueueScope errors;
  const auto params = UserIdParams(user_id);
  const MdContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestVerifyInit_ex(context.get(), nullptr, "SM3", nullptr, nullptr, impl_->pkey.get(),
                                params.data()) == 1);
  const int result = EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                                      Bytes(message), message.size());
  return result == 1 ? SignatureCheck::kValid : SignatureCheck::kWrong;
}

struct PrivateKey::Impl {
  Pkey pkey;
  PublicKey public_key;
};

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrivateKey::~PrivateKey() = default;
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;

PrivateKey PrivateKey::Generate() {
  Pkey pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  CHECK(pkey != nullptr);
  absl::StatusOr<PublicKey> public_key = PublicKey::FromUncompressed(PointOf(pkey.get()));
  CHECK(public_key.ok());
  return PrivateKey(std::make_unique<Impl>(
      Impl{.pkey = std::move(pkey), .public_key = *std::move(public_key)}));
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem) {
  const ErrorQueueScope errors;
  PemBlock block;
  RETURN_IF_ERROR(ReadOnlyBlock(pem, block));
  if (absl::string_view(block.label) != PEM_STRING_PKCS8INF) {
    return Refuse(key_error::kNotPrivateKey);
  }
  const unsigned char* end = block.data;
  const Pkcs8 pkcs8(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &end, block.size));
  if (pkcs8 == nullptr || end != block.data + block.size) return Refuse(key_error::kNotSm2);
  Pkey pkey(EVP_PKCS82PKEY(pkcs8.get()));
  if (pkey == nullptr || EVP_PKEY_is_a(pkey.get(), "SM2") != 1) return Refuse(key_error::kNotSm2);

  // The file carries both halves. One that lies about the public half would make signatures that
  // nobody can verify, or worse.
  const PkeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey.get(), nullptr));
  CHECK(check != nullptr);
  if (EVP_PKEY_check(check.get()) != 1) return Refuse(key_error::kInconsistent);
  ASSIGN_OR_RETURN(PublicKey public_key, PublicKey::FromUncompressed(PointOf(pkey.get())));
  return PrivateKey(std::make_unique<Impl>(
      Impl{.pkey = std::move(pkey), .public_key = std::move(public_key)}));
}

std::string PrivateKey::ToPem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));  // Wiped when freed.
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->pkey.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1);
  return TextOf(bio);
}

const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

absl::StatusOr<std::string> PrivateKey::Sign(absl::string_view message,
                                             absl::string_view user_id) const {
  const ErrorQueueScope errors;
  const auto params = UserIdParams(user_id);
  const MdContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(impl_->pkey.get())), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, "SM3", nullptr, nullptr, impl_->pkey.get(),
                            params.data()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(message), message.size()) != 1) {
    return absl::InternalError("the key's holder cannot sign");
  }
  signature.resize(size);
  return signature;
}

}  // namespace onething::crypto
