#include "libs/codes/catalog_code.h"

#include <string>

#include "libs/base/status.h"
#include "libs/codes/code_text.h"
#include "libs/codes/region_code.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "基本编码";

}  // namespace

absl::StatusOr<CatalogCode> CatalogCode::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kName, text, 12));
  RETURN_IF_ERROR(CheckDigits(kName, text));
  const absl::string_view area = text.substr(0, 2);
  if (area != "00" && !IsProvincePrefix(area)) {
    return Refuse(kName, "第1至2位应为00或省级代码");
  }
  if (text.substr(2, 2) == "00") return Refuse(kName, "第3至4位事项类型不能为00");
  return CatalogCode(std::string(text));
}

}  // namespace onething::codes
