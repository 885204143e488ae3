#include "services/workflow/bundle_check_rules.h"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "libs/base/clock.h"
#include "services/workflow/test_bundles.h"

namespace onething::workflow {
namespace {

using bundle::v1::Bundle;

// `E items[0].needs`, one for each finding.
std::string Places(const std::vector<BundleFinding>& findings) {
  return absl::StrJoin(findings, " | ", [](std::string* out, const BundleFinding& finding) {
    absl::StrAppend(out, finding.severity == config::Severity::kError ? "E " : "W ", finding.path);
  });
}

TEST_CASE("a sound bundle has no findings") { CHECK(Places(CheckBundle(SoundBundle())) == ""); }

struct Row {
  const char* about;
  std::function<void(Bundle&)> spoil;
  const char* places;
  const char* in_sentence;  // of the first finding
};

void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.about);
    Bundle bundle = SoundBundle();
    row.spoil(bundle);
    const std::vector<BundleFinding> findings = CheckBundle(bundle);
    CHECK(Places(findings) == row.places);
    if (!findings.empty()) {
      INFO(findings[0].sentence);
      CHECK(absl::StrContains(findings[0].sentence, row.in_sentence));
    }
  }
}

TEST_CASE("keys that are used twice or lead nowhere are found") {
  CheckRows({
      {"an authority twice", [](Bundle& b) { b.mutable_authorities(1)->set_id("health"); },
       "E authorities[1].id | E items[1].authority | E items[2].authority", "与第1个重复"},
      {"a question twice", [](Bundle& b) { b.mutable_questions(1)->set_id("married"); },
       "E questions[1].id | E questions[2].when.all[0] | E items[2].when.all[0]", "重复"},
      {"an option twice",
       [](Bundle& b) { b.mutable_questions(2)->mutable_options(1)->set_id("a"); },
       "E questions[2].options[1].id | E items[2].when.none[0]", "重复"},
      {"an item twice", [](Bundle& b) { b.mutable_items(2)->set_id("residence"); }, "E items[2].id",
       "与第2个重复"},
      {"a material twice", [](Bundle& b) { *b.add_materials() = b.materials(0); },
       "E materials[3].id", "重复"},
      {"a field twice", [](Bundle& b) { *b.add_fields() = b.fields(0); }, "E fields[3].id", "重复"},
      {"the lead is nobody", [](Bundle& b) { b.set_lead_authority("helth"); }, "E lead_authority",
       "没有部门“helth”；是否想写“health”？"},
      {"an item decided by nobody", [](Bundle& b) { b.mutable_items(0)->set_authority("x"); },
       "E items[0].authority", "没有部门“x”"},
      {"needs nothing that is there",
       [](Bundle& b) { b.mutable_items(1)->set_needs(0, "certificat"); }, "E items[1].needs[0]",
       "是否想写“certificate”？"},
      {"needs twice", [](Bundle& b) { b.mutable_items(1)->add_needs("certificate"); },
       "E items[1].needs[1]", "重复列出"},
      {"an unknown material", [](Bundle& b) { b.mutable_items(0)->add_materials("mariage"); },
       "E items[0].materials[1]", "是否想写“marriage”？"},
      {"an unknown field", [](Bundle& b) { b.mutable_items(0)->add_fields("nam"); },
       "E items[0].fields[2]", "没有表单项“nam”"},
      {"a condition on an unknown question",
       [](Bundle& b) { b.mutable_items(0)->mutable_when()->add_any("cart=yes"); },
       "E items[0].when.any[0]", "没有问题“cart”；是否想写“card”？"},
      {"a condition on an unknown option",
       [](Bundle& b) { b.mutable_materials(0)->mutable_when()->add_none("card=maybe"); },
       "E materials[0].when.none[0]", "没有问题“card”的选项“maybe”"},
      {"a condition that is none",
       [](Bundle& b) { b.mutable_fields(0)->mutable_when()->add_all("card"); },
       "E fields[0].when.all[0]", "没有问题“card”的选项“”"},
      {"a question upon a later one",
       [](Bundle& b) { b.mutable_questions(1)->mutable_when()->add_all("bank=a"); },
       "E questions[1].when.all[0] | W questions[1].when | W questions[2].when | E items[2].when | "
       "W fields[2].when",
       "只能引用前面的问题"},
  });
}

TEST_CASE("faults of a bundle as a whole are found") {
  CheckRows({
      {"it ends before it begins",
       [](Bundle& b) {
         b.set_effective_date("2026-05-01");
         b.set_expiry_date("2026-05-01");
       },
       "E expiry_date", "晚于"},
      {"a delivery twice", [](Bundle& b) { b.add_deliveries(bundle::v1::DELIVERY_MAIL); },
       "E deliveries[2]", "重复"},
      {"a delivery that is none",
       [](Bundle& b) { b.set_deliveries(0, bundle::v1::DELIVERY_UNSPECIFIED); }, "E deliveries[0]",
       "未写明"},
      {"a joint limit for nothing",
       [](Bundle& b) {
         for (auto& item : *b.mutable_items()) item.clear_in_joint_limit();
       },
       "W joint_limit_working_days", "in_joint_limit"},
  });
}

TEST_CASE("task codes that do not fit are found") {
  CheckRows({
      {"one task code for two items",
       [](Bundle& b) { b.mutable_items(2)->set_task_code(b.items(1).task_code()); },
       "E items[2].task_code", "不能列入两次"},
      {"a task code of another authority",
       [](Bundle& b) { b.mutable_items(1)->set_authority("health"); }, "E items[1].task_code",
       "不是部门“health”"},
      {"a malformed task code", [](Bundle& b) { b.mutable_items(1)->set_task_code("1"); },
       "E items[1].task_code", ""},
  });
}

TEST_CASE("items in an order that cannot be kept are found") {
  CheckRows({
      {"items that wait for each other",
       [](Bundle& b) { b.mutable_items(0)->add_needs("residence"); }, "E items[0].needs",
       "certificate → residence → certificate"},
      {"an item that waits for itself",
       [](Bundle& b) { b.mutable_items(2)->add_needs("social-card"); }, "E items[2].needs",
       "social-card → social-card"},
      {"must be done, needs what may be left out",
       [](Bundle& b) { b.mutable_items(0)->set_optional(true); }, "W items[1].needs[0]",
       "申请人不办它时不再等待"},
      {"a result used by one that does not wait for it",
       [](Bundle& b) { b.mutable_items(2)->clear_needs(); }, "E items[2].materials[0]",
       "请把它列入“social-card”的 needs"},
      {"a result used by one that waits only in some cases",
       [](Bundle& b) { b.mutable_items(1)->mutable_when()->add_all("card=yes"); },
       "E items[2].materials[0]", "needs"},
      {"a result used by the item itself",
       [](Bundle& b) { b.mutable_items(0)->add_materials("certificate-result"); },
       "E items[0].materials[1]", "needs"},
  });
}

TEST_CASE("materials and fields that do not fit their kind are found") {
  CheckRows({
      {"a result of nothing", [](Bundle& b) { b.mutable_materials(2)->clear_from_item(); },
       "E materials[2].from_item", "须写明"},
      {"a result of an unknown item", [](Bundle& b) { b.mutable_materials(2)->set_from_item("x"); },
       "E materials[2].from_item", "没有事项“x”"},
      {"from an item, but no result",
       [](Bundle& b) { b.mutable_materials(0)->set_from_item("certificate"); },
       "E materials[0].from_item | E items[0].materials[0]", "只有前一项的结果"},
      {"an e-licence of no type", [](Bundle& b) { b.mutable_materials(1)->clear_license_type(); },
       "E materials[1].license_type", "须写明证照类型代码"},
      {"an e-licence of a malformed type",
       [](Bundle& b) { b.mutable_materials(1)->set_license_type("11360100DEM000023Q001"); },
       "E materials[1].license_type", "校验"},
      {"a type, but no e-licence",
       [](Bundle& b) { b.mutable_materials(0)->set_license_type("11360100DEM000022Q001"); },
       "E materials[0].license_type", "只有电子证照"},
      {"a choice of nothing", [](Bundle& b) { b.mutable_fields(2)->clear_choices(); },
       "E fields[2].choices", "须列出"},
      {"a choice twice", [](Bundle& b) { b.mutable_fields(2)->add_choices("甲"); },
       "E fields[2].choices", "重复"},
      {"choices of a text", [](Bundle& b) { b.mutable_fields(0)->add_choices("甲"); },
       "E fields[0].choices", "choice"},
      {"a length of a number", [](Bundle& b) { b.mutable_fields(1)->set_length_max(18); },
       "E fields[1].length_max", "字数"},
      {"personal data not marked", [](Bundle& b) { b.mutable_fields(1)->clear_sensitive(); },
       "W fields[1]", "sensitive"},
      {"described for nobody",
       [](Bundle& b) {
         b.add_authorities()->set_id("idle");
         b.add_materials()->set_id("idle");
         b.add_fields()->set_id("idle");
       },
       "W authorities[2] | W materials[3] | W fields[3]", "没有"},
  });
}

TEST_CASE("licences that could not be issued are found") {
  CheckRows({
      {"a malformed licence type",
       [](Bundle& b) { b.mutable_items(0)->mutable_issues()->set_type_code("x"); },
       "E items[0].issues.type_code", ""},
      {"a holder's name without a code",
       [](Bundle& b) { b.mutable_items(0)->mutable_issues()->clear_holder_code_field(); },
       "E items[0].issues", "要么都写"},
      {"a holder's name that is no field",
       [](Bundle& b) { b.mutable_items(0)->mutable_issues()->set_holder_name_field("nama"); },
       "E items[0].issues.holder_name_field", "是否想写“name”？"},
      {"a holder's code given with the decision",
       [](Bundle& b) { b.mutable_items(0)->mutable_issues()->set_holder_code_field("number"); }, "",
       ""},
      {"an element of a field that the item does not ask for",
       [](Bundle& b) {
         (*b.mutable_items(0)->mutable_issues()->mutable_elements())["行"] = "bank-name";
       },
       R"(E items[0].issues.elements["行"])", "列入它的 fields"},
      {"an element that looks misspelt",
       [](Bundle& b) {
         (*b.mutable_items(0)->mutable_issues()->mutable_elements())["姓名"] = "nmae";
       },
       R"(W items[0].issues.elements["姓名"])", "是否想写“name”？"},
  });
}

TEST_CASE("what must not go to another province is found") {
  CheckRows({
      {"a licence for what another province handles",
       [](Bundle& b) {
         b.mutable_items(2)->mutable_issues()->set_type_code("11360100DEM000014X001");
       },
       "E items[2].issues", "外省"},
      {"a province that is none",
       [](Bundle& b) { b.mutable_items(2)->mutable_cross_province()->set_province("99"); },
       "E items[2].cross_province.province", "没有"},
      {"the own province",
       [](Bundle& b) { b.mutable_items(2)->mutable_cross_province()->set_province("36"); },
       "E items[2].cross_province.province", "本省"},
      {"data that the item does not ask for is handed over",
       [](Bundle& b) { b.mutable_items(2)->mutable_cross_province()->add_fields("code"); },
       "E items[2].cross_province.fields[1]", "不得转给外省"},
      {"unknown data is handed over",
       [](Bundle& b) { b.mutable_items(2)->mutable_cross_province()->add_fields("x"); },
       "E items[2].cross_province.fields[1]", "没有表单项"},
  });
}

TEST_CASE("what no answers lead to is found") {
  CheckRows({
      {"nobody gets past a question",
       [](Bundle& b) {
         b.mutable_questions(0)->mutable_options(0)->mutable_exclusion()->set_reason("x");
       },
       "E questions[0].options", "每个选项"},
      {"an item for an answer that leads out",
       [](Bundle& b) { b.mutable_items(1)->mutable_when()->add_all("married=no"); },
       "E items[2].materials[0] | E items[1].when", ""},
      {"an item for two answers at once",
       [](Bundle& b) { b.mutable_items(2)->mutable_when()->add_all("card=no"); }, "E items[2].when",
       "都不会办到"},
      {"an item for an answer to a question that is not asked then",
       [](Bundle& b) {
         b.mutable_items(2)->mutable_when()->clear_none();
         b.mutable_items(2)->mutable_when()->set_all(0, "card=no");
         b.mutable_items(2)->mutable_when()->add_any("bank=a");
       },
       "E items[2].when", "都不会办到"},
      {"an item for no answer at all",
       [](Bundle& b) {
         b.mutable_items(2)->mutable_when()->Clear();
         b.mutable_items(2)->mutable_when()->add_none("card=yes");
         b.mutable_items(2)->mutable_when()->add_none("card=no");
       },
       "E items[2].when", "都不会办到"},
      {"a question that is never asked",
       [](Bundle& b) { b.mutable_questions(2)->mutable_when()->add_none("card=yes"); },
       "W questions[2].when | W fields[2].when", "不会问到"},
      {"a material that is never asked for",
       [](Bundle& b) { b.mutable_materials(0)->mutable_when()->add_any("married=no"); },
       "W materials[0].when", "不会要"},
  });
}

TEST_CASE("all faults of a bundle are found at once") {
  Bundle bundle = SoundBundle();
  bundle.set_lead_authority("x");
  bundle.mutable_materials(1)->clear_license_type();
  bundle.mutable_items(0)->add_needs("residence");
  bundle.mutable_items(2)->mutable_when()->add_all("card=no");
  CHECK(Places(CheckBundle(bundle)) ==
        "E lead_authority | E materials[1].license_type | E items[0].needs | E items[2].when");
}

TEST_CASE("the check of a large and of a hostile bundle ends soon") {
  Bundle bundle = SoundBundle();
  const bundle::v1::BundleItem first = bundle.items(0);
  SECTION("a chain of a thousand items, each using the result of the first") {
    for (int i = 3; i < 1000; ++i) {
      auto* item = bundle.add_items();
      item->set_id(absl::StrCat("i", i));
      item->set_task_code(absl::StrCat("11360100DEM000014X30007900", 10000 + i));
      item->set_authority("health");
      item->add_needs(i == 3 ? "certificate" : absl::StrCat("i", i - 1));
      item->add_materials("certificate-result");
    }
    CHECK(CheckBundle(bundle).empty());
  }
  SECTION("every item needs every other") {
    for (int i = 3; i < 300; ++i) {
      auto* item = bundle.add_items();
      item->set_id(absl::StrCat("i", i));
      for (int j = 3; j < 300; ++j) {
        item->add_needs(absl::StrCat("i", j));
      }
    }
    CHECK(CheckBundle(bundle).size() == kBundleFindingsMax);
  }
  SECTION("a condition over sixty questions that cannot hold") {
    auto* item = bundle.mutable_items(2);
    item->clear_when();
    for (int i = 0; i < 57; ++i) {
      auto* question = bundle.add_questions();
      question->set_id(absl::StrCat("q", i));
      question->add_options()->set_id("a");
      question->add_options()->set_id("b");
      item->mutable_when()->add_none(absl::StrCat("q", i, "=a"));
    }
    item->mutable_when()->add_all("q56=a");
    CHECK(CheckBundle(bundle).empty());  // given up, so not reported
  }
}

}  // namespace
}  // namespace onething::workflow
