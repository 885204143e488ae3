#include "services/workflow/bundle_errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/error.h"

namespace onething::workflow {
namespace {

constexpr int kViolationsMax = 100;  // as BadRequest states

}  // namespace

absl::Status BundleNotFound(absl::string_view name) {
  return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_BUNDLE_NOT_FOUND,
                   absl::StrCat("没有一件事 ", name, "，请核对标识和版本"),
                   {{"bundle", std::string(name)}});
}

absl::Status BundleNotAvailable(absl::string_view name, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE, sentence,
                   {{"bundle", std::string(name)}});
}

absl::Status CheckFindings(const std::vector<BundleFinding>& findings) {
  common::v1::BadRequest faults;
  for (const BundleFinding& finding : findings) {
    if (finding.severity == config::Severity::kError &&
        faults.field_violations_size() < kViolationsMax) {
      auto* fault = faults.add_field_violations();
      fault->set_field(absl::StrCat("bundle.", finding.path));
      fault->set_description(finding.sentence);
    }
  }
  if (faults.field_violations().empty()) return absl::OkStatus();
  return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_BUNDLE_INVALID, "一件事配置有误，不能发布",
                             faults);
}

absl::Status ItemsNotAvailable(const std::vector<UnavailableItem>& items) {
  const auto named = [](std::string* out, const UnavailableItem& item) {
    absl::StrAppend(out, item.display_name.empty() ? item.task_code : item.display_name);
  };
  const auto code = [](std::string* out, const UnavailableItem& item) {
    absl::StrAppend(out, item.task_code);
  };
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE,
                   absl::StrCat("以下事项未发布、已挂起、已取消或不在有效期内，暂不能办理：",
                                absl::StrJoin(items, "、", named)),
                   {{"items", absl::StrJoin(items, ",", code)}});
}

}  // namespace onething::workflow
