#include "services/catalogue/item_rules.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/catalog_code.h"
#include "libs/codes/task_code.h"

namespace onething::catalogue {
namespace {

using v1::Item;
using v1::RuleFinding;

bool HasForm(const Item& item, v1::HandleForm form) {
  return std::find(item.handle_forms().begin(), item.handle_forms().end(), form) !=
         item.handle_forms().end();
}

// Collects findings of one item.
class Findings {
 public:
  void Error(absl::string_view rule, absl::string_view field, absl::string_view sentence) {
    Add(rule, field, sentence, true);
  }
  void Warning(absl::string_view rule, absl::string_view field, absl::string_view sentence) {
    Add(rule, field, sentence, false);
  }
  std::vector<RuleFinding> Take() { return std::move(findings_); }

 private:
  void Add(absl::string_view rule, absl::string_view field, absl::string_view sentence,
           bool error) {
    RuleFinding finding;
    finding.set_rule(std::string(rule));
    finding.set_field(std::string(field));
    finding.set_sentence(std::string(sentence));
    finding.set_error(error);
    findings_.push_back(std::move(finding));
  }

  std::vector<RuleFinding> findings_;
};

// A working day is at least one calendar day, so the two units compare in one direction only.
void CheckLimits(const Item& item, Findings* findings) {
  const v1::TimeLimit& promised = item.promised_limit();
  const v1::TimeLimit& statutory = item.statutory_limit();
  const bool promised_unit_longer = promised.unit() == v1::LIMIT_UNIT_WORKING_DAY &&
                                    statutory.unit() == v1::LIMIT_UNIT_CALENDAR_DAY;
  if (promised.unit() == statutory.unit() || promised_unit_longer) {
    if (promised.days() > statutory.days()) {
      findings->Error("R1", "promised_limit", "承诺办结时限不得长于法定办结时限，请缩短承诺时限");
      return;
    }
  }
  if (promised.unit() != statutory.unit() && promised.days() > 0) {
    findings->Warning("R1", "promised_limit",
                      "承诺时限与法定时限的单位不同，请核对承诺是否确实不长于法定");
  }
}

void CheckProjectType(const Item& item, Findings* findings) {
  const bool on_the_spot = item.project_type() == v1::PROJECT_TYPE_ON_THE_SPOT;
  const bool promises_days = item.promised_limit().days() > 0;
  if (on_the_spot && promises_days) {
    findings->Error("R2", "project_type", "即办件应当场办结：承诺时限须为 0 天，否则请改为承诺件");
  }
  if (item.project_type() == v1::PROJECT_TYPE_PROMISED && !promises_days) {
    findings->Error("R2", "project_type", "承诺件的承诺时限至少 1 天；当场办结的请改为即办件");
  }
  if (on_the_spot && item.visits() > 1) {
    findings->Warning("R10", "visits", "即办件应当“最多跑一次”，到现场次数不宜超过 1 次");
  }
}

void CheckVisits(const Item& item, Findings* findings) {
  if (item.visits() == 0 && !item.visit_reason().empty()) {
    findings->Error("R3", "visit_reason", "到现场次数为 0 时不应填写必须现场办理的原因");
  }
  if (item.visits() > 0 && item.visit_reason().empty()) {
    findings->Error("R3", "visit_reason", "到现场次数大于 0 时须写明必须现场办理的原因");
  }
  const bool online = item.fully_online() || HasForm(item, v1::HANDLE_FORM_ONLINE) ||
                      HasForm(item, v1::HANDLE_FORM_MOBILE);
  if (item.visits() == 0 && !online && !HasForm(item, v1::HANDLE_FORM_MAIL)) {
    findings->Warning("R4", "handle_forms", "不跑现场又不能网办的事项，办理形式应包含快递申请");
  }
  if (item.fully_online() && item.visits() > 0) {
    findings->Error("R5", "fully_online", "全程网办的事项到现场次数须为 0");
  }
}

void CheckFees(const Item& item, Findings* findings) {
  if (item.charges() && (item.fee_basis().empty() || item.fees().empty())) {
    findings->Error("R6", "fees", "收费事项须写明收费依据，并至少列出一个收费项目及标准");
  }
  if (!item.charges() && (item.online_payment() || !item.fees().empty())) {
    findings->Error("R6", "online_payment", "不收费的事项不应列收费项目或网上支付");
  }
}

void CheckMaterials(const Item& item, Findings* findings) {
  for (int i = 0; i < item.materials_size(); ++i) {
    const v1::ItemMaterial& material = item.materials(i);
    const std::string field = absl::StrCat("materials[", i, "]");
    if (IsCatchAllName(material.name())) {
      findings->Error(
          "R11", absl::StrCat(field, ".name"),
          absl::StrCat("不得使用兜底性材料名称“", material.name(), "”，请写明具体材料"));
    }
    if (material.shared_data() && material.need() == v1::MATERIAL_NEED_REQUIRED) {
      findings->Warning(
          "R12", field,
          absl::StrCat("“", material.name(), "”可由部门共享获取，不应要求申请人提交"));
    }
  }
}

}  // namespace

std::vector<RuleFinding> CheckItem(const Item& item) {
  Findings findings;
  CheckLimits(item, &findings);
  CheckProjectType(item, &findings);
  CheckVisits(item, &findings);
  CheckFees(item, &findings);
  if (item.enquiry_phone() == item.complaint_phone()) {
    findings.Error("R7", "complaint_phone", "咨询电话与监督投诉电话不得相同");
  }
  if (item.has_result() && (item.result().name().empty() || item.result().sample_uri().empty())) {
    findings.Error("R8", "result", "有办理结果的事项须写明结果名称并提供结果样本");
  }
  CheckMaterials(item, &findings);
  std::vector<RuleFinding> result = findings.Take();
  const auto number = [](const RuleFinding& finding) {
    return std::stoi(finding.rule().substr(1));
  };
  std::stable_sort(result.begin(), result.end(), [&](const RuleFinding& a, const RuleFinding& b) {
    return number(a) < number(b);
  });
  return result;
}

absl::Status CheckItemCodes(const Item& item) {
  const auto mismatch = [&item](const absl::Status& why) {
    return MakeError(absl::StatusCode::kInvalidArgument,
                     common::v1::ERROR_REASON_ITEM_CODE_MISMATCH,
                     absl::StrCat("事项编码互相矛盾：", why.message()),
                     {{"task_code", item.task_code()}, {"catalog_code", item.catalog_code()}});
  };
  const absl::StatusOr<codes::TaskCode> task_code = codes::TaskCode::Parse(item.task_code());
  if (!task_code.ok()) {
    return mismatch(task_code.status());
  }
  const absl::StatusOr<codes::CatalogCode> catalog_code =
      codes::CatalogCode::Parse(item.catalog_code());
  if (!catalog_code.ok()) {
    return mismatch(catalog_code.status());
  }
  const absl::Status agrees = task_code->CheckAgainst(
      *catalog_code, item.item_type(), absl::StrCat(static_cast<int>(item.use_level())));
  return agrees.ok() ? absl::OkStatus() : mismatch(agrees);
}

bool IsCatchAllName(absl::string_view material_name) {
  constexpr absl::string_view kCatchAllWords[] = {"其他材料",     "其它材料",     "其他相关材料",
                                                  "其它相关材料", "其他有关材料", "规定的其他",
                                                  "规定的其它",   "要求的其他"};
  return std::any_of(
      std::begin(kCatchAllWords), std::end(kCatchAllWords),
      [&](absl::string_view word) { return absl::StrContains(material_name, word); });
}

bool IsAvailable(const Item& item, absl::string_view date) {
  return item.state() == Item::STATE_PUBLISHED &&
         (item.effective_date().empty() || item.effective_date() <= date) &&
         (item.expiry_date().empty() || date < item.expiry_date());
}

Item ContentOf(Item item) {
  item.clear_name();
  item.clear_authority_code();
  item.clear_state();
  item.clear_state_reason();
  item.clear_version();
  item.clear_draft_pending();
  item.clear_create_time();
  item.clear_update_time();
  item.clear_etag();
  return item;
}

bool SameContent(const Item& a, const Item& b) {
  return ContentOf(a).SerializeAsString() == ContentOf(b).SerializeAsString();
}

}  // namespace onething::catalogue
