#include "libs/codes/license_identifier.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::codes {
namespace {

constexpr char kNumbered[] =
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U";
constexpr char kRevised[] =
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0";
constexpr char kOldIssuer[] = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";

struct Refusal {
  std::string text;
  const char* sentence;
};

TEST_CASE("the identifier of a real licence is read with its parts") {
  const auto numbered = LicenseIdentifier::Parse(kNumbered);
  REQUIRE(numbered.ok());
  CHECK(numbered->value() == kNumbered);
  CHECK(numbered->type().value() == "11100000000013338W011");
  CHECK(numbered->type().authority().value() == "11100000000013338W");
  CHECK(numbered->type().number() == "011");
  REQUIRE(std::holds_alternative<CreditCode>(numbered->issuer()));
  CHECK(std::get<CreditCode>(numbered->issuer()).value() == "11430000006122244L");
  CHECK(numbered->serial() == "20230000403");
  CHECK(numbered->version() == 1);
  CHECK_FALSE(numbered->has_old_issuer());

  const auto revised = LicenseIdentifier::Parse(kRevised);
  REQUIRE(revised.ok());
  CHECK(revised->version() == 2);
  CHECK((*revised != *numbered));
}

TEST_CASE("an identifier of old style names a division as its issuer") {
  const auto identifier = LicenseIdentifier::Parse(kOldIssuer);
  REQUIRE(identifier.ok());
  CHECK(identifier->has_old_issuer());
  CHECK(std::get<RegionCode>(identifier->issuer()).value() == "340100000000");
}

TEST_CASE("a wrong check character is refused, also where a document prints it as a sample") {
  const std::string body =
      "1.2.156.3005.2.11100000000013661B006.113700000045046442."
      "209FA4E88F9E4C878F3E9BED2CE7EA49.001.";
  CHECK(LicenseIdentifier::Parse(body + "M").status().message() == "证照标识末位校验码应为D");
  CHECK(LicenseIdentifier::Parse(body + "D").ok());
}

TEST_CASE("a text that is no identifier is refused with the part that is wrong") {
  const std::string root = "1.2.156.3005.2.";
  const std::string type = root + "11100000000013338W011.";
  const std::string issuer = type + "11430000006122244L.";
  const Refusal refusals[] = {
      {"", "证照标识应以1.2.156.3005.2.开头"},
      {"1.2.156.3005.2", "证照标识应以1.2.156.3005.2.开头"},
      {"1.2.156.3005.20.x", "证照标识应以1.2.156.3005.2.开头"},
      {" " + std::string(kNumbered), "证照标识应以1.2.156.3005.2.开头"},
      {"1.2.156.3003.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
       "证照标识的根应为1.2.156.3005.2；1.2.156.3003.2是厂商自定的"},
      {root, "证照标识根之后应有5段，实有1段"},
      {issuer + "20230000403.001", "证照标识根之后应有5段，实有4段"},
      {absl::StrCat(kNumbered, "."), "证照标识根之后应有5段，实有6段"},
      {root + "11100000000013338W11.11430000006122244L.20230000403.001.U",
       "证照标识的证照类型代码应为21位，实为20位"},
      {root + "11100000000013338W01A.11430000006122244L.20230000403.001.U",
       "证照标识的证照类型代码第21位应为数字"},
      {root + "11100000000013338X011.11430000006122244L.20230000403.001.U",
       "证照标识的证照类型代码第1至18位：统一社会信用代码第18位校验码应为W"},
      {type + "11430000006122244A.20230000403.001.U",
       "证照标识的颁发机构：统一社会信用代码第18位校验码应为L"},
      {type + ".20230000403.001.U", "证照标识的颁发机构：统一社会信用代码应为18位，实为0位"},
      {type + "44.20230000403.001.U", "证照标识的颁发机构：统一社会信用代码应为18位，实为2位"},
      {type + "990000.20230000403.001.U", "证照标识的颁发机构：行政区划代码第1至2位不是省级代码"},
      {issuer + ".001.U", "证照标识的流水号应为1至32位"},
      {issuer + std::string(33, 'A') + ".001.U", "证照标识的流水号应为1至32位"},
      {issuer + "2023000040a.001.U", "证照标识的流水号第11位应为数字或大写字母"},
      {issuer + "2023-000403.001.U", "证照标识的流水号第5位应为数字或大写字母"},
      {issuer + "20230000403.1.U", "证照标识的版本号应为3位，实为1位"},
      {issuer + "20230000403.0001.U", "证照标识的版本号应为3位，实为4位"},
      {issuer + "20230000403.00A.U", "证照标识的版本号第3位应为数字"},
      {issuer + "20230000403.000.U", "证照标识的版本号应从001起"},
      {issuer + "20230000403.001.", "证照标识末位校验码应为U"},
      {issuer + "20230000403.001.u", "证照标识末位校验码应为U"},
      {issuer + "20230000403.001.UU", "证照标识末位校验码应为U"},
  };
  for (const Refusal& refusal : refusals) {
    INFO(refusal.text);
    const auto identifier = LicenseIdentifier::Parse(refusal.text);
    REQUIRE(identifier.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(identifier.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(identifier.status().message() == refusal.sentence);
  }
}

TEST_CASE("an identifier made of its parts is the one read") {
  for (const char* text : {kNumbered, kRevised}) {
    const auto read = LicenseIdentifier::Parse(text);
    REQUIRE(read.ok());
    const auto made = LicenseIdentifier::Make(read->type(), std::get<CreditCode>(read->issuer()),
                                              read->serial(), read->version());
    REQUIRE(made.ok());
    CHECK(made->value() == text);
    CHECK((*made == *read));
  }
}

TEST_CASE("a serial of one to thirty-two characters and a version up to 999 can be made") {
  const auto type = LicenseTypeCode::Parse("11100000MB03271699001");
  const auto issuer = CreditCode::Parse("11430000006122244L");
  REQUIRE(type.ok());
  REQUIRE(issuer.ok());
  for (std::size_t size = 1; size <= 32; ++size) {
    const auto made = LicenseIdentifier::Make(*type, *issuer, std::string(size, 'Z'), 999);
    REQUIRE(made.ok());
    CHECK(LicenseIdentifier::Parse(made->value()).ok());
  }
  const auto message = [&](absl::string_view serial, int version) {
    return std::string(LicenseIdentifier::Make(*type, *issuer, serial, version).status().message());
  };
  CHECK(message("", 1) == "证照标识的流水号应为1至32位");
  CHECK(message(std::string(33, '1'), 1) == "证照标识的流水号应为1至32位");
  CHECK(message("A.1", 1) == "证照标识的流水号第2位应为数字或大写字母");
  CHECK(message("1", 0) == "证照标识的版本号应在001至999之间");
  CHECK(message("1", 1000) == "证照标识的版本号应在001至999之间");
}

TEST_CASE("an identifier with any one character changed is refused") {
  for (const std::string text : {kNumbered, kRevised, kOldIssuer}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        std::string changed = text;
        changed[i] = static_cast<char>(c);
        INFO(changed);
        REQUIRE(LicenseIdentifier::Parse(changed).ok() == (changed == text));
      }
    }
  }
}

}  // namespace
}  // namespace onething::codes
