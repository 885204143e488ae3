#include "services/license/verification.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/calendar/date.h"
#include "libs/rpc/test_log.h"
#include "services/license/license_hall.h"

namespace onething::license {
namespace {

using v1::License;

v1::VerifyLicenseRequest ById(const std::string& identifier) {
  v1::VerifyLicenseRequest request;
  request.set_identifier(identifier);
  request.set_use_cause("办理出生登记");
  return request;
}

v1::VerifyLicenseRequest Presenting(const License& license) {
  v1::VerifyLicenseRequest request;
  request.mutable_presented()->set_signed_content(license.signed_content());
  request.mutable_presented()->set_signature(license.signature());
  request.set_use_cause("办理出生登记");
  return request;
}

// `content` signed with `key`, as somebody outside would hand it over.
v1::VerifyLicenseRequest Signed(const v1::LicenseContent& content, const crypto::PrivateKey& key) {
  License license;
  license.set_signed_content(EncodeContent(content));
  license.set_signature(key.Sign(license.signed_content()).value());
  return Presenting(license);
}

// A licence that the other authority issued with its own key, unknown to this hall.
v1::LicenseContent ForeignContent(const char* issuer = kOtherIssuer) {
  v1::IssueLicenseRequest request = SampleRequest();
  request.set_issuer_code(issuer);
  return MakeContent(SampleType(), request, "20260302", calendar::Date(2026, 3, 2)).value();
}

v1::Verdict VerdictOf(LicenseHall& hall, const v1::VerifyLicenseRequest& request) {
  return hall.Verify(request, hall.service)->verdict();
}

TEST_CASE("an issued licence holds by its identifier, as presented, and as both") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  v1::VerifyLicenseRequest both = Presenting(license);
  both.set_identifier(license.content().identifier());
  both.set_holder_code("11010519491231002x");
  for (const auto& request : {ById(license.content().identifier()), Presenting(license), both}) {
    const auto response = hall.Verify(request, hall.service).value();
    INFO(response.sentence());
    CHECK(response.verdict() == v1::VERDICT_VALID);
    CHECK(response.state_known());
    CHECK(response.content().SerializeAsString() == license.content().SerializeAsString());
    CHECK(response.verify_time().seconds() == absl::ToUnixSeconds(hall.store.clock().Now()));
  }
}

TEST_CASE("the bytes of a licence as it is read are those of a presented one") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  v1::VerifyLicenseRequest request = ById("");
  REQUIRE(request.mutable_presented()->ParseFromString(license.SerializeAsString()));
  CHECK(VerdictOf(hall, request) == v1::VERDICT_VALID);
}

TEST_CASE("a presented licence of another place is judged by its record alone") {
  LicenseHall hall;
  const auto response =
      hall.Verify(Signed(ForeignContent(), hall.other_issuer_key), hall.peer).value();
  CHECK(response.verdict() == v1::VERDICT_VALID);
  CHECK_FALSE(response.state_known());
  CHECK(response.content().holder().code() == kHolder);
}

TEST_CASE("what is altered or forged is found out, whatever was done to it") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  const v1::VerifyLicenseRequest good = Presenting(license);
  struct Row {
    const char* story;
    std::function<void(v1::PresentedLicense&)> change;
  };
  const auto content_with = [](const std::function<void(v1::LicenseContent&)>& change) {
    return [change](v1::PresentedLicense& presented) {
      v1::LicenseContent content;
      REQUIRE(content.ParseFromString(presented.signed_content()));
      change(content);
      presented.set_signed_content(EncodeContent(content));
    };
  };
  const Row rows[] = {
      {"another name", content_with([](auto& c) { c.mutable_holder()->set_name("李四"); })},
      {"a longer validity", content_with([](auto& c) { c.set_valid_to("2099-12-31"); })},
      {"an element more", content_with([](auto& c) { (*c.mutable_elements())["KZ"] = "x"; })},
      {"an unknown field more",
       [](auto& p) { p.mutable_signed_content()->append("\xfa\x01\x01x"); }},
      {"a signature that is none", [](auto& p) { p.set_signature("signature"); }},
      {"no signature", [](auto& p) { p.clear_signature(); }},
      {"a cut signature", [](auto& p) { p.mutable_signature()->pop_back(); }},
      {"a long signature", [](auto& p) { p.mutable_signature()->append(900, '\0'); }},
      {"a signature of the same key over something else",
       [&](auto& p) { p.set_signature(hall.issuer_key.Sign("something else").value()); }},
      {"signed anew by a stranger",
       [](auto& p) {
         p.set_signature(crypto::PrivateKey::Generate().Sign(p.signed_content()).value());
       }},
      {"signed anew by another trusted authority",
       [&](auto& p) { p.set_signature(hall.other_issuer_key.Sign(p.signed_content()).value()); }},
      {"no content", [](auto& p) { p.clear_signed_content(); }},
      {"texts that are no UTF-8",
       [](auto& p) { p.mutable_signed_content()->at(p.signed_content().find("张") + 1) = '\xff'; }},
      {"noise", [](auto& p) { p.set_signed_content(std::string(60'000, '\x7f')); }},
  };
  for (const Row& row : rows) {
    for (const bool named : {false, true}) {
      v1::VerifyLicenseRequest request = good;
      row.change(*request.mutable_presented());
      if (named) {
        request.set_identifier(license.content().identifier());
      }
      const auto response = hall.Verify(request, hall.service);
      INFO(row.story << ": " << response.status());
      CHECK(response->verdict() == v1::VERDICT_SIGNATURE_WRONG);
      CHECK_FALSE(response->has_content());
      CHECK_FALSE(response->state_known());
    }
  }
  CHECK(VerdictOf(hall, good) == v1::VERDICT_VALID);
}

TEST_CASE("a content that contradicts itself does not hold, although its issuer signed it") {
  LicenseHall hall;
  v1::LicenseContent content = ForeignContent();
  content.set_issuer_code(kIssuer);
  CHECK(VerdictOf(hall, Signed(content, hall.issuer_key)) == v1::VERDICT_SIGNATURE_WRONG);
  CHECK(VerdictOf(hall, Signed(content, hall.other_issuer_key)) == v1::VERDICT_SIGNATURE_WRONG);
}

TEST_CASE("another licence presented in the place of the one asked for does not hold") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  const License other = hall.Issue(SampleRequest("request-2")).value();
  v1::VerifyLicenseRequest request = Presenting(other);
  request.set_identifier(license.content().identifier());
  CHECK(VerdictOf(hall, request) == v1::VERDICT_IDENTIFIER_WRONG);
}

TEST_CASE("a second content under an issued identifier does not hold, although it is signed") {
  LicenseHall hall;
  v1::LicenseContent content = hall.Issue()->content();
  content.mutable_holder()->set_name("李四");
  CHECK(VerdictOf(hall, Signed(content, hall.issuer_key)) == v1::VERDICT_SIGNATURE_WRONG);
}

TEST_CASE("an issuer is unknown without a key, and before and after its keys") {
  LicenseHall hall;
  CHECK(VerdictOf(hall, Signed(ForeignContent("12441500196720244T"), hall.issuer_key)) ==
        v1::VERDICT_UNKNOWN_ISSUER);
  const v1::VerifyLicenseRequest request = Signed(ForeignContent(), hall.other_issuer_key);
  config::v1::TrustedKey* key = hall.trust.mutable_authorities(1)->mutable_keys(0);
  const auto with_period = [&](const char* from, const char* to) {
    key->set_valid_from(from);
    key->set_valid_to(to);
    hall.SetKeys();
    return VerdictOf(hall, request);
  };
  CHECK(with_period("2026-03-02", "2026-03-02") == v1::VERDICT_VALID);
  CHECK(with_period("2026-03-03", "") == v1::VERDICT_UNKNOWN_ISSUER);
  CHECK(with_period("2020-01-01", "2026-03-01") == v1::VERDICT_UNKNOWN_ISSUER);
}

TEST_CASE("an old identifier, which names a mere division, has an unknown issuer") {
  LicenseHall hall;
  v1::LicenseContent content = ForeignContent();
  content.set_identifier("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9");
  content.set_type_code("11100000MB03271699022");
  CHECK(VerdictOf(hall, Signed(content, hall.other_issuer_key)) == v1::VERDICT_UNKNOWN_ISSUER);
}

TEST_CASE("a licence outlives the key that signed it, and the next key signs nothing older") {
  LicenseHall hall;
  const License old_license = hall.Issue().value();
  hall.trust.mutable_authorities(0)->mutable_keys(0)->set_valid_to("2026-03-31");
  hall.next_issuer_key = crypto::PrivateKey::Generate();
  Trust(kIssuer, *hall.next_issuer_key, "2026-04-01", "", &hall.trust);
  hall.SetKeys();
  hall.store.clock().Advance(absl::Hours(24 * 40));
  const License new_license = hall.Issue(SampleRequest("request-2")).value();
  CHECK(new_license.key_fingerprint() != old_license.key_fingerprint());
  CHECK(VerdictOf(hall, Presenting(old_license)) == v1::VERDICT_VALID);
  CHECK(VerdictOf(hall, Presenting(new_license)) == v1::VERDICT_VALID);

  // Dated back to the time of the old key, or dated forward with the stolen old one.
  v1::LicenseContent content = ForeignContent(kIssuer);
  CHECK(VerdictOf(hall, Signed(content, *hall.next_issuer_key)) == v1::VERDICT_SIGNATURE_WRONG);
  content.set_issue_date("2026-04-01");
  CHECK(VerdictOf(hall, Signed(content, hall.issuer_key)) == v1::VERDICT_SIGNATURE_WRONG);

  // A withdrawn key takes its licences with it, also those that were verified before.
  hall.trust.mutable_authorities(0)->mutable_keys()->DeleteSubrange(0, 1);
  hall.keys.Set(Keys{.trusted = TrustList::Create(hall.trust).value(), .own = {}});
  CHECK(VerdictOf(hall, Presenting(old_license)) == v1::VERDICT_UNKNOWN_ISSUER);
  CHECK(VerdictOf(hall, Presenting(new_license)) == v1::VERDICT_VALID);
}

TEST_CASE("a licence holds from its first to its last day in China") {
  LicenseHall hall;
  v1::IssueLicenseRequest request = SampleRequest();
  request.set_valid_from("2026-03-10");
  request.set_valid_to("2026-03-11");
  const License license = hall.Issue(request).value();
  const auto at = [&](int day, absl::Duration time) {
    hall.store.clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 3, day)) + time);
    return VerdictOf(hall, ById(license.content().identifier()));
  };
  CHECK(at(10, -absl::Microseconds(1)) == v1::VERDICT_NOT_YET_VALID);
  CHECK(at(10, absl::ZeroDuration()) == v1::VERDICT_VALID);
  CHECK(at(12, -absl::Microseconds(1)) == v1::VERDICT_VALID);
  CHECK(at(12, absl::ZeroDuration()) == v1::VERDICT_EXPIRED);
}

TEST_CASE("where the licence is known its state decides, also over what is presented") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  REQUIRE(hall.Suspend(license.name(), hall.authority).ok());
  CHECK(VerdictOf(hall, Presenting(license)) == v1::VERDICT_SUSPENDED);
  CHECK(VerdictOf(hall, ById(license.content().identifier())) == v1::VERDICT_SUSPENDED);
  REQUIRE(hall.Resume(license.name(), hall.authority).ok());
  CHECK(VerdictOf(hall, Presenting(license)) == v1::VERDICT_VALID);
  REQUIRE(hall.Revoke(license.name(), hall.authority).ok());
  hall.store.CutPower();
  CHECK(VerdictOf(hall, Presenting(license)) == v1::VERDICT_REVOKED);
}

TEST_CASE("identifiers that are wrong, unknown or missing are told apart") {
  LicenseHall hall;
  std::string identifier = hall.Issue()->content().identifier();
  identifier.back() = identifier.back() == '0' ? '1' : '0';
  CHECK(VerdictOf(hall, ById(identifier)) == v1::VERDICT_IDENTIFIER_WRONG);
  CHECK(VerdictOf(hall, ById("出生证")) == v1::VERDICT_IDENTIFIER_WRONG);
  CHECK(VerdictOf(hall, ById(ForeignContent().identifier())) == v1::VERDICT_UNKNOWN_LICENSE);
  v1::LicenseContent content = ForeignContent();
  content.set_identifier(identifier);
  CHECK(VerdictOf(hall, Signed(content, hall.issuer_key)) == v1::VERDICT_IDENTIFIER_WRONG);
  CHECK(ReasonOf(hall.Verify(ById(""), hall.service).status()) ==
        common::v1::ERROR_REASON_FIELD_INVALID);
}

TEST_CASE("content is told to those who hold it, know the holder or may read the licence") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  const std::string& identifier = license.content().identifier();
  const auto tells = [&](const v1::VerifyLicenseRequest& request, const rpc::Caller& caller) {
    const auto response = hall.Verify(request, caller).value();
    CHECK(response.verdict() == v1::VERDICT_VALID);
    return response.has_content();
  };
  CHECK(tells(ById(identifier), hall.service));
  CHECK(tells(ById(identifier), hall.authority));
  for (const rpc::Caller* caller : {&hall.peer, &hall.portal, &hall.other_authority}) {
    CHECK_FALSE(tells(ById(identifier), *caller));
    CHECK(tells(Presenting(license), *caller));
    v1::VerifyLicenseRequest request = ById(identifier);
    request.set_holder_code(kHolder);
    CHECK(tells(request, *caller));
    request.set_holder_code(kOtherHolder);
    const auto mismatch = hall.Verify(request, *caller).value();
    CHECK(mismatch.verdict() == v1::VERDICT_HOLDER_MISMATCH);
    CHECK_FALSE(mismatch.has_content());
  }
}

TEST_CASE("a stored licence that was damaged does not hold, also after it held before") {
  const auto damage =
      [](const std::function<void(v1::LicenseRecord&, const License& other)>& change) {
        LicenseHall hall;
        const License license = hall.Issue().value();
        const License other = hall.Issue(SampleRequest("request-2")).value();
        const std::string& identifier = license.content().identifier();
        CHECK(VerdictOf(hall, ById(identifier)) == v1::VERDICT_VALID);
        const absl::Status written = hall.store.Command([&](storage::Txn& txn) {
          v1::LicenseRecord record = hall.tables.licenses.Find(txn, identifier).value();
          change(record, other);
          hall.tables.licenses.Put(txn, record);
          return absl::OkStatus();
        });
        REQUIRE(written.ok());
        CHECK(VerdictOf(hall, ById(identifier)) == v1::VERDICT_SIGNATURE_WRONG);
        return hall.Get(license.name(), hall.service).status().code();
      };
  CHECK(damage([](v1::LicenseRecord& record, const License&) {
          record.mutable_signature()->back() ^= 1;
        }) == absl::StatusCode::kOk);
  CHECK(damage([](v1::LicenseRecord& record, const License&) {
          const size_t name = record.signed_content().find("张三");
          record.mutable_signed_content()->replace(name, 6, "李四");
        }) == absl::StatusCode::kOk);
  CHECK(damage([](v1::LicenseRecord& record, const License& other) {
          record.set_signed_content(other.signed_content());
          record.set_signature(other.signature());
        }) == absl::StatusCode::kOk);
  CHECK(damage([](v1::LicenseRecord& record, const License&) {
          record.mutable_signed_content()->resize(10);
        }) == absl::StatusCode::kDataLoss);
}

TEST_CASE("a verification leaves a line with its use, and nobody's data in it") {
  LicenseHall hall;
  const License license = hall.Issue().value();
  const rpc::test::CapturedLog log;
  v1::VerifyLicenseRequest request = Presenting(license);
  request.set_holder_code(kOtherHolder);
  CHECK(VerdictOf(hall, request) == v1::VERDICT_HOLDER_MISMATCH);
  CHECK(VerdictOf(hall, ById(kHolder)) == v1::VERDICT_IDENTIFIER_WRONG);
  const std::string text = log.text();
  INFO(text);
  CHECK(absl::StrContains(text, license.content().identifier()));
  CHECK(absl::StrContains(text, "\"verdict\":\"holder_mismatch\",\"use_cause\":\"办理出生登记\""));
  CHECK(absl::StrContains(text, "\"verdict\":\"identifier_wrong\""));
  for (const char* secret : {kHolder, kOtherHolder, "张三"}) {
    CHECK_FALSE(absl::StrContains(text, secret));
  }
}

}  // namespace
}  // namespace onething::license
