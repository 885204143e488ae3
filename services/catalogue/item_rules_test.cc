#include "services/catalogue/item_rules.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "services/catalogue/item_samples.h"

namespace onething::catalogue {
namespace {

// `R1` for an error, `R1?` for a warning, joined by spaces.
std::string Rules(const v1::Item& item) {
  std::string rules;
  for (const v1::RuleFinding& finding : CheckItem(item)) {
    absl::StrAppend(&rules, rules.empty() ? "" : " ", finding.rule(), finding.error() ? "" : "?");
  }
  return rules;
}

struct Row {
  const char* story;
  std::function<void(v1::Item&)> change;
  const char* rules;
};

const Row kRows[] = {
    {"a correct item breaks no rule", [](v1::Item&) {}, ""},
    {"promise longer than the law", [](v1::Item& i) { i.mutable_promised_limit()->set_days(21); },
     "R1"},
    {"promise equal to the law", [](v1::Item& i) { i.mutable_promised_limit()->set_days(20); }, ""},
    {"working days promised against fewer calendar days of the law",
     [](v1::Item& i) {
       i.mutable_statutory_limit()->set_unit(v1::LIMIT_UNIT_CALENDAR_DAY);
       i.mutable_statutory_limit()->set_days(4);
     },
     "R1"},
    {"units that differ are worth a look",
     [](v1::Item& i) { i.mutable_promised_limit()->set_unit(v1::LIMIT_UNIT_CALENDAR_DAY); }, "R1?"},
    {"on the spot, yet days are promised",
     [](v1::Item& i) { i.set_project_type(v1::PROJECT_TYPE_ON_THE_SPOT); }, "R2"},
    {"a promise of no day", [](v1::Item& i) { i.mutable_promised_limit()->set_days(0); }, "R2"},
    {"on the spot with no day",
     [](v1::Item& i) {
       i.set_project_type(v1::PROJECT_TYPE_ON_THE_SPOT);
       i.mutable_promised_limit()->set_days(0);
     },
     ""},
    {"a reason without a visit", [](v1::Item& i) { i.set_visit_reason("面签"); }, "R3"},
    {"a visit without a reason",
     [](v1::Item& i) {
       i.set_fully_online(false);
       i.set_visits(1);
     },
     "R3"},
    {"no visit, not online, no mail",
     [](v1::Item& i) {
       i.set_fully_online(false);
       i.set_handle_forms(0, v1::HANDLE_FORM_WINDOW);
     },
     "R4?"},
    {"fully online with a visit",
     [](v1::Item& i) {
       i.set_visits(1);
       i.set_visit_reason("面签");
     },
     "R5"},
    {"charges without a fee", [](v1::Item& i) { i.set_charges(true); }, "R6"},
    {"free, with online payment", [](v1::Item& i) { i.set_online_payment(true); }, "R6"},
    {"charges, with basis and fee",
     [](v1::Item& i) {
       i.set_charges(true);
       i.set_fee_basis("收费文件");
       i.add_fees()->set_name("工本费");
     },
     ""},
    {"one phone for enquiry and complaint",
     [](v1::Item& i) { i.set_complaint_phone(i.enquiry_phone()); }, "R7"},
    {"a result without a sample", [](v1::Item& i) { i.mutable_result()->clear_sample_uri(); },
     "R8"},
    {"no result at all", [](v1::Item& i) { i.clear_result(); }, ""},
    {"on the spot with two visits",
     [](v1::Item& i) {
       i.set_project_type(v1::PROJECT_TYPE_ON_THE_SPOT);
       i.mutable_promised_limit()->set_days(0);
       i.set_fully_online(false);
       i.set_visits(2);
       i.set_visit_reason("现场核验");
     },
     "R10?"},
    {"a catch-all material",
     [](v1::Item& i) { i.mutable_materials(0)->set_name("法律规定的其他材料"); }, "R11"},
    {"a material that data sharing has",
     [](v1::Item& i) { i.mutable_materials(0)->set_shared_data(true); }, "R12?"},
    {"several at once, in rule order",
     [](v1::Item& i) {
       i.mutable_materials(0)->set_name("其它材料");
       i.mutable_promised_limit()->set_days(21);
       i.set_complaint_phone(i.enquiry_phone());
     },
     "R1 R7 R11"},
};

TEST_CASE("each consistency rule finds what it is for, and nothing else") {
  for (const Row& row : kRows) {
    v1::Item item = SampleItem();
    row.change(item);
    INFO(row.story);
    CHECK(Rules(item) == row.rules);
  }
}

TEST_CASE("codes that contradict each other are refused") {
  CHECK(CheckItemCodes(SampleItem()).ok());
  const std::function<void(v1::Item&)> changes[] = {
      [](v1::Item& i) { i.set_catalog_code("442199806007"); },
      [](v1::Item& i) { i.set_item_type("01"); },
      [](v1::Item& i) { i.set_use_level(v1::USE_LEVEL_COUNTY); },
      [](v1::Item& i) { i.set_task_code("12441500196720245T3442199806006"); },
  };
  for (const auto& change : changes) {
    v1::Item item = SampleItem();
    change(item);
    CHECK(ReasonOf(CheckItemCodes(item)) == common::v1::ERROR_REASON_ITEM_CODE_MISMATCH);
  }
}

TEST_CASE("an item is available only in use and inside its validity") {
  v1::Item item = SampleItem();
  CHECK_FALSE(IsAvailable(item, "2026-03-02"));
  item.set_state(v1::Item::STATE_PUBLISHED);
  CHECK(IsAvailable(item, "2026-03-02"));
  item.set_effective_date("2026-03-03");
  CHECK_FALSE(IsAvailable(item, "2026-03-02"));
  CHECK(IsAvailable(item, "2026-03-03"));
  item.set_expiry_date("2026-04-01");
  CHECK(IsAvailable(item, "2026-03-31"));
  CHECK_FALSE(IsAvailable(item, "2026-04-01"));
  item.set_state(v1::Item::STATE_SUSPENDED);
  CHECK_FALSE(IsAvailable(item, "2026-03-31"));
}

}  // namespace
}  // namespace onething::catalogue
