#include "services/license/trust_list.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/config/load_yaml.h"
#include "services/license/license_hall.h"
#include "services/license/test_folder.h"

namespace onething::license {
namespace {

calendar::Date On(const char* date) { return calendar::ParseDate(date).value(); }

TEST_CASE("a key is good from its first to its last day of issue, the latest one first") {
  const crypto::PrivateKey first = crypto::PrivateKey::Generate();
  const crypto::PrivateKey second = crypto::PrivateKey::Generate();
  config::v1::TrustFile file;
  Trust(kIssuer, first, "2020-01-01", "2026-03-02", &file);
  Trust(kIssuer, second, "2026-03-01", "", &file);
  Trust(kOtherIssuer, crypto::PrivateKey::Generate(), "2020-01-01", "", &file);
  const TrustList list = TrustList::Create(file).value();
  const auto keys = [&](const char* date) { return list.KeysOf(kIssuer, On(date)); };
  CHECK(keys("2019-12-31").empty());
  CHECK(keys("2020-01-01") == std::vector{first.public_key()});
  CHECK(keys("2026-03-01") == std::vector{second.public_key(), first.public_key()});
  CHECK(keys("2026-03-02") == std::vector{second.public_key(), first.public_key()});
  CHECK(keys("2026-03-03") == std::vector{second.public_key()});
  CHECK(list.KeysOf("12441500196720244T", On("2026-03-02")).empty());
  CHECK(list.Lists(kIssuer, first.public_key()));
  CHECK_FALSE(list.Lists(kOtherIssuer, first.public_key()));
  CHECK(list.size() == 2);
  CHECK(TrustList().KeysOf(kIssuer, On("2026-03-02")).empty());
}

TEST_CASE("a written trust file reads back, keys in hex and in PEM") {
  const crypto::PrivateKey in_hex = crypto::PrivateKey::Generate();
  const crypto::PrivateKey in_pem = crypto::PrivateKey::Generate();
  config::v1::TrustFile file;
  Trust(kIssuer, in_hex, "2020-01-01", "2026-03-02", &file);
  Trust(kOtherIssuer, in_pem, "2020-01-01", "", &file);
  file.mutable_authorities(0)->set_name("某\"市\": 局 #1");
  file.mutable_authorities(1)->mutable_keys(0)->set_public_key(in_pem.public_key().ToPem());
  config::v1::TrustFile read;
  REQUIRE(config::LoadYaml(FormatTrustFile(file), "trust.yaml", {}, &read, nullptr).ok());
  CHECK(read.SerializeAsString() == file.SerializeAsString());
  CHECK(TrustList::Create(read)->Lists(kOtherIssuer, in_pem.public_key()));
  REQUIRE(config::LoadYaml(FormatTrustFile({}), "trust.yaml", {}, &read, nullptr).ok());
  CHECK(TrustList::Create(read)->size() == 0);
}

TEST_CASE("a key in PEM may stand in the file as it stands anywhere") {
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  std::string text = absl::StrCat("authorities:\n- code: ", kIssuer,
                                  "\n  name: 测试机构\n  keys:\n  - valid_from: 2020-01-01\n"
                                  "    public_key: |\n      ");
  absl::StrAppend(&text, absl::StrReplaceAll(key.public_key().ToPem(), {{"\n", "\n      "}}), "\n");
  const TestFolder folder;
  const absl::StatusOr<TrustList> list = TrustList::Load(folder.Write("trust.yaml", text));
  INFO(list.status());
  CHECK(list->Lists(kIssuer, key.public_key()));
}

TEST_CASE("every fault of the file is told with its place") {
  const std::string key = crypto::PrivateKey::Generate().public_key().ToHex();
  const std::string text = absl::StrCat(
      "authorities:\n"
      "  - code: 11430000006122244L\n"
      "    name: 甲\n"
      "    keys:\n"
      "      - {public_key: ",
      key,
      ", valid_from: 2026-01-01, valid_to: 2025-12-31}\n"
      "      - {public_key: ",
      key,
      ", valid_from: 2026-01-01}\n"
      "      - {public_key: 04ff, valid_from: 2026-01-01}\n"
      "      - {public_key: 0g, valid_from: 2026-01-01}\n"
      "  - code: 11430000006122244L\n"
      "    name: 乙\n"
      "    keys: [{public_key: ",
      key, ", valid_from: 2026-01-01}]\n");
  const TestFolder folder;
  const absl::Status refused = TrustList::Load(folder.Write("trust.yaml", text)).status();
  INFO(refused);
  CHECK(refused.code() == absl::StatusCode::kInvalidArgument);
  for (const char* fault :
       {"trust.yaml:5:", "authorities[0].keys[0].valid_to：有效期的结束早于开始",
        "trust.yaml:6:", "authorities[0].keys[1].public_key：公钥重复",
        "trust.yaml:7:", "authorities[0].keys[2].public_key：公钥不是曲线上的点",
        "trust.yaml:8:", "authorities[0].keys[3].public_key：",
        "trust.yaml:9:", "authorities[1].code：颁发机构重复"}) {
    INFO(fault);
    CHECK(absl::StrContains(refused.message(), fault));
  }
}

TEST_CASE("what breaks a rule of the contract is told with its place, a missing file by name") {
  const TestFolder folder;
  const auto load = [&folder](const char* text) {
    return std::string(TrustList::Load(folder.Write("trust.yaml", text)).status().message());
  };
  CHECK(absl::StrContains(load("authorities:\n- code: 11430000006122244X\n  name: 甲\n"),
                          "trust.yaml:2:9: 错误：authorities[0].code："));
  CHECK(absl::StrContains(load("authorities:\n- name: 甲\n"), "authorities[0].code：必填"));
  CHECK(absl::StrContains(load("authorities:\n- name: 甲\n"), "authorities[0].keys："));
  CHECK(absl::StrContains(load("authoritys: []\n"), "是否想写“authorities”？"));
  CHECK(TrustList::Load(folder.path("none.yaml")).status().code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace onething::license
