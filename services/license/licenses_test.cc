#include "services/license/licenses.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/crypto/bytes.h"
#include "services/license/license_hall.h"

namespace onething::license {
namespace {

using common::v1::ERROR_REASON_ISSUER_KEY_MISSING;
using common::v1::ERROR_REASON_LICENSE_NOT_FOUND;
using common::v1::ERROR_REASON_LICENSE_STATE;
using common::v1::ERROR_REASON_OUT_OF_SCOPE;
using v1::License;

// Names of all licences of a listing, fetched `page_size` at a time.
std::vector<std::string> NamesOf(LicenseHall& hall, v1::ListLicensesRequest request,
                                 const rpc::Caller& caller, const std::string& subject = "",
                                 int page_size = 2) {
  std::vector<std::string> names;
  request.set_page_size(page_size);
  do {
    const auto page = hall.List(request, caller, subject);
    REQUIRE(page.ok());
    for (const License& license : page->licenses()) {
      names.push_back(license.name());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return names;
}

TEST_CASE("an issued licence is signed by its issuer, valid, and there after a power cut") {
  LicenseHall hall;
  const License issued = hall.Issue().value();
  CHECK(issued.name() == absl::StrCat("licenses/", issued.content().identifier()));
  CHECK(issued.state() == License::STATE_VALID);
  CHECK(issued.content().issue_date() == "2026-03-02");
  CHECK(issued.etag() == "1");
  CHECK(hall.issuer_key.public_key().Verify(issued.signed_content(), issued.signature()) ==
        crypto::SignatureCheck::kValid);
  CHECK(issued.key_fingerprint() ==
        crypto::ToHex(crypto::AsBytes(hall.issuer_key.public_key().Fingerprint())));
  hall.store.CutPower();
  CHECK(hall.Get(issued.name(), hall.service)->SerializeAsString() == issued.SerializeAsString());
  CHECK(hall.Check().ok());
}

// 23:30 in London on the 1st is 07:30 in China on the 2nd.
TEST_CASE("the day of issue is China's date") {
  LicenseHall hall;
  hall.store.clock().Set(
      absl::FromCivil(absl::CivilSecond(2026, 3, 4, 23, 30, 0), absl::UTCTimeZone()));
  CHECK(hall.Issue()->content().issue_date() == "2026-03-05");
}

TEST_CASE("a request that comes again after its answer was forgotten gets the same licence") {
  LicenseHall hall;
  const License issued = hall.Issue().value();
  hall.store.clock().Advance(absl::Hours(24 * 30));
  REQUIRE(hall.Suspend(issued.name(), hall.service).ok());
  const License again = hall.Issue().value();
  CHECK(again.name() == issued.name());
  CHECK(again.signature() == issued.signature());
  CHECK(again.state() == License::STATE_SUSPENDED);

  v1::IssueLicenseRequest other = SampleRequest();
  other.mutable_holder()->set_name("李四");
  CHECK(ReasonOf(hall.Issue(other).status()) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  other = SampleRequest();
  other.set_valid_from("2026-03-03");
  CHECK(ReasonOf(hall.Issue(other).status()) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  CHECK(NamesOf(
            hall,
            [] {
              v1::ListLicensesRequest list;
              list.set_holder_code(kHolder);
              return list;
            }(),
            hall.service)
            .size() == 1);
}

TEST_CASE("two callers may use one request id for two licences") {
  LicenseHall hall;
  CHECK(hall.Issue(SampleRequest(), hall.service)->name() !=
        hall.Issue(SampleRequest(), hall.authority)->name());
  CHECK(hall.Check().ok());
}

TEST_CASE("nothing is issued without type, key, scope or a required element") {
  LicenseHall hall;
  v1::IssueLicenseRequest request = SampleRequest();
  request.set_type_code("11100000000013338W009");
  CHECK(ReasonOf(hall.Issue(request).status()) == common::v1::ERROR_REASON_LICENSE_TYPE_NOT_FOUND);
  request = SampleRequest();
  request.clear_elements();
  CHECK(ReasonOf(hall.Issue(request).status()) == common::v1::ERROR_REASON_LICENSE_ELEMENT);
  request = SampleRequest();
  request.set_issuer_code(kOtherIssuer);
  CHECK(ReasonOf(hall.Issue(request).status()) == ERROR_REASON_ISSUER_KEY_MISSING);
  CHECK(ReasonOf(hall.Issue(request, hall.authority).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(hall.Issue(SampleRequest(), hall.authority).ok());
}

TEST_CASE("a key signs only on days on which the trust list names it, the next key from its day") {
  LicenseHall hall;
  hall.next_issuer_key = crypto::PrivateKey::Generate();
  hall.trust.mutable_authorities(0)->mutable_keys(0)->set_valid_to("2026-03-04");
  Trust(kIssuer, *hall.next_issuer_key, "2026-03-04", "2026-03-05", &hall.trust);
  hall.SetKeys();
  const auto signer = [&](int day) {
    hall.store.clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 3, day)));
    const auto issued = hall.Issue(SampleRequest(absl::StrCat("request-", day)));
    CHECK((issued.ok() || ReasonOf(issued.status()) == ERROR_REASON_ISSUER_KEY_MISSING));
    return issued.ok() ? issued->key_fingerprint() : "none";
  };
  const auto fingerprint = [](const crypto::PrivateKey& key) {
    return crypto::ToHex(crypto::AsBytes(key.public_key().Fingerprint()));
  };
  CHECK(signer(3) == fingerprint(hall.issuer_key));
  CHECK(signer(4) == fingerprint(*hall.next_issuer_key));
  CHECK(signer(5) == fingerprint(*hall.next_issuer_key));
  CHECK(signer(6) == "none");
}

// state × command.
TEST_CASE("every state allows exactly the commands of the table, and a refusal changes nothing") {
  using Change = absl::StatusOr<License> (LicenseHall::*)(const std::string&, const rpc::Caller&);
  struct Row {
    std::vector<Change> before;
    License::State state;
    bool suspend, resume, revoke;
  };
  const Row rows[] = {
      {{}, License::STATE_VALID, true, false, true},
      {{&LicenseHall::Suspend}, License::STATE_SUSPENDED, false, true, true},
      {{&LicenseHall::Suspend, &LicenseHall::Resume}, License::STATE_VALID, true, false, true},
      {{&LicenseHall::Revoke}, License::STATE_REVOKED, false, false, false},
      {{&LicenseHall::Suspend, &LicenseHall::Revoke}, License::STATE_REVOKED, false, false, false},
  };
  for (const Row& row : rows) {
    const auto check = [&row](Change change, bool allowed) {
      LicenseHall hall;
      const std::string name = hall.Issue()->name();
      for (const Change before : row.before) {
        REQUIRE((hall.*before)(name, hall.authority).ok());
      }
      const License present = hall.Get(name, hall.service).value();
      CHECK(present.state() == row.state);
      hall.store.clock().Advance(absl::Hours(1));
      const absl::StatusOr<License> changed = (hall.*change)(name, hall.authority);
      INFO(License::State_Name(row.state) << " " << changed.status());
      CHECK(changed.ok() == allowed);
      if (allowed) {
        CHECK(changed->etag() != present.etag());
        CHECK(changed->update_time().seconds() == present.update_time().seconds() + 3600);
        CHECK(changed->signed_content() == present.signed_content());
      } else {
        CHECK(ReasonOf(changed.status()) == ERROR_REASON_LICENSE_STATE);
        CHECK(hall.Get(name, hall.service)->SerializeAsString() == present.SerializeAsString());
      }
      CHECK(hall.Check().ok());
    };
    check(&LicenseHall::Suspend, row.suspend);
    check(&LicenseHall::Resume, row.resume);
    check(&LicenseHall::Revoke, row.revoke);
  }
}

TEST_CASE("a suspension keeps its reason until the licence is given back") {
  LicenseHall hall;
  const std::string name = hall.Issue()->name();
  CHECK(hall.Suspend(name, hall.authority)->state_reason() == "核查中");
  CHECK(hall.Resume(name, hall.authority)->state_reason().empty());
  CHECK(hall.Revoke(name, hall.authority)->state_reason() == "以欺骗手段取得");
}

TEST_CASE("only its issuer or a service changes a licence") {
  LicenseHall hall;
  const std::string name = hall.Issue()->name();
  CHECK(ReasonOf(hall.Suspend(name, hall.other_authority).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(ReasonOf(hall.Revoke(name, hall.other_authority).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(hall.Suspend(name, hall.service).ok());
  CHECK(ReasonOf(hall.Resume(name, hall.other_authority).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(hall.Resume(name, hall.authority).ok());
  CHECK(ReasonOf(hall.Revoke("licenses/1.2.156.3005.2.NONE", hall.authority).status()) ==
        ERROR_REASON_LICENSE_NOT_FOUND);
}

TEST_CASE("a licence is read by its holder, its issuer and services, and by nobody else") {
  LicenseHall hall;
  const std::string name = hall.Issue()->name();
  struct Row {
    const rpc::Caller& caller;
    const char* subject;
    bool sees;
  };
  const Row rows[] = {{hall.portal, kHolder, true},      {hall.portal, kOtherHolder, false},
                      {hall.portal, "", false},          {hall.authority, "", true},
                      {hall.other_authority, "", false}, {hall.service, "", true},
                      {hall.service, kHolder, true},     {hall.service, kOtherHolder, false}};
  for (const Row& row : rows) {
    const absl::Status status = hall.Get(name, row.caller, row.subject).status();
    INFO(row.caller.identity << " for " << row.subject << ": " << status);
    CHECK(status.ok() == row.sees);
    CHECK((row.sees || ReasonOf(status) == ERROR_REASON_LICENSE_NOT_FOUND));
  }
}

TEST_CASE("lists are the holder's or the issuer's, newest last, page by page") {
  LicenseHall hall;
  std::mt19937 random(20260302);
  std::vector<std::string> of_holder, of_other;
  for (int i = 0; i < 12; ++i) {
    v1::IssueLicenseRequest request = SampleRequest(absl::StrCat("request-", i));
    const bool other = random() % 3 == 0;
    request.mutable_holder()->set_code(other ? kOtherHolder : kHolder);
    (other ? of_other : of_holder).push_back(hall.Issue(request)->name());
    hall.store.clock().Advance(absl::Hours(7));
  }
  v1::ListLicensesRequest by_holder;
  by_holder.set_holder_code("11010519491231002x");
  CHECK(NamesOf(hall, by_holder, hall.service) == of_holder);
  CHECK(NamesOf(hall, by_holder, hall.authority) == of_holder);
  CHECK(NamesOf(hall, by_holder, hall.other_authority).empty());
  // A portal lists those of whom it acts for, whatever it asks.
  CHECK(NamesOf(hall, by_holder, hall.portal, kOtherHolder) == of_other);
  CHECK(NamesOf(hall, {}, hall.portal, kHolder) == of_holder);

  v1::ListLicensesRequest by_issuer;
  by_issuer.set_issuer_code(kIssuer);
  CHECK(NamesOf(hall, by_issuer, hall.authority, "", 5).size() == 12);
  by_issuer.set_holder_code(kOtherHolder);
  CHECK(NamesOf(hall, by_issuer, hall.authority) == of_other);
  by_issuer.set_type_code("11100000000013338W009");
  CHECK(NamesOf(hall, by_issuer, hall.authority).empty());

  CHECK(ReasonOf(hall.List(by_holder, hall.portal).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(ReasonOf(hall.List(by_issuer, hall.other_authority).status()) == ERROR_REASON_OUT_OF_SCOPE);
  CHECK(ReasonOf(hall.List({}, hall.service).status()) == common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(hall.Check().ok());
}

TEST_CASE("a type is made once, read by its name and listed in the order of codes") {
  LicenseHall hall;
  v1::CreateLicenseTypeRequest request;
  *request.mutable_license_type() = SampleType();
  CHECK(ReasonOf(hall.CreateType(request).status()) ==
        common::v1::ERROR_REASON_LICENSE_TYPE_EXISTS);
  request.mutable_license_type()->set_code("11100000000013338W009");
  const v1::LicenseType made = hall.CreateType(request).value();
  CHECK(made.name() == "licenseTypes/11100000000013338W009");
  CHECK(made.has_create_time());
  v1::GetLicenseTypeRequest get;
  get.set_name(made.name());
  CHECK(hall.Query(hall.types, &LicenseTypes::GetLicenseType, hall.portal, "", get)->code() ==
        made.code());
  get.set_name("licenseTypes/11100000000013338W010");
  CHECK(ReasonOf(
            hall.Query(hall.types, &LicenseTypes::GetLicenseType, hall.portal, "", get).status()) ==
        common::v1::ERROR_REASON_LICENSE_TYPE_NOT_FOUND);
  const auto list = hall.Query(hall.types, &LicenseTypes::ListLicenseTypes, hall.portal, "",
                               v1::ListLicenseTypesRequest())
                        .value();
  REQUIRE(list.license_types_size() == 2);
  CHECK(list.license_types(0).code() == made.code());
}

}  // namespace
}  // namespace onething::license
