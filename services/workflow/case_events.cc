#include "services/workflow/case_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onething::workflow {
namespace {

using v1::CaseItem;

// GB/T 2260, and 66 for the corps that takes part in national platforms like a province.
constexpr std::pair<absl::string_view, absl::string_view> kProvinces[] = {
    {"11", "北京市"},           {"12", "天津市"},           {"13", "河北省"},
    {"14", "山西省"},           {"15", "内蒙古自治区"},     {"21", "辽宁省"},
    {"22", "吉林省"},           {"23", "黑龙江省"},         {"31", "上海市"},
    {"32", "江苏省"},           {"33", "浙江省"},           {"34", "安徽省"},
    {"35", "福建省"},           {"36", "江西省"},           {"37", "山东省"},
    {"41", "河南省"},           {"42", "湖北省"},           {"43", "湖南省"},
    {"44", "广东省"},           {"45", "广西壮族自治区"},   {"46", "海南省"},
    {"50", "重庆市"},           {"51", "四川省"},           {"52", "贵州省"},
    {"53", "云南省"},           {"54", "西藏自治区"},       {"61", "陕西省"},
    {"62", "甘肃省"},           {"63", "青海省"},           {"64", "宁夏回族自治区"},
    {"65", "新疆维吾尔自治区"}, {"66", "新疆生产建设兵团"}, {"71", "台湾省"},
    {"81", "香港特别行政区"},   {"82", "澳门特别行政区"},
};

std::string Quoted(const EventItem& item) { return absl::StrCat("“", item.display_name, "”"); }

CaseEvent OfItem(absl::string_view kind, const EventItem& item, std::string sentence) {
  return {.kind = kind, .item = item.key, .sentence = std::move(sentence)};
}

}  // namespace

absl::string_view ProvinceName(absl::string_view province) {
  const auto* found = std::find_if(std::begin(kProvinces), std::end(kProvinces),
                                   [&](const auto& row) { return row.first == province; });
  return found == std::end(kProvinces) ? absl::string_view("外省") : found->second;
}

CaseEvent CaseCreated() { return {"case.created", "", "申请人建立了申请草稿"}; }

CaseEvent CaseUpdated() { return {"case.updated", "", "申请人修改了申请草稿"}; }

CaseEvent CaseSubmitted(int item_count, absl::string_view due_date) {
  return {"case.submitted", "",
          absl::StrCat("申请已提交，共", item_count, "个事项，承诺", due_date, "前办结")};
}

CaseEvent CaseWithdrawn() { return {"case.withdrawn", "", "申请人撤回了申请"}; }

CaseEvent CaseClosed(const v1::CaseRecord& record) {
  const auto count = [&record](CaseItem::State state) {
    return std::count(record.item_state().begin(), record.item_state().end(), state);
  };
  std::vector<std::string> parts;
  const std::pair<CaseItem::State, const char*> kinds[] = {{CaseItem::STATE_APPROVED, "准予"},
                                                           {CaseItem::STATE_REFUSED, "不予"},
                                                           {CaseItem::STATE_NOT_HANDLED, "未办理"}};
  for (const auto& [state, word] : kinds) {
    if (const auto items = count(state); items > 0)
      parts.push_back(absl::StrCat(word, items, "项"));
  }
  return {"case.closed", "", absl::StrCat("全部事项已办结：", absl::StrJoin(parts, "，"))};
}

CaseEvent ItemStarted(const EventItem& item, absl::string_view due_date) {
  return OfItem("item.started", item,
                absl::StrCat(Quoted(item), "已转", item.decider, "办理，承诺", due_date, "前办结"));
}

CaseEvent ItemHandedOver(const EventItem& item) {
  return OfItem("item.handed_over", item, absl::StrCat(Quoted(item), "移交", item.decider, "办理"));
}

CaseEvent ItemApproved(const EventItem& item) {
  return OfItem("item.approved", item, absl::StrCat(item.decider, "准予", Quoted(item)));
}

CaseEvent ItemRefused(const EventItem& item) {
  return OfItem("item.refused", item,
                absl::StrCat(item.decider, "对", Quoted(item), "作出不予办理的决定"));
}

CaseEvent ItemNotHandled(const EventItem& item) {
  return OfItem("item.not_handled", item,
                absl::StrCat(Quoted(item), "不再办理，因为有事项未获准予"));
}

CaseEvent TaskClaimed(const EventItem& item) {
  return OfItem("task.claimed", item, absl::StrCat(item.decider, "的工作人员已接手", Quoted(item)));
}

CaseEvent LicenseIssued(const EventItem& item) {
  return OfItem("license.issued", item, absl::StrCat(Quoted(item), "的电子证照已签发"));
}

CaseEvent TransferAccepted(const EventItem& item) {
  return OfItem("transfer.accepted", item,
                absl::StrCat("本省中继已收存", Quoted(item), "，将送达", item.decider));
}

CaseEvent TransferDelivered(const EventItem& item) {
  return OfItem("transfer.delivered", item, absl::StrCat(Quoted(item), "已送达", item.decider));
}

CaseEvent TransferProcessed(const EventItem& item) {
  return OfItem("transfer.processed", item, absl::StrCat(item.decider, "已接办", Quoted(item)));
}

CaseEvent TransferResult(const EventItem& item, bool too_late) {
  return OfItem("transfer.result", item,
                absl::StrCat("收到", item.decider, "对", Quoted(item), "的办理结果",
                             too_late ? "，但该事项已先行终止，结果不再生效" : ""));
}

}  // namespace onething::workflow
