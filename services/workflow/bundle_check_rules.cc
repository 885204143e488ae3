#include "services/workflow/bundle_check_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "libs/codes/license_identifier.h"
#include "libs/codes/region_code.h"
#include "libs/codes/task_code.h"
#include "libs/config/source_map.h"
#include "services/workflow/answer_rules.h"
#include "services/workflow/compiled_bundle.h"
#include "services/workflow/needs_rules.h"

namespace onething::workflow {
namespace {

using bundle::v1::Bundle;
using bundle::v1::BundleItem;
using bundle::v1::Condition;
using bundle::v1::FormField;
using bundle::v1::Material;
using bundle::v1::Question;

// One check of one bundle.
class BundleCheck {
 public:
  explicit BundleCheck(const Bundle& bundle) : bundle_(bundle), keys_(bundle) {}

  std::vector<BundleFinding> Run() && {
    CheckKeys();
    CheckHead();
    CheckQuestions();
    CheckItems();
    CheckMaterials();
    CheckFields();
    CheckUse();
    CheckFlow();
    return std::move(findings_).Take();
  }

 private:
  void CheckKeys();
  void CheckHead();
  void CheckQuestions();
  void CheckCondition(const std::string& path, const Condition& condition, int question_limit);
  void CheckTerms(const std::string& path,
                  const google::protobuf::RepeatedPtrField<std::string>& terms, int question_limit);
  void CheckItems();
  void CheckItemCode(const std::string& path, const BundleItem& item);
  void CheckLicence(const std::string& path, const BundleItem& item);
  void CheckLicenceSource(const std::string& path, const BundleItem& item,
                          const std::string& source, bool must_be_field);
  void CheckProvince(const std::string& path, const BundleItem& item);
  void CheckMaterials();
  void CheckFields();
  void CheckUse();
  void CheckFlow();

  // A list of keys of one kind: each known, none twice.
  void CheckReferences(const std::string& path, absl::string_view kind,
                       const google::protobuf::RepeatedPtrField<std::string>& ids,
                       const KeyIndex& known);
  template <class List>
  void CheckUnique(absl::string_view path, const List& list);

  static bool AsksFor(const BundleItem& item, const std::string& field) {
    return std::find(item.fields().begin(), item.fields().end(), field) != item.fields().end();
  }

  const Bundle& bundle_;
  const BundleKeys keys_;
  absl::flat_hash_set<std::string> task_codes_;
  BundleFindings findings_;
};

template <class List>
void BundleCheck::CheckUnique(absl::string_view path, const List& list) {
  absl::flat_hash_map<std::string, int> first;
  for (int i = 0; i < list.size(); ++i) {
    const auto [found, is_new] = first.emplace(list[i].id(), i);
    if (!is_new) {
      findings_.Error(absl::StrCat(ElementPath(path, i), ".id"),
                      absl::StrCat("“", list[i].id(), "”与第", found->second + 1, "个重复"));
    }
  }
}

void BundleCheck::CheckKeys() {
  CheckUnique("authorities", bundle_.authorities());
  CheckUnique("questions", bundle_.questions());
  for (int i = 0; i < bundle_.questions_size(); ++i) {
    CheckUnique(absl::StrCat(ElementPath("questions", i), ".options"),
                bundle_.questions(i).options());
  }
  CheckUnique("items", bundle_.items());
  CheckUnique("materials", bundle_.materials());
  CheckUnique("fields", bundle_.fields());
}

void BundleCheck::CheckHead() {
  if (!keys_.authorities.Find(bundle_.lead_authority()).has_value()) {
    findings_.Error("lead_authority", keys_.authorities.Missing("部门", bundle_.lead_authority()));
  }
  if (!bundle_.expiry_date().empty() && bundle_.expiry_date() <= bundle_.effective_date()) {
    findings_.Error("expiry_date", "失效日期应晚于生效日期");
  }
  std::set<int> seen;
  for (int i = 0; i < bundle_.deliveries_size(); ++i) {
    const bundle::v1::Delivery delivery = bundle_.deliveries(i);
    if (delivery == bundle::v1::DELIVERY_UNSPECIFIED || !seen.insert(delivery).second) {
      findings_.Error(ElementPath("deliveries", i), "送达方式未写明或重复");
    }
  }
}

void BundleCheck::CheckQuestions() {
  for (int i = 0; i < bundle_.questions_size(); ++i) {
    const Question& question = bundle_.questions(i);
    const std::string path = ElementPath("questions", i);
    CheckCondition(absl::StrCat(path, ".when"), question.when(), i);
    const bool all_lead_out =
        std::all_of(question.options().begin(), question.options().end(),
                    [](const auto& option) { return option.has_exclusion(); });
    if (all_lead_out) {
      findings_.Error(absl::StrCat(path, ".options"),
                      "每个选项都不能继续办理；请把不予联办的理由写在前面问题的选项上");
    }
  }
}

// `question_limit`: questions from this position on may not be named, because they are asked later.
void BundleCheck::CheckCondition(const std::string& path, const Condition& condition,
                                 int question_limit) {
  CheckTerms(absl::StrCat(path, ".all"), condition.all(), question_limit);
  CheckTerms(absl::StrCat(path, ".any"), condition.any(), question_limit);
  CheckTerms(absl::StrCat(path, ".none"), condition.none(), question_limit);
}

void BundleCheck::CheckTerms(const std::string& path,
                             const google::protobuf::RepeatedPtrField<std::string>& terms,
                             int question_limit) {
  for (int i = 0; i < terms.size(); ++i) {
    const size_t equals = terms[i].find('=');
    const std::string question_id = terms[i].substr(0, equals);
    const std::string option_id = equals == std::string::npos ? "" : terms[i].substr(equals + 1);
    const std::optional<int> question = keys_.questions.Find(question_id);
    if (!question.has_value()) {
      findings_.Error(ElementPath(path, i), keys_.questions.Missing("问题", question_id));
      continue;
    }
    if (*question >= question_limit) {
      findings_.Error(ElementPath(path, i),
                      absl::StrCat("问题“", question_id, "”在后面才问，只能引用前面的问题"));
      continue;
    }
    const KeyIndex options(bundle_.questions(*question).options());
    if (!options.Find(option_id).has_value()) {
      findings_.Error(ElementPath(path, i),
                      options.Missing(absl::StrCat("问题“", question_id, "”的选项"), option_id));
    }
  }
}

void BundleCheck::CheckReferences(const std::string& path, absl::string_view kind,
                                  const google::protobuf::RepeatedPtrField<std::string>& ids,
                                  const KeyIndex& known) {
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < ids.size(); ++i) {
    if (!known.Find(ids[i]).has_value()) {
      findings_.Error(ElementPath(path, i), known.Missing(kind, ids[i]));
    } else if (!seen.insert(ids[i]).second) {
      findings_.Error(ElementPath(path, i), absl::StrCat(kind, "“", ids[i], "”重复列出"));
    }
  }
}

void BundleCheck::CheckItems() {
  bool any_in_joint_limit = false;
  for (int i = 0; i < bundle_.items_size(); ++i) {
    const BundleItem& item = bundle_.items(i);
    const std::string path = ElementPath("items", i);
    CheckItemCode(path, item);
    CheckCondition(absl::StrCat(path, ".when"), item.when(), bundle_.questions_size());
    CheckReferences(absl::StrCat(path, ".needs"), "事项", item.needs(), keys_.items);
    CheckReferences(absl::StrCat(path, ".materials"), "材料", item.materials(), keys_.materials);
    CheckReferences(absl::StrCat(path, ".fields"), "表单项", item.fields(), keys_.fields);
    if (item.has_issues()) CheckLicence(absl::StrCat(path, ".issues"), item);
    if (item.has_cross_province()) CheckProvince(absl::StrCat(path, ".cross_province"), item);
    any_in_joint_limit |= item.in_joint_limit();
  }
  if (!any_in_joint_limit) {
    findings_.Warning("joint_limit_working_days",
                      "没有事项计入联办时限，请在相应事项写 in_joint_limit: true");
  }
}

void BundleCheck::CheckItemCode(const std::string& path, const BundleItem& item) {
  const std::optional<int> authority = keys_.authorities.Find(item.authority());
  if (!authority.has_value()) {
    findings_.Error(absl::StrCat(path, ".authority"),
                    keys_.authorities.Missing("部门", item.authority()));
  }
  if (!task_codes_.insert(item.task_code()).second) {
    findings_.Error(absl::StrCat(path, ".task_code"), "同一实施编码不能列入两次");
  }
  const absl::StatusOr<codes::TaskCode> code = codes::TaskCode::Parse(item.task_code());
  if (!code.ok()) {
    findings_.Error(absl::StrCat(path, ".task_code"), std::string(code.status().message()));
  } else if (authority.has_value() &&
             code->authority().value() != bundle_.authorities(*authority).credit_code()) {
    findings_.Error(absl::StrCat(path, ".task_code"),
                    absl::StrCat("实施编码前18位不是部门“", item.authority(),
                                 "”的统一社会信用代码，请核对事项或部门"));
  }
}

void BundleCheck::CheckLicence(const std::string& path, const BundleItem& item) {
  const bundle::v1::IssuedLicense& licence = item.issues();
  const auto type = codes::LicenseTypeCode::Parse(licence.type_code());
  if (!type.ok()) {
    findings_.Error(absl::StrCat(path, ".type_code"), std::string(type.status().message()));
  }
  if (item.has_cross_province()) {
    findings_.Error(path, "由外省办理的事项，证照由外省签发，这里不能写 issues");
  }
  if (licence.holder_name_field().empty() != licence.holder_code_field().empty()) {
    findings_.Error(path, "持证人的姓名和号码要么都写，要么都不写（不写时持证人为申请人）");
  }
  if (!licence.holder_name_field().empty()) {
    CheckLicenceSource(absl::StrCat(path, ".holder_name_field"), item, licence.holder_name_field(),
                       /*must_be_field=*/true);
  }
  if (!licence.holder_code_field().empty()) {
    CheckLicenceSource(absl::StrCat(path, ".holder_code_field"), item, licence.holder_code_field(),
                       /*must_be_field=*/false);
  }
  const std::set<std::string> names = [&licence] {
    std::set<std::string> sorted;
    for (const auto& [name, source] : licence.elements()) sorted.insert(name);
    return sorted;
  }();
  for (const std::string& name : names) {
    CheckLicenceSource(absl::StrCat(path, ".elements", config::SourceMap::KeyPart(name)), item,
                       licence.elements().at(name), /*must_be_field=*/false);
  }
}

// `source` is a form field of the item or, where that may be, an element given with the decision.
void BundleCheck::CheckLicenceSource(const std::string& path, const BundleItem& item,
                                     const std::string& source, bool must_be_field) {
  if (keys_.fields.Find(source).has_value()) {
    if (!AsksFor(item, source)) {
      findings_.Error(path, absl::StrCat("事项“", item.id(), "”没有填写表单项“", source,
                                         "”，请列入它的 fields"));
    }
  } else if (must_be_field) {
    findings_.Error(path, keys_.fields.Missing("表单项", source));
  } else if (const std::string meant = keys_.fields.DidYouMean(source); !meant.empty()) {
    findings_.Warning(path,
                      absl::StrCat("没有表单项“", source, "”，将由办理人员在决定时填写", meant));
  }
}

void BundleCheck::CheckProvince(const std::string& path, const BundleItem& item) {
  const bundle::v1::CrossProvince& cross = item.cross_province();
  if (!codes::IsProvincePrefix(cross.province())) {
    findings_.Error(absl::StrCat(path, ".province"), "没有这个省级行政区划代码");
  } else if (cross.province() == bundle_.region_code().substr(0, 2)) {
    findings_.Error(absl::StrCat(path, ".province"), "这是本省，不需要跨省转办");
  }
  CheckReferences(absl::StrCat(path, ".fields"), "表单项", cross.fields(), keys_.fields);
  for (int i = 0; i < cross.fields_size(); ++i) {
    if (keys_.fields.Find(cross.fields(i)).has_value() && !AsksFor(item, cross.fields(i))) {
      findings_.Error(
          ElementPath(absl::StrCat(path, ".fields"), i),
          absl::StrCat("事项“", item.id(), "”没有填写表单项“", cross.fields(i), "”，不得转给外省"));
    }
  }
}

void BundleCheck::CheckMaterials() {
  for (int i = 0; i < bundle_.materials_size(); ++i) {
    const Material& material = bundle_.materials(i);
    const std::string path = ElementPath("materials", i);
    CheckCondition(absl::StrCat(path, ".when"), material.when(), bundle_.questions_size());

    const bool is_result = material.source() == bundle::v1::MATERIAL_SOURCE_EARLIER_RESULT;
    if (is_result && material.from_item().empty()) {
      findings_.Error(absl::StrCat(path, ".from_item"), "前一项的结果须写明 from_item");
    } else if (!is_result && !material.from_item().empty()) {
      findings_.Error(absl::StrCat(path, ".from_item"), "只有前一项的结果才写 from_item");
    } else if (is_result && !keys_.items.Find(material.from_item()).has_value()) {
      findings_.Error(absl::StrCat(path, ".from_item"),
                      keys_.items.Missing("事项", material.from_item()));
    }

    const bool is_licence = material.source() == bundle::v1::MATERIAL_SOURCE_E_LICENCE;
    const auto type = codes::LicenseTypeCode::Parse(material.license_type());
    if (is_licence && material.license_type().empty()) {
      findings_.Error(absl::StrCat(path, ".license_type"), "电子证照须写明证照类型代码");
    } else if (!is_licence && !material.license_type().empty()) {
      findings_.Error(absl::StrCat(path, ".license_type"), "只有电子证照才写证照类型代码");
    } else if (is_licence && !type.ok()) {
      findings_.Error(absl::StrCat(path, ".license_type"), std::string(type.status().message()));
    }
  }
}

void BundleCheck::CheckFields() {
  for (int i = 0; i < bundle_.fields_size(); ++i) {
    const FormField& field = bundle_.fields(i);
    const std::string path = ElementPath("fields", i);
    CheckCondition(absl::StrCat(path, ".when"), field.when(), bundle_.questions_size());

    const bool is_choice = field.type() == bundle::v1::FIELD_TYPE_CHOICE;
    if (is_choice && field.choices().empty()) {
      findings_.Error(absl::StrCat(path, ".choices"), "选择项须列出可选的内容");
    } else if (!is_choice && !field.choices().empty()) {
      findings_.Error(absl::StrCat(path, ".choices"), "只有类型为 choice 的表单项才列可选内容");
    }
    const std::set<std::string> distinct(field.choices().begin(), field.choices().end());
    if (distinct.size() != static_cast<size_t>(field.choices_size())) {
      findings_.Error(absl::StrCat(path, ".choices"), "可选内容有重复");
    }
    if (field.length_max() != 0 && field.type() != bundle::v1::FIELD_TYPE_TEXT) {
      findings_.Error(absl::StrCat(path, ".length_max"), "只有文字表单项才限制字数");
    }
    const bool is_personal = field.type() == bundle::v1::FIELD_TYPE_CITIZEN_NUMBER ||
                             field.type() == bundle::v1::FIELD_TYPE_PHONE;
    if (is_personal && !field.sensitive()) {
      findings_.Warning(path, "身份号码、手机号码属于个人信息，应写 sensitive: true");
    }
  }
}

// What is described but used by nobody.
void BundleCheck::CheckUse() {
  absl::flat_hash_set<absl::string_view> used_authorities;
  absl::flat_hash_set<absl::string_view> used_materials;
  absl::flat_hash_set<absl::string_view> used_fields;
  used_authorities.insert(bundle_.lead_authority());
  for (const BundleItem& item : bundle_.items()) {
    used_authorities.insert(item.authority());
    used_materials.insert(item.materials().begin(), item.materials().end());
    used_fields.insert(item.fields().begin(), item.fields().end());
  }
  const auto report = [this](absl::string_view path, const auto& list, const auto& used,
                             absl::string_view sentence) {
    for (int i = 0; i < list.size(); ++i) {
      if (!used.contains(list[i].id())) {
        findings_.Warning(ElementPath(path, i), absl::StrCat("“", list[i].id(), "”", sentence));
      }
    }
  };
  report("authorities", bundle_.authorities(), used_authorities, "没有办理任何事项");
  report("materials", bundle_.materials(), used_materials, "没有事项需要这份材料");
  report("fields", bundle_.fields(), used_fields, "没有事项需要这个表单项");
}

// Needs and conditions, once all keys lead somewhere.
void BundleCheck::CheckFlow() {
  v1::PublishedBundle unpinned;
  *unpinned.mutable_bundle() = bundle_;
  for (int i = 0; i < bundle_.items_size(); ++i) {
    unpinned.add_pinned_items();
  }
  const auto compiled = CompiledBundle::Compile(std::move(unpinned));
  if (compiled.ok()) {
    CheckNeeds(**compiled, &findings_);
    CheckAnswers(**compiled, &findings_);
  }
}

}  // namespace

std::vector<BundleFinding> CheckBundle(const Bundle& bundle) { return BundleCheck(bundle).Run(); }

}  // namespace onething::workflow
