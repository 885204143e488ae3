#include "services/workflow/notice_rules.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>

#include "services/workflow/test_bundles.h"

namespace onething::workflow {
namespace {

v1::Notice NoticeFor(const bundle::v1::Bundle& bundle, const AnswerMap& answers,
                     const LeftOutItems& left_out_items = {}) {
  const auto compiled = Compiled(bundle);
  const auto route = ComputeRoute(*compiled, answers, left_out_items);
  REQUIRE(route.ok());
  return MakeNotice(*compiled, *route);
}

AnswerMap WithCard() {
  AnswerMap answers;
  answers["married"] = "yes";
  answers["card"] = "yes";
  return answers;
}

TEST_CASE("a notice asks for every field and material once and says who needs it") {
  const v1::Notice notice = NoticeFor(SoundBundle(), WithCard());
  const auto expected = FromText<v1::Notice>(R"pb(
    bundle: "bundles/birth@1"
    display_name: "出生一件事"
    open_questions: "bank"
    items {
      item: "certificate"
      display_name: "事项certificate"
      authority_name: "健委"
      promised_days: 5
      in_joint_limit: true
    }
    items {
      item: "residence"
      display_name: "事项residence"
      authority_name: "公安"
      promised_days: 5
      needs: "certificate"
      in_joint_limit: true
    }
    items {
      item: "social-card"
      display_name: "事项social-card"
      authority_name: "公安"
      promised_days: 5
      needs: "residence"
      optional: true
      province: "33"
    }
    joint_limit_working_days: 5
    savings {
      single { working_days: 15 source: "按各事项办事指南计算" }
      materials: 1
      forms: 1
      working_days: 5
    }
  )pb");
  v1::Notice outline = notice;
  outline.clear_questions();
  outline.clear_fields();
  outline.clear_materials();
  CHECK(outline.DebugString() == expected.DebugString());

  REQUIRE(notice.questions_size() == 3);
  CHECK(notice.questions(2).id() == "bank");
  REQUIRE(notice.fields_size() == 2);
  CHECK(notice.fields(0).field().id() == "name");
  CHECK(notice.fields(0).needed_by_size() == 3);
  CHECK(notice.fields(1).field().id() == "code");

  std::map<std::string, std::string> reasons;
  for (const v1::NoticeMaterial& material : notice.materials()) {
    CHECK(material.exempt() == !material.reason().empty());
    reasons[material.material().id()] = material.reason();
  }
  CHECK(reasons == std::map<std::string, std::string>{
                       {"record", ""},
                       {"marriage", "从电子证照库调取，免提交"},
                       {"certificate-result", "“事项certificate”办结后由系统带入，免提交"},
                   });
}

TEST_CASE("each source of a material has its reason why it need not be given") {
  struct Row {
    bundle::v1::MaterialSource source;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {bundle::v1::MATERIAL_SOURCE_APPLICANT, ""},
      {bundle::v1::MATERIAL_SOURCE_PERSONAL_SPACE, ""},
      {bundle::v1::MATERIAL_SOURCE_DATA_SHARING, "由部门间数据共享核验，免提交"},
      {bundle::v1::MATERIAL_SOURCE_GENERATED, "由系统根据申请表生成，免提交"},
  }));
  bundle::v1::Bundle bundle = SoundBundle();
  bundle.mutable_materials(0)->set_source(row.source);
  CHECK(NoticeFor(bundle, WithCard()).materials(0).reason() == row.reason);
}

TEST_CASE("the result of an item that is left out is asked of the applicant") {
  bundle::v1::Bundle bundle = SoundBundle();
  bundle.mutable_items(0)->set_optional(true);
  LeftOutItems left_out;
  *left_out.Add() = "certificate";
  const v1::Notice notice = NoticeFor(bundle, WithCard(), left_out);
  REQUIRE(notice.materials_size() == 2);
  CHECK(notice.materials(1).material().id() == "certificate-result");
  CHECK_FALSE(notice.materials(1).exempt());
  CHECK(notice.savings().materials() == 1);
}

TEST_CASE("an answer that leads out leaves only the way out in the notice") {
  AnswerMap answers;
  answers["married"] = "no";
  const v1::Notice notice = NoticeFor(SoundBundle(), answers);
  CHECK(notice.exclusion().instead() == "窗口");
  CHECK(notice.items().empty());
  CHECK(notice.questions().empty());
  CHECK_FALSE(notice.has_savings());
}

TEST_CASE("what is saved is what the bundle states, else what its items cost one by one") {
  bundle::v1::Bundle bundle = SoundBundle();
  // The first item needs the last: order in the list does not matter.
  bundle.mutable_items(0)->add_needs("residence");
  bundle.mutable_items(1)->clear_needs();
  auto published = Published(bundle);
  published.mutable_pinned_items(0)->set_promised_days(7);
  published.mutable_pinned_items(0)->set_single_material_count(4);
  published.mutable_pinned_items(1)->set_single_material_count(3);
  const auto compiled = *CompiledBundle::Compile(published);
  const auto route = *ComputeRoute(*compiled, AnswerMap(), LeftOutItems());
  CHECK(SingleHandlingOf(*compiled, route).working_days() == 12);
  CHECK(SingleHandlingOf(*compiled, route).materials() == 7);

  published.mutable_bundle()->mutable_single_handling()->set_trips(9);
  const auto stated = *CompiledBundle::Compile(published);
  CHECK(SingleHandlingOf(*stated, route).trips() == 9);
  CHECK(SingleHandlingOf(*stated, route).working_days() == 0);
}

}  // namespace
}  // namespace onething::workflow
