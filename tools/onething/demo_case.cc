#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "onething/ops/v1/operations.pb.h"
#include "tools/onething/demo.h"
#include "tools/onething/format.h"
#include "tools/onething/sample_data.h"

namespace onething::tool {
namespace {

using workflow::v1::Case;
using workflow::v1::CaseItem;

constexpr char kCreateCase[] = "onething.workflow.v1.Cases/CreateCase";

workflow::v1::CreateCaseRequest SubmitRequest(const workflow::v1::Application& application) {
  workflow::v1::CreateCaseRequest request;
  request.set_bundle("bundles/newborn");
  *request.mutable_application() = application;
  request.set_submit(true);
  request.set_request_id(RandomId());
  return request;
}

}  // namespace

void Demo::Submit() {
  story_.Chapter("四、一次提交");
  const std::string& applicant = application_.applicant().code();
  story_.Run(
      "身份证号校验位写错，被当场指出且什么都没有留下", [&]() -> absl::StatusOr<std::string> {
        workflow::v1::CreateCaseRequest wrong = SubmitRequest(application_);
        std::string& father = (*wrong.mutable_application()->mutable_form())["father-id-number"];
        father.back() = father.back() == '0' ? '1' : '0';
        const absl::Status refused =
            provinces_.here->Call<Case>("workflow", "portal", kCreateCase, wrong, applicant)
                .status();
        RETURN_IF_ERROR(story_.Expect(ReasonOf(refused) == common::v1::ERROR_REASON_CASE_INCOMPLETE,
                                      "应以 CASE_INCOMPLETE 拒绝"));
        const auto faults = ViolationsOf(refused);
        RETURN_IF_ERROR(story_.Expect(faults.has_value() && faults->field_violations_size() == 1,
                                      "应只指出这一处"));
        return std::string(faults->field_violations(0).description());
      });
  story_.Run("提交申请", [&]() -> absl::StatusOr<std::string> {
    const workflow::v1::CreateCaseRequest request = SubmitRequest(application_);
    ASSIGN_OR_RETURN(
        const Case submitted,
        provinces_.here->Call<Case>("workflow", "portal", kCreateCase, request, applicant));
    case_name_ = submitted.name();
    RETURN_IF_ERROR(story_.Expect(submitted.state() == Case::STATE_IN_PROGRESS, "办件应在办理中"));
    ASSIGN_OR_RETURN(const Case again, provinces_.here->Call<Case>(
                                           "workflow", "portal", kCreateCase, request, applicant));
    RETURN_IF_ERROR(
        story_.Expect(again.name() == case_name_, "同一 request_id 重发应得到同一办件"));
    return absl::StrCat(case_name_, "，最迟 ", submitted.due_date(),
                        "；网络重发同一请求仍是这一件");
  });
}

void Demo::ApproveFirst() {
  story_.Chapter("五、部门办理");
  story_.Run("卫健审核出生医学证明", [&] { return DecideHere("birth-cert", "卫健-李医生"); });
  story_.Run("同步签发电子证照", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const std::string identifier, AwaitLicense("birth-cert"));
    return absl::StrCat("出生医学证明 ", identifier);
  });
}

void Demo::ApproveInParallel() {
  story_.Run("出生证明一准予，后续事项同时到各部门", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const Case read, provinces_.here->GetCase(case_name_));
    std::vector<std::string> running;
    for (const CaseItem& item : read.items()) {
      const auto& needs = BundleItemOf(item.item()).needs();
      if (item.state() == CaseItem::STATE_IN_PROGRESS &&
          std::find(needs.begin(), needs.end(), "birth-cert") != needs.end()) {
        running.push_back(item.display_name());
      }
    }
    RETURN_IF_ERROR(story_.Expect(running.size() == 2, "等出生证明的两个事项应同时开始"));
    return absl::StrJoin(running, "、");
  });
  story_.Run("卫健发放预防接种证", [&] { return DecideHere("vaccination", "疾控-陈护士"); });
  story_.Run("卫健登记科学育儿指导", [&] { return DecideHere("parenting", "卫健-赵主任"); });
  story_.Run("医保审核生育医疗费用", [&] {
    return DecideHere("maternity-pay", "医保-孙经办", "费用清单未盖医疗机构公章");
  });
}

void Demo::SurviveKill() {
  story_.Chapter("六、办理途中服务被强行终止");
  story_.Run("公安准予出生登记（已向经办人回执）",
             [&] { return DecideHere("hukou", "公安-王警官"); });
  story_.Run("此刻对工作流服务 SIGKILL，随即重启", [&]() -> absl::StatusOr<std::string> {
    const int before = provinces_.here->suite().pid("workflow");
    provinces_.here->suite().Kill("workflow");
    RETURN_IF_ERROR(provinces_.here->suite().Start("workflow"));
    RETURN_IF_ERROR(
        story_.Expect(provinces_.here->suite().pid("workflow") != before, "应是新的进程"));
    return absl::StrCat("进程 ", before, " → ", provinces_.here->suite().pid("workflow"));
  });
  story_.Run("已回执的准予仍在，户口簿证照也已签发", [&]() -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(story_.Eventually("重启后出生登记应为准予", [&]() -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const CaseItem item, ItemOfCase("hukou"));
      return item.state() == CaseItem::STATE_APPROVED;
    }));
    return AwaitLicense("hukou");
  });
  story_.Run("医保参保登记接着办", [&] { return DecideHere("medical-insurance", "医保-周经办"); });
}

void Demo::CrossProvinces() {
  story_.Chapter("七、跨省通办：社会保障卡由 33 浙江办理");
  story_.Run("本省中继先收存、签回执，对方中继还停着", [&]() -> absl::StatusOr<std::string> {
    std::string name;
    RETURN_IF_ERROR(story_.Eventually("应有一件已收存的中继件", [&]() -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const auto transfers, provinces_.here->Transfers());
      if (transfers.size() != 1 || transfers[0].state() != relay::v1::Transfer::STATE_ACCEPTED) {
        return false;
      }
      name = transfers[0].name();
      return true;
    }));
    RETURN_IF_ERROR(ExpectItem("social-card", CaseItem::STATE_HANDED_OVER));
    return absl::StrCat(name, "，排队等待送达");
  });
  story_.Run("启动 33 的中继，积压件自动送达", [&]() -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(provinces_.there->suite().Start("relay"));
    RETURN_IF_ERROR(story_.Eventually("对方应已接办", [&]() -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const auto transfers, provinces_.here->Transfers());
      return transfers.size() == 1 && transfers[0].state() == relay::v1::Transfer::STATE_PROCESSED;
    }));
    return "回执：已收存 → 已送达 → 已接办，均由相应一方 SM2 签名";
  });
  story_.Run("33 的人社部门准予", [&]() -> absl::StatusOr<std::string> {
    workflow::v1::ListTasksRequest list;
    list.set_authority_code(kZhejiangAuthority);
    ASSIGN_OR_RETURN(const auto page,
                     provinces_.there->Call<workflow::v1::ListTasksResponse>(
                         "workflow", "authority", "onething.workflow.v1.Tasks/ListTasks", list));
    RETURN_IF_ERROR(story_.Expect(page.tasks_size() == 1, "33 应恰有一件待办"));
    RETURN_IF_ERROR(story_.Expect(page.tasks(0).from_province() == "36", "待办应注明来自 36"));
    return provinces_.there->Decide(page.tasks(0), "人社-钱经办", "", {}).status().ok()
               ? absl::StatusOr<std::string>("准予并在 33 签发社会保障卡")
               : absl::FailedPreconditionError("33 未能准予");
  });
  story_.Run("结果回到 36", [&]() -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(story_.Eventually("社保卡事项应为准予", [&]() -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const CaseItem item, ItemOfCase("social-card"));
      return item.state() == CaseItem::STATE_APPROVED && !item.license().empty();
    }));
    ASSIGN_OR_RETURN(const CaseItem item, ItemOfCase("social-card"));
    return absl::StrCat("社会保障卡 ", item.license());
  });
}

void Demo::CloseCase() {
  story_.Run("全部事项有了结果，办件办结", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const Case read, provinces_.here->GetCase(case_name_));
    RETURN_IF_ERROR(story_.Expect(read.state() == Case::STATE_CLOSED, "办件应已办结"));
    RETURN_IF_ERROR(story_.Expect(read.open_item_count() == 0, "不应有未结事项"));
    int approved = 0;
    int refused = 0;
    for (const CaseItem& item : read.items()) {
      approved += item.state() == CaseItem::STATE_APPROVED ? 1 : 0;
      refused += item.state() == CaseItem::STATE_REFUSED ? 1 : 0;
    }
    RETURN_IF_ERROR(story_.Expect(refused == 1 && approved + refused == read.items_size(),
                                  "应恰有一项不予，其余准予"));
    return absl::StrCat("准予 ", approved, " 项，不予 ", refused, " 项（部分办结，不牵连其他）");
  });
}

}  // namespace onething::tool
