// A catalogue for the tests of this folder that says what the test makes it say.

#ifndef ONETHING_SERVICES_WORKFLOW_TEST_CATALOGUE_H_
#define ONETHING_SERVICES_WORKFLOW_TEST_CATALOGUE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "services/workflow/item_source.h"

namespace onething::workflow {

// Single-threaded.
class TestCatalogue final : public ItemSource {
 public:
  // Has version 1 of an item, in use, for each item of `bundle`.
  explicit TestCatalogue(const bundle::v1::Bundle& bundle) {
    for (const auto& item : bundle.items()) {
      catalogue::v1::Item& catalogued = items[item.task_code()];
      catalogued.set_task_code(item.task_code());
      catalogued.set_catalog_code(item.task_code().substr(19));
      catalogued.set_display_name(absl::StrCat("目录事项", item.id()));
      catalogued.set_state(catalogue::v1::Item::STATE_PUBLISHED);
      catalogued.set_version(1);
      catalogued.mutable_promised_limit()->set_days(5);
      catalogued.mutable_promised_limit()->set_unit(catalogue::v1::LIMIT_UNIT_WORKING_DAY);
      catalogued.mutable_statutory_limit()->set_days(30);
      catalogued.mutable_statutory_limit()->set_unit(catalogue::v1::LIMIT_UNIT_CALENDAR_DAY);
      catalogued.add_materials()->set_name("身份证");
      catalogued.add_materials()->set_name("申请表");
    }
  }

  absl::StatusOr<Items> Get(absl::Span<const std::string> task_codes,
                            absl::Duration timeout) override {
    asked.assign(task_codes.begin(), task_codes.end());
    ++ask_count;
    last_timeout = timeout;
    if (!reachable) {
      return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                       "目录停机");
    }
    Items answer;
    for (const std::string& code : task_codes) {
      const auto found = items.find(code);
      answer.push_back(found == items.end() ? std::nullopt : std::optional(found->second));
    }
    return answer;
  }

  std::map<std::string, catalogue::v1::Item> items;
  bool reachable = true;
  int ask_count = 0;
  std::vector<std::string> asked;
  absl::Duration last_timeout;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_TEST_CATALOGUE_H_
