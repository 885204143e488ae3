#include "services/workflow/route_rules.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/region_code.h"
#include "libs/codes/utf8.h"
#include "libs/config/source_map.h"

namespace onething::workflow {
namespace {

using bundle::v1::FormField;
using bundle::v1::Material;

constexpr int kViolationsMax = 100;  // as BadRequest states
constexpr int kTextLengthMaxDefault = 200;

// Collects faults under one path prefix.
class Faults {
 public:
  explicit Faults(absl::string_view path_prefix) : prefix_(path_prefix) {}

  void Add(absl::string_view field, absl::string_view description) {
    if (violations_.field_violations_size() >= kViolationsMax) return;
    auto* fault = violations_.add_field_violations();
    fault->set_field(absl::StrCat(prefix_, field));
    fault->set_description(std::string(description));
  }

  // For an entry of a map field.
  void Add(absl::string_view map_field, absl::string_view key, absl::string_view description) {
    Add(absl::StrCat(map_field, config::SourceMap::KeyPart(key)), description);
  }

  absl::Status ToUnknown() const {
    if (violations_.field_violations_size() == 0) return absl::OkStatus();
    return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                               common::v1::ERROR_REASON_ANSWER_UNKNOWN,
                               "申请中有本事项没有的内容，请按最新的办事指南重新填写", violations_);
  }

  common::v1::BadRequest Take() && { return std::move(violations_); }

 private:
  const absl::string_view prefix_;
  common::v1::BadRequest violations_;
};

// Maps have no order of their own: faults are listed by key.
template <class Map>
std::vector<absl::string_view> SortedKeys(const Map& map) {
  std::vector<absl::string_view> keys;
  for (const auto& [key, value] : map) {
    keys.emplace_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

ChosenOptions Choose(const CompiledBundle& compiled, const AnswerMap& answers, Faults* faults) {
  ChosenOptions chosen(static_cast<size_t>(compiled.bundle().questions_size()), kNotAnswered);
  for (const absl::string_view id : SortedKeys(answers)) {
    const std::optional<int> question = compiled.FindQuestion(id);
    if (!question.has_value()) {
      faults->Add("answers", id, "没有这个问题");
      continue;
    }
    const std::optional<int> option = compiled.FindOption(*question, answers.at(std::string(id)));
    if (!option.has_value()) {
      faults->Add("answers", id, "没有这个选项");
      continue;
    }
    chosen[static_cast<size_t>(*question)] = *option;
  }
  return chosen;
}

// Items by position: true when left out.
std::vector<bool> LeaveOut(const CompiledBundle& compiled, const LeftOutItems& left_out_items,
                           Faults* faults) {
  std::vector<bool> left_out(static_cast<size_t>(compiled.bundle().items_size()), false);
  for (int i = 0; i < left_out_items.size(); ++i) {
    const std::optional<int> item = compiled.FindItem(left_out_items[i]);
    const std::string field = absl::StrCat("left_out_items[", i, "]");
    if (!item.has_value()) {
      faults->Add(field, "没有这个事项");
    } else if (!compiled.bundle().items(*item).optional()) {
      faults->Add(field, absl::StrCat("“", compiled.pinned(*item).display_name(), "”是必办事项"));
    } else {
      left_out[static_cast<size_t>(*item)] = true;
    }
  }
  return left_out;
}

// Takes the questions in order; forgets the answers to those that are not asked.
void AskQuestions(const CompiledBundle& compiled, ChosenOptions* chosen, Route* route) {
  for (int i = 0; i < compiled.bundle().questions_size(); ++i) {
    int& answer = (*chosen)[static_cast<size_t>(i)];
    if (!compiled.when_of_question(i).Holds(*chosen)) {
      answer = kNotAnswered;
      continue;
    }
    route->questions.push_back(i);
    if (answer == kNotAnswered) {
      route->open_questions.push_back(i);
      continue;
    }
    const auto& option = compiled.bundle().questions(i).options(answer);
    if (option.has_exclusion() && !route->exclusion.has_value()) {
      route->exclusion = RouteExclusion{.question = i, .exclusion = option.exclusion()};
    }
  }
}

std::vector<int> Those(const std::vector<int>& items, const std::vector<bool>& apply) {
  std::vector<int> those;
  for (const int item : items) {
    if (apply[static_cast<size_t>(item)]) those.push_back(item);
  }
  return those;
}

bool IsGivenByApplicant(const CompiledBundle& compiled, int material,
                        const std::vector<bool>& apply) {
  switch (compiled.bundle().materials(material).source()) {
    case bundle::v1::MATERIAL_SOURCE_E_LICENCE:
    case bundle::v1::MATERIAL_SOURCE_DATA_SHARING:
    case bundle::v1::MATERIAL_SOURCE_GENERATED:
      return false;
    case bundle::v1::MATERIAL_SOURCE_EARLIER_RESULT: {
      const std::optional<int> from_item = compiled.from_item_of(material);
      return !from_item.has_value() || !apply[static_cast<size_t>(*from_item)];
    }
    default:
      return true;
  }
}

// Items, materials and fields, once the questions are settled.
void AskForThings(const CompiledBundle& compiled, const ChosenOptions& chosen,
                  const std::vector<bool>& left_out, Route* route) {
  const bundle::v1::Bundle& bundle = compiled.bundle();
  std::vector<bool> apply(left_out.size());
  for (int i = 0; i < bundle.items_size(); ++i) {
    const auto at = static_cast<size_t>(i);
    apply[at] = !left_out[at] && compiled.when_of_item(i).Holds(chosen);
  }
  for (int i = 0; i < bundle.items_size(); ++i) {
    if (apply[static_cast<size_t>(i)]) {
      route->items.push_back({.item = i, .needs = Those(compiled.needs_of(i), apply)});
    }
  }
  for (int i = 0; i < bundle.materials_size(); ++i) {
    std::vector<int> needed_by = Those(compiled.users_of_material(i), apply);
    if (!needed_by.empty() && compiled.when_of_material(i).Holds(chosen)) {
      route->materials.push_back({.index = i,
                                  .needed_by = std::move(needed_by),
                                  .given_by_applicant = IsGivenByApplicant(compiled, i, apply)});
    }
  }
  for (int i = 0; i < bundle.fields_size(); ++i) {
    std::vector<int> needed_by = Those(compiled.users_of_field(i), apply);
    if (!needed_by.empty() && compiled.when_of_field(i).Holds(chosen)) {
      route->fields.push_back({.index = i, .needed_by = std::move(needed_by)});
    }
  }
}

bool IsMobileNumber(absl::string_view text) {
  return text.size() == 11 && text[0] == '1' &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

bool IsWholeNumber(absl::string_view text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) && absl::StrCat(number) == text;
}

template <class Code>
std::string SentenceOf(const absl::StatusOr<Code>& parsed) {
  return parsed.ok() ? std::string() : std::string(parsed.status().message());
}

std::string CheckLength(const FormField& field, absl::string_view value) {
  const int length_max = field.length_max() > 0 ? field.length_max() : kTextLengthMaxDefault;
  const size_t length = codes::SplitCharacters(value).size();
  return length > static_cast<size_t>(length_max)
             ? absl::StrCat("最多", length_max, "个字，现有", length, "个字")
             : "";
}

// What is wrong with a value that is given; empty when nothing is.
std::string CheckValue(const FormField& field, const std::string& value) {
  switch (field.type()) {
    case bundle::v1::FIELD_TYPE_CITIZEN_NUMBER:
      return SentenceOf(codes::CitizenNumber::Parse(value));
    case bundle::v1::FIELD_TYPE_CREDIT_CODE:
      return SentenceOf(codes::CreditCode::Parse(value));
    case bundle::v1::FIELD_TYPE_REGION:
      return SentenceOf(codes::RegionCode::Parse(value));
    case bundle::v1::FIELD_TYPE_DATE:
      return calendar::ParseDate(value).ok() ? "" : "应为真实的日期，写作年-月-日，如2026-03-02";
    case bundle::v1::FIELD_TYPE_PHONE:
      return IsMobileNumber(value) ? "" : "应为11位手机号码";
    case bundle::v1::FIELD_TYPE_INTEGER:
      return IsWholeNumber(value) ? "" : "应为整数";
    case bundle::v1::FIELD_TYPE_CHOICE: {
      const auto& choices = field.choices();
      return std::find(choices.begin(), choices.end(), value) != choices.end()
                 ? ""
                 : "请从给出的选项中选择";
    }
    default:
      return CheckLength(field, value);
  }
}

void CheckForm(const CompiledBundle& compiled, const Route& route,
               const v1::Application& application, Faults* faults) {
  for (const RouteDemand& demand : route.fields) {
    const FormField& field = compiled.bundle().fields(demand.index);
    const auto given = application.form().find(field.id());
    if (given == application.form().end() || codes::IsBlank(given->second)) {
      if (!field.optional()) {
        faults->Add("form", field.id(), absl::StrCat("请填写“", field.label(), "”"));
      }
      continue;
    }
    const std::string fault = CheckValue(field, given->second);
    if (!fault.empty()) {
      faults->Add("form", field.id(), absl::StrCat("“", field.label(), "”填写有误：", fault));
    }
  }
}

void CheckMaterials(const CompiledBundle& compiled, const Route& route,
                    const v1::Application& application, Faults* faults) {
  for (const RouteDemand& demand : route.materials) {
    const Material& material = compiled.bundle().materials(demand.index);
    if (!demand.given_by_applicant || material.optional()) continue;
    const auto given = application.materials().find(material.id());
    if (given == application.materials().end() || given->second.empty()) {
      faults->Add("materials", material.id(),
                  absl::StrCat("请提供材料“", material.display_name(), "”"));
    }
  }
}

void CheckDelivery(const bundle::v1::Bundle& bundle, const v1::Application& application,
                   Faults* faults) {
  const auto& deliveries = bundle.deliveries();
  if (!deliveries.empty() &&
      std::find(deliveries.begin(), deliveries.end(), application.delivery()) == deliveries.end()) {
    faults->Add("delivery", "请从本事项提供的方式中选择结果送达方式");
  }
}

}  // namespace

absl::StatusOr<Route> ComputeRoute(const CompiledBundle& compiled, const AnswerMap& answers,
                                   const LeftOutItems& left_out_items,
                                   absl::string_view path_prefix) {
  Faults faults(path_prefix);
  ChosenOptions chosen = Choose(compiled, answers, &faults);
  const std::vector<bool> left_out = LeaveOut(compiled, left_out_items, &faults);
  RETURN_IF_ERROR(faults.ToUnknown());

  Route route;
  AskQuestions(compiled, &chosen, &route);
  if (route.exclusion.has_value()) {
    return Route{.exclusion = std::move(route.exclusion)};
  }
  AskForThings(compiled, chosen, left_out, &route);
  return route;
}

absl::Status CheckNames(const CompiledBundle& compiled, const v1::Application& application,
                        absl::string_view path_prefix) {
  Faults faults(path_prefix);
  for (const absl::string_view id : SortedKeys(application.form())) {
    if (!compiled.FindField(id).has_value()) faults.Add("form", id, "表单没有这一项");
  }
  for (const absl::string_view id : SortedKeys(application.materials())) {
    if (!compiled.FindMaterial(id).has_value()) faults.Add("materials", id, "没有这份材料");
  }
  return faults.ToUnknown();
}

common::v1::BadRequest CheckApplication(const CompiledBundle& compiled, const Route& route,
                                        const v1::Application& application,
                                        absl::string_view path_prefix) {
  Faults faults(path_prefix);
  for (const int question : route.open_questions) {
    const bundle::v1::Question& open = compiled.bundle().questions(question);
    faults.Add("answers", open.id(), absl::StrCat("请回答“", open.text(), "”"));
  }
  CheckForm(compiled, route, application, &faults);
  CheckMaterials(compiled, route, application, &faults);
  CheckDelivery(compiled.bundle(), application, &faults);
  return std::move(faults).Take();
}

}  // namespace onething::workflow
