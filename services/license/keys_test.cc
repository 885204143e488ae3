#include "services/license/keys.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/crypto/key_file.h"
#include "services/license/license_hall.h"
#include "services/license/test_folder.h"

namespace onething::license {
namespace {

TEST_CASE("keys are read by the codes in their file names, several of one authority in order") {
  const TestFolder folder;
  const crypto::PrivateKey first = crypto::PrivateKey::Generate();
  const crypto::PrivateKey second = crypto::PrivateKey::Generate();
  REQUIRE(crypto::WritePrivateKeyFile(folder.path(absl::StrCat(kIssuer, ".pem")), first).ok());
  REQUIRE(
      crypto::WritePrivateKeyFile(folder.path(absl::StrCat(kIssuer, ".2027.pem")), second).ok());
  folder.Write("README", "keys");
  folder.Write(absl::StrCat(kOtherIssuer, ".pem.bak"), "old");
  const KeyRing ring = KeyRing::Load(folder.path()).value();
  REQUIRE(ring.Of(kIssuer).size() == 2);
  CHECK(ring.Of(kIssuer)[0].public_key() == second.public_key());
  CHECK(ring.Of(kIssuer)[1].public_key() == first.public_key());
  CHECK(ring.Of(kOtherIssuer).empty());
}

TEST_CASE("a folder or key file that is not as it must be is refused by name") {
  const auto refusal = [](const std::string& file, const std::string& text, bool closed) {
    const TestFolder folder;
    std::filesystem::permissions(folder.Write(file, text), closed
                                                               ? std::filesystem::perms::owner_read
                                                               : std::filesystem::perms(0644));
    const absl::Status status = KeyRing::Load(folder.path()).status();
    CHECK(absl::StrContains(status.message(), file));
    return status.code();
  };
  const std::string pem = crypto::PrivateKey::Generate().ToPem();
  const std::string name = absl::StrCat(kIssuer, ".pem");
  CHECK(refusal("authority.pem", pem, true) == absl::StatusCode::kInvalidArgument);
  CHECK(refusal("11430000006122244X.pem", pem, true) == absl::StatusCode::kInvalidArgument);
  CHECK(refusal(name, "no key", true) == absl::StatusCode::kInvalidArgument);
  CHECK(refusal(name, pem, false) == absl::StatusCode::kFailedPrecondition);
  CHECK(KeyRing::Load("no/such/folder").status().code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a signing key that nobody trusts keeps the service from starting") {
  const TestFolder folder;
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  REQUIRE(crypto::WritePrivateKeyFile(folder.path(absl::StrCat(kIssuer, ".pem")), key).ok());
  config::v1::TrustFile file;
  Trust(kOtherIssuer, key, "2020-01-01", "", &file);
  std::string trust_file = folder.Write("trust.yaml", FormatTrustFile(file));
  const absl::Status refused = LoadKeys(trust_file, folder.path()).status();
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(refused.message(), key.public_key().ToHex()));
  CHECK(LoadKeys(trust_file, "").ok());

  file.clear_authorities();
  Trust(kIssuer, key, "2020-01-01", "2020-12-31", &file);
  trust_file = folder.Write("trust.yaml", FormatTrustFile(file));
  const Keys keys = LoadKeys(trust_file, folder.path()).value();
  CHECK(keys.SigningKey(kIssuer, calendar::Date(2020, 6, 1)) != nullptr);
  CHECK(keys.SigningKey(kIssuer, calendar::Date(2021, 1, 1)) == nullptr);
  CHECK(keys.SigningKey(kOtherIssuer, calendar::Date(2020, 6, 1)) == nullptr);
}

}  // namespace
}  // namespace onething::license
