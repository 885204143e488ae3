// A correct item for tests to vary.

#ifndef ONETHING_SERVICES_CATALOGUE_ITEM_SAMPLES_H_
#define ONETHING_SERVICES_CATALOGUE_ITEM_SAMPLES_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "onething/catalogue/v1/catalogue.pb.h"

namespace onething::catalogue {

// An item that breaks no rule: a promised item of a real authority code (A.1 of the standards'
// vectors), numbered `number`, 0 to 999, as its sub-item.
inline v1::Item SampleItem(int number = 6) {
  v1::Item item;
  const std::string serial = std::to_string(1000 + number).substr(1);
  item.set_catalog_code(absl::StrCat("442199806", serial));
  item.set_task_code(absl::StrCat("12441500196720244T3", item.catalog_code()));
  item.set_display_name(absl::StrCat("测试事项", number));
  item.set_item_type("21");
  item.set_use_level(v1::USE_LEVEL_CITY);
  item.set_authority_name("测试机构");
  item.set_region_code("441500");
  item.set_legal_basis("测试依据");
  item.add_service_objects(v1::SERVICE_OBJECT_PERSON);
  item.set_acceptance_conditions("符合条件");
  item.add_handling_steps("受理");
  item.mutable_statutory_limit()->set_days(20);
  item.mutable_statutory_limit()->set_unit(v1::LIMIT_UNIT_WORKING_DAY);
  item.mutable_promised_limit()->set_days(5);
  item.mutable_promised_limit()->set_unit(v1::LIMIT_UNIT_WORKING_DAY);
  item.set_project_type(v1::PROJECT_TYPE_PROMISED);
  item.add_handle_forms(v1::HANDLE_FORM_ONLINE);
  item.set_fully_online(true);
  item.set_enquiry_phone("0660-1234567");
  item.set_complaint_phone("0660-12345");
  item.set_address("政务服务中心");
  item.set_office_hours("工作日 9:00-17:00");
  auto* material = item.add_materials();
  material->set_name("身份证");
  material->set_need(v1::MATERIAL_NEED_REQUIRED);
  material->set_format(v1::MATERIAL_FORMAT_ELECTRONIC);
  item.mutable_result()->set_name("证明");
  item.mutable_result()->set_sample_uri("https://example.invalid/sample");
  return item;
}

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_ITEM_SAMPLES_H_
