#include "libs/codes/task_code.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/code_text.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "实施编码";

absl::Status Contradiction(absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_ITEM_CODE_MISMATCH,
                   absl::StrCat(kName, what));
}

}  // namespace

TaskCode::TaskCode(std::string value, CreditCode authority, CatalogCode catalog_code)
    : StrongString(std::move(value)),
      authority_(std::move(authority)),
      catalog_code_(std::move(catalog_code)) {}

absl::StatusOr<TaskCode> TaskCode::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kName, text, 31));
  const absl::StatusOr<CreditCode> authority = CreditCode::Parse(text.substr(0, 18));
  if (!authority.ok())
    return Refuse(kName, absl::StrCat("第1至18位：", authority.status().message()));
  if (text[18] < '1' || text[18] > '7') return RefuseAt(kName, 18, "行使层级应为1至7");
  const absl::StatusOr<CatalogCode> catalog_code = CatalogCode::Parse(text.substr(19));
  if (!catalog_code.ok()) {
    return Refuse(kName, absl::StrCat("第20至31位：", catalog_code.status().message()));
  }
  return TaskCode(std::string(text), *authority, *catalog_code);
}

TaskCode TaskCode::Make(const CreditCode& authority, UseLevel level,
                        const CatalogCode& catalog_code) {
  return TaskCode(absl::StrCat(authority.value(), static_cast<int>(level), catalog_code.value()),
                  authority, catalog_code);
}

absl::Status TaskCode::CheckAgainst(const CatalogCode& catalog_code, absl::string_view item_type,
                                    absl::string_view use_level) const {
  if (catalog_code_ != catalog_code) {
    return Contradiction(absl::StrCat("第20至31位应为本事项的基本编码", catalog_code.value()));
  }
  if (catalog_code_.item_type() != item_type) {
    return Contradiction("第22至23位应与本事项的事项类型一致");
  }
  const std::vector<absl::string_view> levels = absl::StrSplit(use_level, '^');
  const absl::string_view level = absl::string_view(value()).substr(18, 1);
  if (std::find(levels.begin(), levels.end(), level) == levels.end()) {
    return Contradiction("第19位应与本事项的行使层级一致");
  }
  return absl::OkStatus();
}

}  // namespace onething::codes
