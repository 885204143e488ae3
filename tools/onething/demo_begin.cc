#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "onething/license/v1/license.pb.h"
#include "tools/onething/demo.h"
#include "tools/onething/format.h"
#include "tools/onething/sample_data.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {

void Demo::StartProvinces() {
  story_.Chapter("一、启动两个省");
  story_.Run("读取一件事配置", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(bundle_, LoadBundle("newborn"));
    RETURN_IF_ERROR(config::LoadYamlFile(FindDeployDirectory() + "/demo/newborn-family.yaml", {},
                                         &application_, nullptr));
    return absl::StrCat(bundle_.display_name(), "，", bundle_.items_size(), " 个事项，",
                        bundle_.authorities_size(), " 个部门");
  });
  story_.Run("准备密钥与配置", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(provinces_, MakeTwoProvinces(options_.data_dir, bundle_));
    return "两省中继各有一对 SM2 密钥，并互换公钥";
  });
  story_.Run("36 江西：启动事项、工作流、证照、中继、好差评五个服务",
             [&]() -> absl::StatusOr<std::string> {
               RETURN_IF_ERROR(provinces_.here->suite().StartAll());
               return "全部就绪";
             });
  story_.Run("33 浙江：启动四个服务，中继先不启动（模拟对方停机）",
             [&]() -> absl::StatusOr<std::string> {
               for (const char* service : {"catalogue", "workflow", "license", "rating"}) {
                 RETURN_IF_ERROR(provinces_.there->suite().Start(service));
               }
               return "已就绪";
             });
}

void Demo::PublishCatalogue() {
  story_.Chapter("二、发布事项与一件事");
  story_.Run("发布事项", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const std::vector<catalogue::v1::Item> items, LoadItems("newborn"));
    ASSIGN_OR_RETURN(rpc::Channel* const editor, provinces_.here->To("catalogue", "editor"));
    RETURN_IF_ERROR(PublishItems(editor, items));
    catalogue::v1::ListItemsRequest list;
    list.set_state(catalogue::v1::Item::STATE_PUBLISHED);
    ASSIGN_OR_RETURN(const auto published,
                     provinces_.here->Call<catalogue::v1::ListItemsResponse>(
                         "catalogue", "portal", "onething.catalogue.v1.Catalogue/ListItems", list));
    RETURN_IF_ERROR(
        story_.Expect(published.items_size() == static_cast<int>(items.size()), "事项应全部在用"));
    return absl::StrCat(items.size(), " 个事项校验编码与要素规则后在用");
  });
  story_.Run("登记证照类型", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const std::vector<std::string> names,
                     CreateLicenseTypes(&provinces_, bundle_));
    return absl::StrJoin(names, "、");
  });
  story_.Run("发布一件事", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto published, PublishBundle(provinces_.here.get(), bundle_));
    RETURN_IF_ERROR(story_.Expect(published.pinned_items_size() == bundle_.items_size(),
                                  "每个事项的版本应已固定"));
    return absl::StrCat(published.name(), "，每个事项的版本已固定");
  });
}

void Demo::ShowNotice() {
  story_.Chapter("三、情形引导与一次告知");
  const auto preview = [&](const google::protobuf::Map<std::string, std::string>& answers) {
    workflow::v1::PreviewCaseRequest request;
    request.set_bundle("bundles/newborn");
    *request.mutable_answers() = answers;
    return provinces_.here->Call<workflow::v1::Notice>(
        "workflow", "portal", "onething.workflow.v1.Cases/PreviewCase", request);
  };
  story_.Run("不符合条件的家庭得到去处", [&]() -> absl::StatusOr<std::string> {
    for (const bundle::v1::Question& question : bundle_.questions()) {
      for (const bundle::v1::QuestionOption& option : question.options()) {
        if (option.has_exclusion()) {
          google::protobuf::Map<std::string, std::string> answers;
          answers[question.id()] = option.id();
          ASSIGN_OR_RETURN(const workflow::v1::Notice notice, preview(answers));
          RETURN_IF_ERROR(
              story_.Expect(notice.has_exclusion() && notice.items_size() == 0, "应引导出联办"));
          return absl::StrCat("“", question.text(), "” 答 “", option.text(), "” → ",
                              notice.exclusion().instead());
        }
      }
    }
    return absl::NotFoundError("一件事没有排除情形");
  });
  story_.Run("本家庭的一次告知", [&]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const workflow::v1::Notice notice, preview(application_.answers()));
    RETURN_IF_ERROR(story_.Expect(notice.open_questions_size() == 0, "情形问题应都已回答"));
    RETURN_IF_ERROR(story_.Expect(notice.items_size() > 0, "应有适用的事项"));
    std::set<std::string> once;
    for (const workflow::v1::NoticeMaterial& material : notice.materials()) {
      once.insert(material.material().id());
    }
    RETURN_IF_ERROR(story_.Expect(once.size() == static_cast<size_t>(notice.materials_size()),
                                  "同一材料只应要一次"));
    TextTable items({"事项", "办理部门", "单办承诺", "前置事项"});
    for (const workflow::v1::NoticeItem& item : notice.items()) {
      items.AddRow(
          {item.display_name(),
           item.province().empty() ? item.authority_name() : item.province() + " 省（中继）",
           absl::StrCat(item.promised_days(), " 天"), absl::StrJoin(item.needs(), "、")});
    }
    TextTable materials({"材料（每样只交一次）", "来源", "需要它的事项", "申请人要交吗"});
    for (const workflow::v1::NoticeMaterial& material : notice.materials()) {
      materials.AddRow({material.material().display_name(), Word(material.material().source()),
                        absl::StrCat(material.needed_by_size(), " 项"),
                        material.exempt()                ? "免交：" + material.reason()
                        : material.material().optional() ? "可交可不交"
                                                         : "要交"});
    }
    const bundle::v1::SingleHandling& single = notice.savings().single();
    story_.Show(absl::StrCat(items.ToString("    "), "\n", materials.ToString("    "),
                             "    一张表单 ", notice.fields_size(), " 个字段；联办 ",
                             notice.joint_limit_working_days(), " 个工作日，最迟 ",
                             notice.joint_due_date(), "。逐项办理要 ", single.working_days(),
                             " 个工作日、跑 ", single.trips(), " 趟、交 ", single.materials(),
                             " 份材料，现交 ", notice.savings().materials(), " 份。\n"));
    return absl::StrCat(notice.items_size(), " 个事项、", notice.materials_size(),
                        " 样材料、一张表单");
  });
}

}  // namespace onething::tool
