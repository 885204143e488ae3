#include "tools/onething/notice_text.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

using workflow::v1::Notice;
using Answers = google::protobuf::Map<std::string, std::string>;

constexpr char kIndent[] = "  ";

// Names of the items for their keys.
using ItemNames = std::map<std::string, std::string>;

template <class Keys>
std::string NamesOf(const Keys& keys, const ItemNames& names) {
  return absl::StrJoin(keys, "、", [&](std::string* text, const std::string& key) {
    const auto found = names.find(key);
    text->append(found == names.end() ? key : found->second);
  });
}

// What was answered; of an open question what can be.
std::string AnswerText(const bundle::v1::Question& question, const Answers& answers) {
  const auto given = answers.find(question.id());
  std::vector<std::string> choices;
  for (const auto& option : question.options()) {
    if (given != answers.end() && option.id() == given->second) {
      return option.text();
    }
    choices.push_back(absl::StrCat(question.id(), "=", option.id(), " ", option.text()));
  }
  return absl::StrCat("待答：", absl::StrJoin(choices, "；"));
}

std::string QuestionsText(const Notice& notice, const Answers& answers) {
  TextTable table({"问题", "回答"});
  for (const auto& question : notice.questions()) {
    table.AddRow({question.text(), AnswerText(question, answers)});
  }
  return table.empty() ? "" : absl::StrCat("情形\n", table.ToString(kIndent, 80));
}

std::string ItemsText(const Notice& notice, const ItemNames& names) {
  TextTable table({"事项", "部门", "承诺天数", "在其后办理", "说明"});
  for (const auto& item : notice.items()) {
    std::vector<std::string> remarks;
    if (item.optional()) {
      remarks.push_back("可选");
    }
    if (!item.province().empty()) {
      remarks.push_back(absl::StrCat(item.province(), " 省办理"));
    }
    if (!item.in_joint_limit()) {
      remarks.push_back("不计入联办时限");
    }
    table.AddRow({item.display_name(), item.authority_name(), absl::StrCat(item.promised_days()),
                  NamesOf(item.needs(), names), absl::StrJoin(remarks, "，")});
  }
  return absl::StrCat("事项 ", notice.items_size(), " 项\n", table.ToString(kIndent));
}

std::string FormText(const Notice& notice, const ItemNames& names) {
  TextTable table({"字段", "填写项", "必填", "用于"});
  for (const auto& field : notice.fields()) {
    table.AddRow({field.field().id(), field.field().label(), YesNo(!field.field().optional()),
                  NamesOf(field.needed_by(), names)});
  }
  return absl::StrCat("一张表单 ", notice.fields_size(), " 个字段\n", table.ToString(kIndent));
}

std::string MaterialsText(const Notice& notice, const ItemNames& names) {
  const auto given = std::count_if(notice.materials().begin(), notice.materials().end(),
                                   [](const auto& material) { return !material.exempt(); });
  TextTable table({"材料", "来源", "提交", "用于"});
  for (const auto& material : notice.materials()) {
    const std::string must = material.exempt() ? absl::StrCat("免交：", material.reason())
                             : material.material().optional() ? "可不交"
                                                              : "须提交";
    table.AddRow({material.material().display_name(), Word(material.material().source()), must,
                  NamesOf(material.needed_by(), names)});
  }
  return absl::StrCat("一套材料 ", notice.materials_size(), " 份，须申请人准备 ", given, " 份\n",
                      table.ToString(kIndent));
}

std::string LimitLine(const Notice& notice) {
  return absl::StrCat("联办时限 ", notice.joint_limit_working_days(), " 个工作日",
                      notice.joint_due_date().empty()
                          ? ""
                          : absl::StrCat("，今日提交则不迟于 ", notice.joint_due_date()),
                      "\n");
}

std::string SavingsText(const Notice& notice) {
  if (!notice.has_savings() || !notice.savings().has_single()) {
    return "";
  }
  const auto& savings = notice.savings();
  const auto& single = savings.single();
  TextTable table({"节省", "逐项办理", "一件事"});
  table.AddRow(
      {"工作日", absl::StrCat(single.working_days()), absl::StrCat(savings.working_days())});
  table.AddRow({"材料", absl::StrCat(single.materials()), absl::StrCat(savings.materials())});
  table.AddRow({"环节", absl::StrCat(single.steps()), "1"});
  table.AddRow({"跑动", absl::StrCat(single.trips()), "-"});
  table.AddRow({"表单", absl::StrCat(notice.items_size()), absl::StrCat(savings.forms())});
  return absl::StrCat(
      table.ToString(kIndent),
      single.source().empty() ? "" : absl::StrCat("  依据：", single.source(), "\n"));
}

}  // namespace

std::string NoticeText(const Notice& notice, const Answers& answers) {
  const std::string title =
      absl::StrCat("一次告知：", notice.display_name(), "（", notice.bundle(), "）\n");
  const std::string questions = QuestionsText(notice, answers);
  if (notice.has_exclusion()) {
    return absl::StrCat(title, questions, "不能通过这件事办理：", notice.exclusion().reason(),
                        "\n请改为：", notice.exclusion().instead(), "\n");
  }
  ItemNames names;
  for (const auto& item : notice.items()) {
    names[item.item()] = item.display_name();
  }
  return absl::StrCat(title, questions, ItemsText(notice, names), FormText(notice, names),
                      MaterialsText(notice, names), LimitLine(notice), SavingsText(notice));
}

}  // namespace onething::tool
