// The basic code (基本编码) of an item in the national or a provincial list of government
// services, in the 12-character form of GB/T 39554.1. The ten-character form of 2018 is for an
// import adapter.
//
//   code = area{2} item type{2} main item{5} sub-item{3}      12 digits; area 00 is the nation,
//                                                             sub-item 000 is none

#ifndef ONETHING_LIBS_CODES_CATALOG_CODE_H_
#define ONETHING_LIBS_CODES_CATALOG_CODE_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/strong_string.h"

namespace onething::codes {

// One basic code. A value.
class CatalogCode : public StrongString<CatalogCode> {
 public:
  // The code that `text` writes. INVALID_ARGUMENT when it is not 12 digits, the area is neither
  // 00 nor a province, or the item type is 00, which is a group of types and never that of an
  // item.
  static absl::StatusOr<CatalogCode> Parse(absl::string_view text);

  // The first two digits: 00, or those of the province that added the item.
  absl::string_view area() const { return absl::string_view(value()).substr(0, 2); }

  // Whether the item is on the national list.
  bool is_national() const { return area() == "00"; }

  // 事项类型 of GB/T 39046-2020 app. A: 01 行政许可 … 10 其他行政权力, 20 公共服务, others are
  // extensions.
  absl::string_view item_type() const { return absl::string_view(value()).substr(2, 2); }

  absl::string_view main_item() const { return absl::string_view(value()).substr(4, 5); }

  // The sub-item; 000 when the code is that of a main item.
  absl::string_view sub_item() const { return absl::string_view(value()).substr(9, 3); }

 private:
  explicit CatalogCode(std::string value) : StrongString(std::move(value)) {}
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_CATALOG_CODE_H_
