#include "services/workflow/route_rules.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "libs/base/clock.h"
#include "libs/base/error.h"
#include "services/workflow/test_bundles.h"

namespace onething::workflow {
namespace {

// Four items: b and c need a, d needs c and the optional c may be left out; e only for twins.
constexpr char kFamily[] = R"pb(
  id: "family"
  authorities { id: "health" display_name: "卫健委" }
  questions {
    id: "married"
    text: "是否已婚?"
    options { id: "yes" text: "是" }
    options {
      id: "no"
      text: "否"
      exclusion { reason: "须单独办理" instead: "窗口" }
    }
  }
  questions {
    id: "twins"
    text: "是否双胞胎?"
    options { id: "yes" text: "是" }
    options { id: "no" text: "否" }
  }
  questions {
    id: "same-school"
    text: "是否同校?"
    options { id: "yes" text: "是" }
    options { id: "no" text: "否" }
    when { all: "twins=yes" }
  }
  items { id: "a" authority: "health" materials: "proof" fields: "name" }
  items {
    id: "b"
    authority: "health"
    needs: "a"
    materials: "result-a"
    materials: "proof"
    fields: "name"
  }
  items { id: "c" authority: "health" needs: "a" optional: true materials: "photo" }
  items {
    id: "d"
    authority: "health"
    needs: "c"
    needs: "a"
    materials: "result-c"
    materials: "licence"
  }
  items {
    id: "e"
    authority: "health"
    when { all: "twins=yes" none: "same-school=yes" }
    fields: "school"
  }
  materials { id: "proof" display_name: "证明" source: MATERIAL_SOURCE_APPLICANT }
  materials {
    id: "photo"
    display_name: "照片"
    source: MATERIAL_SOURCE_PERSONAL_SPACE
    optional: true
  }
  materials {
    id: "result-a"
    display_name: "甲结果"
    source: MATERIAL_SOURCE_EARLIER_RESULT
    from_item: "a"
  }
  materials {
    id: "result-c"
    display_name: "丙结果"
    source: MATERIAL_SOURCE_EARLIER_RESULT
    from_item: "c"
  }
  materials {
    id: "licence"
    display_name: "结婚证"
    source: MATERIAL_SOURCE_E_LICENCE
    when { all: "married=yes" }
  }
  fields { id: "name" label: "姓名" type: FIELD_TYPE_TEXT length_max: 4 }
  fields { id: "school" label: "学校" type: FIELD_TYPE_CHOICE choices: "一小" choices: "二小" }
  deliveries: DELIVERY_MAIL
)pb";
bundle::v1::Bundle Family() { return FromText<bundle::v1::Bundle>(kFamily); }

v1::Application Application(const std::string& text) { return FromText<v1::Application>(text); }

absl::StatusOr<Route> RouteOf(const CompiledBundle& compiled, const v1::Application& application) {
  return ComputeRoute(compiled, application.answers(), application.left_out_items());
}

// `a b(a)`: items with what they wait for.
std::string Items(const CompiledBundle& compiled, const Route& route) {
  const auto id = [&compiled](std::string* out, int item) {
    out->append(compiled.bundle().items(item).id());
  };
  return absl::StrJoin(route.items, " ", [&](std::string* out, const RouteItem& item) {
    id(out, item.item);
    if (!item.needs.empty()) absl::StrAppend(out, "(", absl::StrJoin(item.needs, ",", id), ")");
  });
}

// `proof(a,b)`: what is asked for with who needs it, `!` when the applicant gives it.
template <class List>
std::string Demands(const CompiledBundle& compiled, const std::vector<RouteDemand>& demands,
                    const List& list) {
  return absl::StrJoin(demands, " ", [&](std::string* out, const RouteDemand& demand) {
    absl::StrAppend(out, list[demand.index].id(), demand.given_by_applicant ? "!" : "", "(",
                    absl::StrJoin(demand.needed_by, ",",
                                  [&](std::string* inner, int item) {
                                    inner->append(compiled.bundle().items(item).id());
                                  }),
                    ")");
  });
}

std::string Questions(const CompiledBundle& compiled, const std::vector<int>& questions) {
  return absl::StrJoin(questions, " ", [&](std::string* out, int question) {
    out->append(compiled.bundle().questions(question).id());
  });
}

// Path → sentence of the faults that an ANSWER_UNKNOWN or a form check lists.
std::map<std::string, std::string> Listed(const common::v1::BadRequest& faults) {
  std::map<std::string, std::string> listed;
  for (const auto& fault : faults.field_violations()) {
    listed[fault.field()] = fault.description();
  }
  return listed;
}

TEST_CASE("a route follows the answers and what is left out") {
  struct Row {
    const char* about;
    const char* application;
    const char* questions;
    const char* open;
    const char* items;
    const char* materials;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing is answered", "", "married twins", "married twins", "a b(a) c(a) d(c,a)",
       "proof!(a,b) photo!(c) result-a(b) result-c(d)"},
      {"all is answered",
       R"(answers { key: "married" value: "yes" } answers { key: "twins" value: "no" })",
       "married twins", "", "a b(a) c(a) d(c,a)",
       "proof!(a,b) photo!(c) result-a(b) result-c(d) licence(d)"},
      {"an answer opens a question and an item", R"(answers { key: "twins" value: "yes" })",
       "married twins same-school", "married same-school", "a b(a) c(a) d(c,a) e",
       "proof!(a,b) photo!(c) result-a(b) result-c(d)"},
      {"an item falls away",
       R"(answers { key: "twins" value: "yes" } answers { key: "same-school" value: "yes" })",
       "married twins same-school", "married", "a b(a) c(a) d(c,a)",
       "proof!(a,b) photo!(c) result-a(b) result-c(d)"},
      {"the answer to a question that is not asked is not given",
       R"(answers { key: "twins" value: "no" } answers { key: "same-school" value: "yes" })",
       "married twins", "married", "a b(a) c(a) d(c,a)",
       "proof!(a,b) photo!(c) result-a(b) result-c(d)"},
      {"a need on an item left out is void, and its result is asked of the applicant",
       R"(left_out_items: "c")", "married twins", "married twins", "a b(a) d(a)",
       "proof!(a,b) result-a(b) result-c!(d)"},
  }));
  INFO(row.about);
  const auto compiled = Compiled(Family());
  const auto route = RouteOf(*compiled, Application(row.application));
  REQUIRE(route.ok());
  CHECK_FALSE(route->exclusion.has_value());
  CHECK(Questions(*compiled, route->questions) == row.questions);
  CHECK(Questions(*compiled, route->open_questions) == row.open);
  CHECK(Items(*compiled, *route) == row.items);
  CHECK(Demands(*compiled, route->materials, compiled->bundle().materials()) == row.materials);
}

TEST_CASE("an answer that leads out empties the rest of the route") {
  const auto compiled = Compiled(Family());
  const auto route = RouteOf(*compiled, Application(R"(answers { key: "married" value: "no" })"));
  REQUIRE(route.ok());
  REQUIRE(route->exclusion.has_value());
  CHECK(route->exclusion->question == 0);
  CHECK(route->exclusion->exclusion.instead() == "窗口");
  CHECK(route->questions.empty());
  CHECK(route->items.empty());
  CHECK(route->materials.empty());
  CHECK(route->fields.empty());
}

TEST_CASE("a condition holds when all of its parts do") {
  struct Row {
    const char* condition;
    const char* answers;
    bool applies;
  };
  const auto row = GENERATE(values<Row>({
      {"", "", true},
      {R"(all: "q=a")", "", false},
      {R"(all: "q=a")", "a-", true},
      {R"(all: "q=a" all: "r=a")", "a-", false},
      {R"(all: "q=a" all: "r=a")", "aa", true},
      {R"(any: "q=a" any: "r=a")", "--", false},
      {R"(any: "q=a" any: "r=a")", "ba", true},
      {R"(any: "q=a" any: "q=b")", "b-", true},
      {R"(none: "q=a")", "--", true},
      {R"(none: "q=a")", "a-", false},
      {R"(none: "q=a" none: "r=b")", "bb", false},
      {R"(all: "q=a" any: "r=a" any: "r=b" none: "r=b")", "aa", true},
      {R"(all: "q=a" any: "r=a" any: "r=b" none: "r=b")", "ab", false},
  }));
  INFO(row.condition << " with " << row.answers);
  const auto compiled =
      Compiled(FromText<bundle::v1::Bundle>(std::string(R"pb(
                                              authorities { id: "x" }
                                              questions {
                                                id: "q"
                                                options { id: "a" }
                                                options { id: "b" }
                                              }
                                              questions {
                                                id: "r"
                                                options { id: "a" }
                                                options { id: "b" }
                                              }
                                              items { id: "i" authority: "x" when {)pb") +
                                            row.condition + "} }"));
  v1::Application application;
  const absl::string_view given = row.answers;
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i] != '-') {
      (*application.mutable_answers())[i == 0 ? "q" : "r"] = std::string(1, given[i]);
    }
  }
  const auto route = RouteOf(*compiled, application);
  REQUIRE(route.ok());
  CHECK(route->items.size() == (row.applies ? 1 : 0));
}

TEST_CASE("what a bundle does not have is refused, all of it at once") {
  const auto compiled = Compiled(Family());
  const v1::Application application = Application(R"(
    answers { key: "colour" value: "red" }
    answers { key: "twins" value: "perhaps" }
    left_out_items: "c" left_out_items: "a" left_out_items: "z"
    form { key: "name" value: "" } form { key: "age" value: "3" }
    materials { key: "map" value: "files/1" })");
  const auto route =
      ComputeRoute(*compiled, application.answers(), application.left_out_items(), "application.");
  REQUIRE_FALSE(route.ok());
  CHECK(ReasonOf(route.status()) == common::v1::ERROR_REASON_ANSWER_UNKNOWN);
  CHECK(Listed(*ViolationsOf(route.status())) ==
        std::map<std::string, std::string>{
            {R"(application.answers["colour"])", "没有这个问题"},
            {R"(application.answers["twins"])", "没有这个选项"},
            {"application.left_out_items[1]", "“事项a”是必办事项"},
            {"application.left_out_items[2]", "没有这个事项"},
        });

  const absl::Status names = CheckNames(*compiled, application);
  CHECK(ReasonOf(names) == common::v1::ERROR_REASON_ANSWER_UNKNOWN);
  CHECK(Listed(*ViolationsOf(names)) == std::map<std::string, std::string>{
                                            {R"(form["age"])", "表单没有这一项"},
                                            {R"(materials["map"])", "没有这份材料"},
                                        });
  CHECK(CheckNames(*compiled, v1::Application()).ok());
}

TEST_CASE("an application is told everything it lacks at once") {
  struct Row {
    const char* about;
    const char* application;
    std::map<std::string, std::string> faults;
  };
  const std::string complete = R"(
    answers { key: "married" value: "yes" } answers { key: "twins" value: "no" }
    form { key: "name" value: "小明" } materials { key: "proof" value: "files/1" }
    delivery: DELIVERY_MAIL )";
  const std::vector<Row> rows = {
      {"complete", "", {}},
      {"an optional material and a field not asked for are passed over",
       R"(form { key: "school" value: "三小" } materials { key: "photo" value: "" })",
       {}},
      {"values of the wrong form",
       R"(answers { key: "twins" value: "yes" } answers { key: "same-school" value: "no" }
          form { key: "school" value: "三小" } form { key: "name" value: "一二三四五" })",
       {{R"(form["name"])", "“姓名”填写有误：最多4个字，现有5个字"},
        {R"(form["school"])", "“学校”填写有误：请从给出的选项中选择"}}},
      {"nothing where something must be",
       R"(answers { key: "twins" value: "yes" } form { key: "name" value: " " }
          materials { key: "proof" value: "" } delivery: DELIVERY_COLLECT
          left_out_items: "c")",
       {{R"(answers["same-school"])", "请回答“是否同校?”"},
        {R"(form["name"])", "请填写“姓名”"},
        {R"(form["school"])", "请填写“学校”"},
        {R"(materials["proof"])", "请提供材料“证明”"},
        {R"(materials["result-c"])", "请提供材料“丙结果”"},
        {"delivery", "请从本事项提供的方式中选择结果送达方式"}}},
  };
  const auto compiled = Compiled(Family());
  for (const Row& row : rows) {
    INFO(row.about);
    v1::Application application = Application(complete);
    application.MergeFrom(Application(row.application));
    const auto route = RouteOf(*compiled, application);
    REQUIRE(route.ok());
    CHECK(Listed(CheckApplication(*compiled, *route, application)) == row.faults);
  }
}

TEST_CASE("a value must be of its field's type") {
  struct Row {
    const char* type;
    const char* value;
    const char* fault;
  };
  const auto row = GENERATE(values<Row>({
      {"TEXT", "任何文字", ""},
      {"CITIZEN_NUMBER", "11010519491231002X", ""},
      {"CITIZEN_NUMBER", "110105194912310021", "公民身份号码第18位校验码不正确"},
      {"CREDIT_CODE", "91350100M000100Y43", ""},
      {"CREDIT_CODE", "91350100M000100Y44", "统一社会信用代码第18位校验码应为3"},
      {"PHONE", "13812345678", ""},
      {"PHONE", "23812345678", "应为11位手机号码"},
      {"PHONE", "1381234567x", "应为11位手机号码"},
      {"DATE", "2026-02-28", ""},
      {"DATE", "2026-02-29", "应为真实的日期，写作年-月-日，如2026-03-02"},
      {"REGION", "360102", ""},
      {"REGION", "990102", nullptr},
      {"INTEGER", "-12", ""},
      {"INTEGER", "012", "应为整数"},
      {"INTEGER", " 12", "应为整数"},
      {"INTEGER", "1.5", "应为整数"},
  }));
  INFO(row.type << " " << row.value);
  const auto compiled = Compiled(FromText<bundle::v1::Bundle>(
      std::string(R"pb(authorities { id: "x" }
                       items { id: "i" authority: "x" fields: "f" }
                       fields { id: "f" label: "此项" type: FIELD_TYPE_)pb") +
      row.type + " }"));
  v1::Application application;
  (*application.mutable_form())["f"] = row.value;
  const auto route = RouteOf(*compiled, application);
  REQUIRE(route.ok());
  const auto faults = Listed(CheckApplication(*compiled, *route, application, "application."));
  if (row.fault != nullptr && std::string(row.fault).empty()) {
    CHECK(faults.empty());
  } else {
    REQUIRE(faults.size() == 1);
    CHECK(faults.begin()->first == R"(application.form["f"])");
    if (row.fault != nullptr) {
      CHECK(faults.begin()->second == std::string("“此项”填写有误：") + row.fault);
    }
  }
}

TEST_CASE("a version whose keys lead nowhere is not run") {
  const auto broken = GENERATE(values<const char*>({
      R"(items { id: "i" authority: "y" })",
      R"(items { id: "i" authority: "x" needs: "j" })",
      R"(items { id: "i" authority: "x" materials: "m" })",
      R"(items { id: "i" authority: "x" fields: "f" })",
      R"(items { id: "i" authority: "x" when { all: "q=a" } })",
      R"(items { id: "i" authority: "x" when { all: "nonsense" } })",
      R"(items { id: "i" authority: "x" when { none: "" } })",
      R"(questions { id: "q" } items { id: "i" authority: "x" when { any: "q=a" } })",
      R"(materials { id: "m" from_item: "j" } items { id: "i" authority: "x" })",
  }));
  INFO(broken);
  const auto compiled = CompiledBundle::Compile(
      Published(FromText<bundle::v1::Bundle>(std::string(R"(authorities { id: "x" })") + broken)));
  CHECK(ReasonOf(compiled.status()) == common::v1::ERROR_REASON_RECORD_CORRUPT);

  v1::PublishedBundle unpinned = Published(Family());
  unpinned.clear_pinned_items();
  CHECK(ReasonOf(CompiledBundle::Compile(unpinned).status()) ==
        common::v1::ERROR_REASON_RECORD_CORRUPT);
}

TEST_CASE("a route through a thousand items is quick enough for the commit loop") {
  bundle::v1::Bundle bundle;
  bundle.add_authorities()->set_id("x");
  for (int i = 0; i < 1000; ++i) {
    auto* item = bundle.add_items();
    item->set_id(absl::StrCat("i", i));
    item->set_authority("x");
    item->add_materials(absl::StrCat("m", i));
    if (i > 0) item->add_needs(absl::StrCat("i", i - 1));
    bundle.add_materials()->set_id(absl::StrCat("m", i));
  }
  const auto compiled = Compiled(bundle);
  const int64_t start = SteadyMicros();
  const auto route = ComputeRoute(*compiled, AnswerMap(), LeftOutItems());
  INFO("microseconds: " << SteadyMicros() - start);
  REQUIRE(route.ok());
  CHECK(route->items.size() == 1000);
  CHECK(SteadyMicros() - start < 100'000);
}

}  // namespace
}  // namespace onething::workflow
