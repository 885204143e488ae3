// The code of an administrative division (行政区划代码, GB/T 2260 down to the county, GB/T 10114
// below) and the question which division lies in which. It knows the provinces and the make-up of
// a code, not the list of all divisions, which changes every year. The whole country is no
// division.
//
//   code = province{2} prefecture{2} county{2} town{3} village{3}      a level not named is zeros

#ifndef ONETHING_LIBS_CODES_REGION_CODE_H_
#define ONETHING_LIBS_CODES_REGION_CODE_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/strong_string.h"

namespace onething::codes {

// From the largest to the smallest.
enum class RegionLevel { kProvince, kPrefecture, kCounty, kTown, kVillage };

// Whether the two digits `province` begin the codes of a province: those of GB/T 2260, and 66, by
// which the Xinjiang Production and Construction Corps takes part in national platforms.
bool IsProvincePrefix(absl::string_view province);

// One division. A value; its order puts a division before all that lie in it.
class RegionCode : public StrongString<RegionCode> {
 public:
  // The division that `text` writes with 2, 6, 9 or 12 digits; value() always has 12.
  // INVALID_ARGUMENT for an unknown province, a prefecture number that is never given (71-89,
  // 91-99), or a level named below one that is not. A town may lie directly in a prefecture
  // (441900003000 in 东莞).
  static absl::StatusOr<RegionCode> Parse(absl::string_view text);

  RegionLevel level() const;

  // The province it lies in; a province lies in itself.
  RegionCode province() const;

  // The smallest division it lies in by its digits, none for a province.
  std::optional<RegionCode> Parent() const;

  // Whether `other` lies in this division; a division lies in itself.
  bool Contains(const RegionCode& other) const;

  // The same, but for itself.
  bool IsAncestorOf(const RegionCode& other) const { return *this != other && Contains(other); }

  // The digits that all divisions in this one begin with, 2 to 12 of them.
  absl::string_view significant_digits() const;

 private:
  explicit RegionCode(std::string value) : StrongString(std::move(value)) {}
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_REGION_CODE_H_
