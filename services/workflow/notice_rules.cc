#include "services/workflow/notice_rules.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"

namespace onething::workflow {
namespace {

using bundle::v1::Bundle;
using bundle::v1::BundleItem;
using bundle::v1::SingleHandling;

void AddQuestions(const Bundle& bundle, const Route& route, v1::Notice* notice) {
  for (const int question : route.questions) {
    *notice->add_questions() = bundle.questions(question);
  }
  for (const int question : route.open_questions) {
    notice->add_open_questions(bundle.questions(question).id());
  }
}

void AddItems(const CompiledBundle& compiled, const Route& route, v1::Notice* notice) {
  for (const RouteItem& on_route : route.items) {
    const BundleItem& item = compiled.bundle().items(on_route.item);
    v1::NoticeItem* entry = notice->add_items();
    entry->set_item(item.id());
    entry->set_display_name(compiled.pinned(on_route.item).display_name());
    entry->set_authority_name(compiled.authority_of(on_route.item).display_name());
    entry->set_promised_days(compiled.pinned(on_route.item).promised_days());
    for (const int need : on_route.needs) {
      entry->add_needs(compiled.bundle().items(need).id());
    }
    entry->set_optional(item.optional());
    entry->set_in_joint_limit(item.in_joint_limit());
    entry->set_province(item.cross_province().province());
  }
}

template <class Entry>
void AddUsers(const Bundle& bundle, const RouteDemand& demand, Entry* entry) {
  for (const int item : demand.needed_by) {
    entry->add_needed_by(bundle.items(item).id());
  }
}

void AddForm(const Bundle& bundle, const Route& route, v1::Notice* notice) {
  for (const RouteDemand& demand : route.fields) {
    v1::NoticeField* entry = notice->add_fields();
    *entry->mutable_field() = bundle.fields(demand.index);
    AddUsers(bundle, demand, entry);
  }
}

void AddMaterials(const CompiledBundle& compiled, const Route& route, v1::Notice* notice) {
  for (const RouteDemand& demand : route.materials) {
    v1::NoticeMaterial* entry = notice->add_materials();
    *entry->mutable_material() = compiled.bundle().materials(demand.index);
    AddUsers(compiled.bundle(), demand, entry);
    entry->set_exempt(!demand.given_by_applicant);
    entry->set_reason(ReasonOfExemption(compiled, demand));
  }
}

// After how many promised days each item of a route is done, when every item begins as soon as
// those it needs are.
class DoneDays {
 public:
  DoneDays(const CompiledBundle& compiled, const Route& route)
      : compiled_(compiled), on_route_(static_cast<size_t>(compiled.bundle().items_size())) {
    for (const RouteItem& item : route.items) {
      on_route_[static_cast<size_t>(item.item)] = &item;
    }
    days_.resize(on_route_.size());
  }

  int32_t Of(int item) {
    const auto at = static_cast<size_t>(item);
    if (days_[at].has_value()) return *days_[at];
    int32_t start = 0;
    for (const int need : on_route_[at]->needs) {
      start = std::max(start, Of(need));
    }
    return days_[at].emplace(start + compiled_.pinned(item).promised_days());
  }

 private:
  const CompiledBundle& compiled_;
  std::vector<const RouteItem*> on_route_;
  std::vector<std::optional<int32_t>> days_;
};

v1::Savings SavingsOf(const CompiledBundle& compiled, const Route& route) {
  v1::Savings savings;
  *savings.mutable_single() = SingleHandlingOf(compiled, route);
  savings.set_materials(static_cast<int32_t>(
      std::count_if(route.materials.begin(), route.materials.end(), [&](const auto& demand) {
        return demand.given_by_applicant && !compiled.bundle().materials(demand.index).optional();
      })));
  savings.set_forms(1);
  savings.set_working_days(compiled.bundle().joint_limit_working_days());
  return savings;
}

}  // namespace

std::string ReasonOfExemption(const CompiledBundle& compiled, const RouteDemand& demand) {
  if (demand.given_by_applicant) return "";
  switch (compiled.bundle().materials(demand.index).source()) {
    case bundle::v1::MATERIAL_SOURCE_E_LICENCE:
      return "从电子证照库调取，免提交";
    case bundle::v1::MATERIAL_SOURCE_DATA_SHARING:
      return "由部门间数据共享核验，免提交";
    case bundle::v1::MATERIAL_SOURCE_EARLIER_RESULT: {
      const int from_item = compiled.from_item_of(demand.index).value_or(0);
      return absl::StrCat("“", compiled.pinned(from_item).display_name(),
                          "”办结后由系统带入，免提交");
    }
    default:
      return "由系统根据申请表生成，免提交";
  }
}

SingleHandling SingleHandlingOf(const CompiledBundle& compiled, const Route& route) {
  if (compiled.bundle().has_single_handling()) return compiled.bundle().single_handling();
  SingleHandling single;
  DoneDays done_days(compiled, route);
  int32_t working_days = 0;
  int32_t materials = 0;
  for (const RouteItem& item : route.items) {
    working_days = std::max(working_days, done_days.Of(item.item));
    materials += compiled.pinned(item.item).single_material_count();
  }
  single.set_working_days(working_days);
  single.set_materials(materials);
  single.set_source("按各事项办事指南计算");
  return single;
}

v1::Notice MakeNotice(const CompiledBundle& compiled, const Route& route) {
  const Bundle& bundle = compiled.bundle();
  v1::Notice notice;
  notice.set_bundle(compiled.name());
  notice.set_display_name(bundle.display_name());
  if (route.exclusion.has_value()) {
    *notice.mutable_exclusion() = route.exclusion->exclusion;
    return notice;
  }
  AddQuestions(bundle, route, &notice);
  AddItems(compiled, route, &notice);
  AddForm(bundle, route, &notice);
  AddMaterials(compiled, route, &notice);
  notice.set_joint_limit_working_days(bundle.joint_limit_working_days());
  *notice.mutable_savings() = SavingsOf(compiled, route);
  return notice;
}

}  // namespace onething::workflow
