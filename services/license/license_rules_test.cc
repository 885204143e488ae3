#include "services/license/license_rules.h"

#include <catch2/catch.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/codes/license_identifier.h"
#include "services/license/license_hall.h"

namespace onething::license {
namespace {

using v1::License;

constexpr char kSerial[] = "20260302000000000001";
const calendar::Date kToday(2026, 3, 2);
// Of moves: the state does not allow it.
constexpr auto kRefused = License::STATE_UNSPECIFIED;

TEST_CASE("a serial number follows from caller and request, and from nothing else") {
  CHECK(SerialOf("workflow", "request-1") == SerialOf("workflow", "request-1"));
  std::set<std::string> serials;
  for (const char* caller : {"", "workflow", "workflow\nrequest-1", "portal"}) {
    for (const char* request_id : {"request-1", "request-2", "request-11"}) {
      const std::string serial = SerialOf(caller, request_id);
      CHECK(serial.size() == 20);
      CHECK(codes::LicenseIdentifier::Make(codes::LicenseTypeCode::Parse(kTypeCode).value(),
                                           codes::CreditCode::Parse(kIssuer).value(), serial, 1)
                .ok());
      serials.insert(serial);
    }
  }
  CHECK(serials.size() == 12);
}

// Issued licences are found again by their number: how it is made must never change.
TEST_CASE("the way to a serial number is fixed for ever") {
  CHECK(SerialOf("workflow.36", "case-36-2026-0000001.birth-cert") == "PT8HFJB07YNZS7QK1Y7C");
}

struct ContentRow {
  const char* story;
  std::function<void(v1::LicenseType&, v1::IssueLicenseRequest&)> change;
  // nullopt: it is issued, with this validity.
  std::optional<ErrorReason> reason;
  const char* valid_from = "";
  const char* valid_to = "";
};

using Type = v1::LicenseType;
using Request = v1::IssueLicenseRequest;
constexpr ErrorReason kField = common::v1::ERROR_REASON_FIELD_INVALID;
constexpr ErrorReason kCode = common::v1::ERROR_REASON_CODE_INVALID;
constexpr ErrorReason kElement = common::v1::ERROR_REASON_LICENSE_ELEMENT;

const ContentRow kContentRows[] = {
    {"valid for the type's days, the first one counted", [](Type&, Request&) {}, std::nullopt,
     "2026-03-02", "2027-03-01"},
    {"a type without end", [](Type& t, Request&) { t.set_validity_days(0); }, std::nullopt,
     "2026-03-02", ""},
    {"one day is that day", [](Type& t, Request&) { t.set_validity_days(1); }, std::nullopt,
     "2026-03-02", "2026-03-02"},
    {"a later first day moves the last one",
     [](Type&, Request& r) { r.set_valid_from("2026-04-01"); }, std::nullopt, "2026-04-01",
     "2027-03-31"},
    {"both days as asked for",
     [](Type&, Request& r) {
       r.set_valid_from("2026-03-05");
       r.set_valid_to("2026-03-05");
     },
     std::nullopt, "2026-03-05", "2026-03-05"},
    {"the last day as asked for, of a type without end",
     [](Type& t, Request& r) {
       t.set_validity_days(0);
       r.set_valid_to("2026-12-31");
     },
     std::nullopt, "2026-03-02", "2026-12-31"},
    {"the last day before the first", [](Type&, Request& r) { r.set_valid_to("2026-03-01"); },
     kField},
    {"a day that does not exist", [](Type&, Request& r) { r.set_valid_from("2026-02-29"); },
     kField},
    {"a last day that cannot be written", [](Type&, Request& r) { r.set_valid_from("9999-12-01"); },
     kField},
    {"a required element is missing", [](Type&, Request& r) { r.clear_elements(); }, kElement},
    {"a required element is empty",
     [](Type&, Request& r) { (*r.mutable_elements())["KZ_XSEXM"] = ""; }, kElement},
    {"an element more than required",
     [](Type&, Request& r) { (*r.mutable_elements())["KZ_BZ"] = "备注"; }, std::nullopt,
     "2026-03-02", "2027-03-01"},
    {"an element without name", [](Type&, Request& r) { (*r.mutable_elements())[""] = "x"; },
     kField},
    {"more than a licence may hold",
     [](Type&, Request& r) {
       for (int i = 0; i < 40; ++i) {
         (*r.mutable_elements())[absl::StrCat("KZ_", i)] = std::string(2000, 'x');
       }
     },
     kField},
    {"a person with a wrong number",
     [](Type&, Request& r) { r.mutable_holder()->set_code("110105194912310021"); }, kCode},
    {"a person with a credit code",
     [](Type&, Request& r) { r.mutable_holder()->set_code(kIssuer); }, kCode},
    {"an organisation with its credit code",
     [](Type&, Request& r) {
       r.mutable_holder()->set_kind(common::v1::SUBJECT_KIND_ORGANISATION);
       r.mutable_holder()->set_code(kIssuer);
     },
     std::nullopt, "2026-03-02", "2027-03-01"},
    {"an organisation with a citizen number",
     [](Type&, Request& r) { r.mutable_holder()->set_kind(common::v1::SUBJECT_KIND_ORGANISATION); },
     kCode},
    {"an issuer with a wrong code",
     [](Type&, Request& r) { r.set_issuer_code("114300000061222440"); }, kCode},
};

TEST_CASE("what is written into a licence, and what is refused") {
  for (const ContentRow& row : kContentRows) {
    Type type = SampleType();
    Request request = SampleRequest();
    row.change(type, request);
    const absl::StatusOr<v1::LicenseContent> content = MakeContent(type, request, kSerial, kToday);
    INFO(row.story << ": " << content.status());
    CHECK(ReasonOf(content.status()) == row.reason);
    if (content.ok()) {
      CHECK(content->valid_from() == row.valid_from);
      CHECK(content->valid_to() == row.valid_to);
      CHECK(ReadContent(EncodeContent(*content)).has_value());
    }
  }
}

TEST_CASE("a licence names type, issuer, holder and source, and keeps no phone") {
  Request request = SampleRequest();
  request.mutable_holder()->set_code("11010519491231002x");
  request.mutable_holder()->set_phone("13800000000");
  const v1::LicenseContent content = MakeContent(SampleType(), request, kSerial, kToday).value();
  const auto identifier = codes::LicenseIdentifier::Parse(content.identifier()).value();
  CHECK(identifier.type().value() == kTypeCode);
  CHECK(std::get<codes::CreditCode>(identifier.issuer()).value() == kIssuer);
  CHECK(identifier.serial() == kSerial);
  CHECK(identifier.version() == 1);
  CHECK(content.type_display_name() == "出生医学证明");
  CHECK(content.issuer_name() == "测试机构");
  CHECK(content.issue_date() == "2026-03-02");
  CHECK(content.holder().code() == kHolder);
  CHECK(content.holder().phone().empty());
  CHECK(content.source() == request.source());
}

TEST_CASE("every missing element is told at once") {
  Type type = SampleType();
  type.add_required_elements("KZ_CSRQ");
  Request request = SampleRequest();
  request.clear_elements();
  const absl::Status refused = MakeContent(type, request, kSerial, kToday).status();
  CHECK(ErrorInfoOf(refused)->metadata().at("elements") == "KZ_XSEXM,KZ_CSRQ");
  CHECK(ViolationsOf(refused)->field_violations(1).field() == R"(elements["KZ_CSRQ"])");
}

TEST_CASE("a type needs a right code and elements that can be told apart") {
  CHECK(CheckLicenseType(SampleType()).ok());
  Type type = SampleType();
  type.set_code("111000000000133380011");
  CHECK(ReasonOf(CheckLicenseType(type)) == kCode);
  type = SampleType();
  type.add_required_elements("");
  CHECK(ReasonOf(CheckLicenseType(type)) == kField);
  type = SampleType();
  type.add_required_elements("KZ_XSEXM");
  CHECK(ReasonOf(CheckLicenseType(type)) == kField);
}

TEST_CASE("every state allows exactly the moves of the table") {
  struct Row {
    License::State state, suspend, resume, revoke;
  };
  const Row rows[] = {
      {License::STATE_VALID, License::STATE_SUSPENDED, kRefused, License::STATE_REVOKED},
      {License::STATE_SUSPENDED, kRefused, License::STATE_VALID, License::STATE_REVOKED},
      {License::STATE_REVOKED, kRefused, kRefused, kRefused}};
  for (const Row& row : rows) {
    const auto check = [&row](Move move, License::State wanted) {
      const absl::StatusOr<License::State> after = StateAfter(row.state, move);
      INFO(row.state << " " << static_cast<int>(move) << " " << after.status());
      CHECK(after.value_or(kRefused) == wanted);
      CHECK((after.ok() || ReasonOf(after.status()) == common::v1::ERROR_REASON_LICENSE_STATE));
    };
    check(Move::kSuspend, row.suspend);
    check(Move::kResume, row.resume);
    check(Move::kRevoke, row.revoke);
  }
}

}  // namespace
}  // namespace onething::license
