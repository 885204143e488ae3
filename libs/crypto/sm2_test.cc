#include "libs/crypto/sm2.h"

#include <catch2/catch.hpp>
#include <openssl/err.h>

#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/crypto/bytes.h"
#include "libs/crypto/test_keys.h"

namespace onething::crypto {
namespace {

using test::kMessage;
using test::Pem;
using test::Unhex;

PrivateKey FixedPrivateKey() { return *PrivateKey::FromPem(test::kPrivatePem); }
PublicKey FixedPublicKey() { return *PublicKey::FromPem(test::kPublicPem); }

// The PKCS#8 structure of an SM2 key with these two halves.
std::string Pkcs8(absl::string_view secret, absl::string_view point) {
  return absl::StrCat(
      Unhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"), secret,
      Unhex("a144034200"), point);
}

TEST_CASE("Keys in PEM come out as they went in", "[sm2]") {
  const PrivateKey key = FixedPrivateKey();
  CHECK(key.ToPem() == test::kPrivatePem);
  CHECK(key.public_key().ToPem() == test::kPublicPem);
  CHECK(key.public_key() == FixedPublicKey());
  CHECK(key.public_key().ToHex() == test::kPublicHex);
  CHECK(ToHex(AsBytes(key.public_key().Fingerprint())) == test::kFingerprintHex);
  CHECK(*PublicKey::FromUncompressed(Unhex(test::kPublicHex)) == FixedPublicKey());
}

TEST_CASE("A generated key is like one that was read, and unlike any other", "[sm2]") {
  const PrivateKey key = PrivateKey::Generate();
  const PrivateKey again = *PrivateKey::FromPem(key.ToPem());
  CHECK(again.public_key() == key.public_key());
  CHECK(key.public_key().Verify(kMessage, *again.Sign(kMessage)) == SignatureCheck::kValid);
  const PrivateKey other = PrivateKey::Generate();
  CHECK_FALSE(other.public_key() == key.public_key());
  CHECK(other.public_key().Fingerprint() != key.public_key().Fingerprint());
}

TEST_CASE("Signatures made by openssl verify under the ID they were made with only", "[sm2]") {
  const PublicKey key = FixedPublicKey();
  struct Row {
    absl::string_view signature_hex, user_id;
  };
  const Row rows[] = {{test::kSignatureHex, kDefaultUserId},
                      {test::kOtherIdSignatureHex, test::kOtherId},
                      {test::kEmptyIdSignatureHex, ""}};
  for (const Row& signed_with : rows) {
    for (const Row& verified_with : rows) {
      CAPTURE(signed_with.user_id, verified_with.user_id);
      const bool same = signed_with.user_id == verified_with.user_id;
      CHECK(key.Verify(kMessage, Unhex(signed_with.signature_hex), verified_with.user_id) ==
            (same ? SignatureCheck::kValid : SignatureCheck::kWrong));
    }
  }
  CHECK(key.Verify(kMessage, Unhex(test::kSignatureHex)) == SignatureCheck::kValid);
  CHECK(key.Verify("", Unhex(test::kEmptyMessageSignatureHex)) == SignatureCheck::kValid);
}

TEST_CASE("The signature in the annex of GB/T 32918.5 verifies", "[sm2]") {
  const PublicKey key = *PublicKey::FromUncompressed(
      Unhex("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"));
  const std::string signature =
      Unhex("3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
            "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  CHECK(key.Verify("message digest", signature) == SignatureCheck::kValid);
  CHECK(key.Verify("message digesT", signature) == SignatureCheck::kWrong);
}

TEST_CASE("What a key signs, its public key verifies, whatever the size and the ID", "[sm2]") {
  const PrivateKey key = FixedPrivateKey();
  const std::string messages[] = {"", "x", std::string(1, '\0'), std::string(300, 'r'),
                                  std::string(8 << 20, 'b')};
  const std::string ids[] = {"", "1", std::string(kDefaultUserId),
                             std::string(kUserIdSizeMax, 'i')};
  for (const std::string& message : messages) {
    for (const std::string& id : ids) {
      CAPTURE(message.size(), id.size());
      const absl::StatusOr<std::string> signature = key.Sign(message, id);
      REQUIRE(signature.ok());
      CHECK(key.public_key().Verify(message, *signature, id) == SignatureCheck::kValid);
      CHECK(key.public_key().Verify(message + "x", *signature, id) == SignatureCheck::kWrong);
    }
  }
}

TEST_CASE("Two signatures of one message differ and both verify", "[sm2]") {
  const PrivateKey key = FixedPrivateKey();
  const std::string first = *key.Sign(kMessage);
  const std::string second = *key.Sign(kMessage);
  CHECK(first != second);
  CHECK(key.public_key().Verify(kMessage, first) == SignatureCheck::kValid);
  CHECK(key.public_key().Verify(kMessage, second) == SignatureCheck::kValid);
}

TEST_CASE("One changed bit anywhere is noticed", "[sm2]") {
  const PublicKey key = FixedPublicKey();
  const std::string signature = Unhex(test::kSignatureHex);
  const std::string message(kMessage);
  for (std::size_t i = 0; i < message.size() * 8; ++i) {
    std::string changed = message;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    CHECK(key.Verify(changed, signature) == SignatureCheck::kWrong);
  }
  for (std::size_t i = 0; i < signature.size() * 8; ++i) {
    std::string changed = signature;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    CHECK(key.Verify(message, changed) != SignatureCheck::kValid);
  }
  const std::string point(key.Uncompressed());
  for (std::size_t i = 0; i < point.size() * 8; ++i) {
    std::string changed = point;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    CHECK(PublicKey::FromUncompressed(changed).status() ==
          absl::InvalidArgumentError(key_error::kNotOnCurve));
  }
}

TEST_CASE("A signature is wrong under another key", "[sm2]") {
  const PrivateKey other = PrivateKey::Generate();
  CHECK(other.public_key().Verify(kMessage, Unhex(test::kSignatureHex)) == SignatureCheck::kWrong);
  CHECK(FixedPublicKey().Verify(kMessage, *other.Sign(kMessage)) == SignatureCheck::kWrong);
}

TEST_CASE("A malformed signature is told apart from a wrong one", "[sm2]") {
  const PublicKey key = FixedPublicKey();
  const std::string good = Unhex(test::kSignatureHex);
  // The same numbers with one byte of padding, which a lenient reader would accept.
  const std::string padded = Unhex("3046") + good.substr(2, 35) + Unhex("022100") + good.substr(39);
  const std::string malformed[] = {
      "",         "signature", good.substr(0, good.size() - 1),
      good + "x", padded,      std::string(1 << 20, '0'),
  };
  for (const std::string& signature : malformed) {
    CAPTURE(ToHex(signature.substr(0, 80)));
    CHECK(key.Verify(kMessage, signature) == SignatureCheck::kMalformed);
  }
  CHECK(key.Verify(kMessage, Unhex("3006020101020101")) == SignatureCheck::kWrong);
  // r + s = n, which the algorithm excludes.
  CHECK(key.Verify(kMessage,
                   Unhex("3026020101022100"
                         "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122")) ==
        SignatureCheck::kWrong);
}

TEST_CASE("Public keys that are not SM2 keys in the one encoding are refused", "[sm2]") {
  const std::string spki = Unhex("3059301306072a8648ce3d020106082a811ccf5501822d034200");
  const std::string point = Unhex(test::kPublicHex);
  struct Row {
    const char* why;
    std::string pem;
    absl::string_view reason;
  };
  const Row rows[] = {
      {"nothing", "", key_error::kNotPem},
      {"no PEM", "not a key", key_error::kNotPem},
      {"bare DER", spki + point, key_error::kNotPem},
      {"two blocks", absl::StrCat(test::kPublicPem, test::kPublicPem), key_error::kNotPem},
      {"end missing", std::string(test::kPublicPem.substr(0, 150)), key_error::kNotPem},
      {"beyond the limit", absl::StrCat(std::string(16384, '\n'), test::kPublicPem),
       key_error::kNotPem},
      {"a private key", std::string(test::kPrivatePem), key_error::kNotPublicKey},
      {"another label", Pem("EC PUBLIC KEY", spki + point), key_error::kNotPublicKey},
      {"P-256",
       Pem("PUBLIC KEY", Unhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"
                               "0467c73f20ad9e2a3c5f8efc41ebeefbb0deeefe9fdbec4d547b1e24c11569e3fd"
                               "c39c162c5b9f5030d577793fc5e11c1f091895c58f8f7fec88344b181dcd9bd0")),
       key_error::kNotSm2},
      {"compressed", Pem("PUBLIC KEY", Unhex("3039301306072a8648ce3d020106082a811ccf5501822d032200"
                                             "0334f6654df3a71d023aa57fafca4e471191d4361a5dc9e0ac4d"
                                             "4cacf222e57ad4")),
       key_error::kNotSm2},
      {"empty block", Pem("PUBLIC KEY", ""), key_error::kNotPem},
      {"only a prefix", Pem("PUBLIC KEY", spki), key_error::kNotOnCurve},
      {"point truncated", Pem("PUBLIC KEY", spki + point.substr(0, 64)), key_error::kNotOnCurve},
      {"a byte behind", Pem("PUBLIC KEY", spki + point + "x"), key_error::kNotOnCurve},
      {"point not on the curve", Pem("PUBLIC KEY", spki + "\x04" + std::string(64, '\x01')),
       key_error::kNotOnCurve},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(PublicKey::FromPem(row.pem).status() == absl::InvalidArgumentError(row.reason));
  }
}

TEST_CASE("Points that are not on the curve or not in the form 04 x y are refused", "[sm2]") {
  const std::string point = Unhex(test::kPublicHex);
  // p, the first number that is no coordinate, and p + 1.
  const std::string p =
      Unhex("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff");
  const std::string rows[] = {
      "",
      std::string(1, '\0'),
      std::string(65, '\0'),
      "\x04" + std::string(64, '\0'),
      "\x04" + std::string(64, '\xff'),
      "\x04" + p + point.substr(33),
      "\x04" + point.substr(1, 32) + p,
      point.substr(1),
      point + "x",
      "\x06" + point.substr(1),
      "\x07" + point.substr(1),
      "\x03" + point.substr(1, 32),
  };
  for (const std::string& row : rows) {
    CAPTURE(ToHex(row));
    CHECK(PublicKey::FromUncompressed(row).status() ==
          absl::InvalidArgumentError(key_error::kNotOnCurve));
  }
}

TEST_CASE("Private keys that are not whole SM2 keys in plain PKCS#8 are refused", "[sm2]") {
  const std::string point = Unhex(test::kPublicHex);
  const std::string secret = Unhex(test::kSecretHex);
  const std::string order =
      Unhex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
  std::string p256 = Pkcs8(secret, point);
  p256.replace(p256.find(Unhex("06082a811ccf5501822d")), 10, Unhex("06082a8648ce3d030107"));
  struct Row {
    const char* why;
    std::string pem;
    absl::string_view reason;
  };
  const Row rows[] = {
      {"nothing", "", key_error::kNotPem},
      {"two blocks", absl::StrCat(test::kPrivatePem, test::kPublicPem), key_error::kNotPem},
      {"a public key", std::string(test::kPublicPem), key_error::kNotPrivateKey},
      {"encrypted", Pem("ENCRYPTED PRIVATE KEY", Pkcs8(secret, point)), key_error::kNotPrivateKey},
      {"SEC 1", Pem("EC PRIVATE KEY", Pkcs8(secret, point)), key_error::kNotPrivateKey},
      {"no DER", Pem("PRIVATE KEY", "key"), key_error::kNotSm2},
      {"truncated", Pem("PRIVATE KEY", Pkcs8(secret, point.substr(0, 64))), key_error::kNotSm2},
      {"a byte behind", Pem("PRIVATE KEY", Pkcs8(secret, point) + "x"), key_error::kNotSm2},
      {"another curve", Pem("PRIVATE KEY", p256), key_error::kNotSm2},
      {"the public half of another key",
       Pem("PRIVATE KEY", Pkcs8(secret, PrivateKey::Generate().public_key().Uncompressed())),
       key_error::kInconsistent},
      {"a secret of zero", Pem("PRIVATE KEY", Pkcs8(std::string(32, '\0'), point)),
       key_error::kInconsistent},
      {"a secret of n", Pem("PRIVATE KEY", Pkcs8(order, point)), key_error::kInconsistent},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(PrivateKey::FromPem(row.pem).status() == absl::InvalidArgumentError(row.reason));
  }
}

TEST_CASE("A private key is read with its public half compressed or left out", "[sm2]") {
  const std::string secret = Unhex(test::kSecretHex);
  const std::string compressed = absl::StrCat(
      Unhex("3067020100301306072a8648ce3d020106082a811ccf5501822d044d304b0201010420"), secret,
      Unhex("a124032200"), "\x03", Unhex(test::kPublicHex).substr(1, 32));
  const std::string left_out = absl::StrCat(
      Unhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420"), secret);
  for (const std::string& der : {compressed, left_out}) {
    const absl::StatusOr<PrivateKey> key = PrivateKey::FromPem(Pem("PRIVATE KEY", der));
    REQUIRE(key.ok());
    CHECK(key->public_key() == FixedPublicKey());
    CHECK(FixedPublicKey().Verify(kMessage, *key->Sign(kMessage)) == SignatureCheck::kValid);
  }
}

TEST_CASE("Text around the block and Windows line ends do not matter", "[sm2]") {
  std::string windows;
  for (const char c : test::kPublicPem) windows += c == '\n' ? "\r\n" : std::string(1, c);
  CHECK(*PublicKey::FromPem(windows) == FixedPublicKey());
  CHECK(*PublicKey::FromPem(absl::StrCat("# 省卫健委\n", test::kPublicPem, "\n# end\n")) ==
        FixedPublicKey());
}

TEST_CASE("No failure stays in OpenSSL's error queue, where TLS would trip over it", "[sm2]") {
  ERR_clear_error();
  const PublicKey key = FixedPublicKey();
  CHECK(key.Verify("other", Unhex(test::kSignatureHex)) == SignatureCheck::kWrong);
  CHECK_FALSE(PublicKey::FromPem("no key").ok());
  CHECK_FALSE(PrivateKey::FromPem(Pem("PRIVATE KEY", "no key")).ok());
  CHECK_FALSE(PublicKey::FromUncompressed("\x04" + std::string(64, '\x01')).ok());
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("Eight threads sign and verify with the same keys", "[sm2]") {
  const PrivateKey key = FixedPrivateKey();
  std::vector<int> valid(8, 0);
  std::vector<std::thread> threads;
  for (int& count : valid) {
    threads.emplace_back([&key, &count] {
      const PublicKey copy = key.public_key();
      for (int i = 0; i < 10; ++i) {
        const std::string message = absl::StrCat("message ", i);
        if (copy.Verify(message, *key.Sign(message)) == SignatureCheck::kValid) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(valid == std::vector<int>(8, 10));
}

}  // namespace
}  // namespace onething::crypto
