// A bundle with every shape the case engine knows, and applications for it: for the tests of this
// folder.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_SAMPLES_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_SAMPLES_H_

#include <string>

#include "onething/workflow/v1/cases.pb.h"
#include "services/workflow/test_bundles.h"

namespace onething::workflow {

inline constexpr char kHealth[] = "11430000006122244L";
inline constexpr char kPolice[] = "11330105002500287C";
inline constexpr char kInsurance[] = "113700000045046442";
inline constexpr char kMother[] = "11010519491231002X";
inline constexpr char kStranger[] = "440524188001010014";
inline constexpr char kCertificateType[] = "11430000006122244L001";
// Basic code of the item that another province handles.
inline constexpr char kCardCatalogCode[] = "000714099000";

// cert ─► hukou ─► insurance        cert issues a licence
//              └─► card (province 33)
// pay (only when asked for)         vaccine (may be left out)
inline bundle::v1::Bundle NewbornBundle() {
  auto bundle = FromText<bundle::v1::Bundle>(R"(
    id: "newborn" display_name: "新生儿出生一件事" summary: "出生后的事项一次办理"
    legal_basis: "国办发〔2024〕3号" region_code: "360100"
    lead_authority: "health" joint_limit_working_days: 20 rate_case: true
    authorities { id: "health" display_name: "南昌市卫生健康委员会" region_code: "360100" }
    authorities { id: "police" display_name: "南昌市公安局" region_code: "360100" }
    authorities { id: "insurance" display_name: "南昌市医疗保障局" region_code: "360100" }
    questions {
      id: "pay" text: "是否申请生育医疗待遇"
      options { id: "yes" text: "是" }
      options { id: "no" text: "否" }
      options { id: "abroad" text: "在境外生产" exclusion { reason: "境外生产" instead: "到窗口" } }
    }
    items {
      id: "cert" authority: "health" in_joint_limit: true materials: "record" fields: "child-name"
      issues {
        elements { key: "姓名" value: "child-name" }
        elements { key: "编号" value: "certificate-number" }
      }
    }
    items {
      id: "hukou" authority: "police" in_joint_limit: true needs: "cert"
      materials: "cert-result" fields: "child-name"
    }
    items { id: "insurance" authority: "insurance" in_joint_limit: true needs: "hukou" }
    items {
      id: "card" authority: "insurance" needs: "hukou" fields: "child-name"
      cross_province {
        province: "33" mode: CROSS_PROVINCE_MODE_FULLY_ONLINE purpose: "申领社会保障卡"
        fields: "child-name"
      }
    }
    items { id: "pay" authority: "insurance" when { all: "pay=yes" } }
    items { id: "vaccine" authority: "health" optional: true }
    materials { id: "record" display_name: "出生医学记录" source: MATERIAL_SOURCE_APPLICANT }
    materials {
      id: "cert-result" display_name: "出生医学证明" source: MATERIAL_SOURCE_EARLIER_RESULT
      from_item: "cert"
    }
    fields { id: "child-name" label: "新生儿姓名" type: FIELD_TYPE_TEXT sensitive: true }
    deliveries: DELIVERY_MAIL
  )");
  const char* const codes[] = {kHealth, kPolice, kInsurance};
  for (int i = 0; i < bundle.authorities_size(); ++i) {
    bundle.mutable_authorities(i)->set_credit_code(codes[i]);
  }
  bundle.mutable_items(0)->mutable_issues()->set_type_code(kCertificateType);
  for (int i = 0; i < bundle.items_size(); ++i) {
    bundle.mutable_items(i)->set_task_code(
        absl::StrCat(kHealth, "3", i == 3 ? kCardCatalogCode : absl::StrCat("00071401", i, "000")));
  }
  return bundle;
}

// A complete application for it: cert, hukou, insurance, card, vaccine.
inline v1::Application NewbornApplication() {
  auto application = FromText<v1::Application>(R"(
    applicant { kind: SUBJECT_KIND_PERSON name: "李小敏" phone: "13800000000" }
    answers { key: "pay" value: "no" }
    form { key: "child-name" value: "张一一" }
    materials { key: "record" value: "files/1" }
    delivery: DELIVERY_MAIL
  )");
  application.mutable_applicant()->set_code(kMother);
  return application;
}

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_SAMPLES_H_
