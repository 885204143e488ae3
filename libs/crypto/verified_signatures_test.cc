#include "libs/crypto/verified_signatures.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/str_cat.h"

namespace onething::crypto {
namespace {

TEST_CASE("a remembered signature is right for its key, message and bytes only") {
  VerifiedSignatures verified(8);
  const PrivateKey key = PrivateKey::Generate();
  const PrivateKey other = PrivateKey::Generate();
  const std::string signature = key.Sign("message").value();
  for (int round = 0; round < 2; ++round) {
    CHECK(verified.Verify(key.public_key(), "message", signature) == SignatureCheck::kValid);
    CHECK(verified.Verify(other.public_key(), "message", signature) == SignatureCheck::kWrong);
    CHECK(verified.Verify(key.public_key(), "massage", signature) == SignatureCheck::kWrong);
    CHECK(verified.Verify(key.public_key(), "message", signature + "m") ==
          SignatureCheck::kMalformed);
    CHECK(verified.Verify(key.public_key(), "message", "") == SignatureCheck::kMalformed);
    CHECK(verified.Verify(key.public_key(), "message", std::string(70'000, '0')) ==
          SignatureCheck::kMalformed);
  }
  CHECK(verified.size() == 1);
}

TEST_CASE("the memory is bounded, and what is asked for again stays in it") {
  VerifiedSignatures verified(8);
  const PrivateKey key = PrivateKey::Generate();
  const std::string often = key.Sign("often").value();
  for (int i = 0; i < 30; ++i) {
    const std::string message = absl::StrCat(i);
    CHECK(verified.Verify(key.public_key(), message, key.Sign(message).value()) ==
          SignatureCheck::kValid);
    CHECK(verified.Verify(key.public_key(), "often", often) == SignatureCheck::kValid);
    CHECK(verified.size() <= 8);
  }
  CHECK(verified.size() == 8);
}

}  // namespace
}  // namespace onething::crypto
