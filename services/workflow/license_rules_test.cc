#include "services/workflow/license_rules.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libs/base/error.h"
#include "services/workflow/case_samples.h"

namespace onething::workflow {
namespace {

// The first item of the sample bundle with the holder taken from these keys.
std::shared_ptr<const CompiledBundle> BundleWithHolder(const std::string& name_field,
                                                       const std::string& code_field) {
  auto bundle = NewbornBundle();
  bundle.mutable_items(0)->mutable_issues()->set_holder_name_field(name_field);
  bundle.mutable_items(0)->mutable_issues()->set_holder_code_field(code_field);
  return Compiled(bundle);
}

TEST_CASE("the applicant is the holder unless the bundle takes another from form and decision") {
  Elements elements;
  elements["certificate-number"] = "X1";
  elements["code"] = "11010519491231002x";
  const auto own = LicenseOfItem(*BundleWithHolder("", ""), 0, NewbornApplication(), elements);
  REQUIRE(own.ok());
  CHECK(own->holder().name() == "李小敏");
  CHECK(own->holder().code() == kMother);
  CHECK(own->holder().phone().empty());
  elements["code"] = "44052418800101001x";
  auto wrong =
      LicenseOfItem(*BundleWithHolder("child-name", "code"), 0, NewbornApplication(), elements);
  CHECK(ReasonOf(wrong.status()) == common::v1::ERROR_REASON_DECISION_INCOMPLETE);
  elements["code"] = "440524188001010014";
  const auto person =
      LicenseOfItem(*BundleWithHolder("child-name", "code"), 0, NewbornApplication(), elements);
  REQUIRE(person.ok());
  CHECK(person->holder().kind() == common::v1::SUBJECT_KIND_PERSON);
  CHECK(person->holder().name() == "张一一");
  elements["code"] = kPolice;
  const auto organisation =
      LicenseOfItem(*BundleWithHolder("child-name", "code"), 0, NewbornApplication(), elements);
  REQUIRE(organisation.ok());
  CHECK(organisation->holder().kind() == common::v1::SUBJECT_KIND_ORGANISATION);
}

TEST_CASE("an element of the decision goes before a field of the form") {
  Elements elements;
  elements["certificate-number"] = "X1";
  elements["child-name"] = "张依依";
  const auto request = LicenseOfItem(*Compiled(NewbornBundle()), 0, NewbornApplication(), elements);
  REQUIRE(request.ok());
  CHECK(request->elements().at("姓名") == "张依依");
  CHECK(request->elements().at("编号") == "X1");
}

TEST_CASE("everything that is missing is told at once, by its label where it has one") {
  v1::Application application = NewbornApplication();
  application.clear_form();
  const auto refused = LicenseOfItem(*BundleWithHolder("child-name", "code"), 0, application, {});
  REQUIRE(ReasonOf(refused.status()) == common::v1::ERROR_REASON_DECISION_INCOMPLETE);
  const auto violations = ViolationsOf(refused.status());
  REQUIRE(violations.has_value());
  std::string told;
  for (const auto& fault : violations->field_violations()) {
    told += fault.field() + " " + fault.description() + "\n";
  }
  CHECK(told ==
        "elements[\"code\"] 签发证照需要“code”，请随决定填写\n"
        "elements[\"child-name\"] 签发证照需要“新生儿姓名”，请随决定填写\n"
        "elements[\"certificate-number\"] 签发证照需要“certificate-number”，请随决定填写\n");
}

}  // namespace
}  // namespace onething::workflow
