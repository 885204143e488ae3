#include "libs/codes/region_code.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/codes/code_text.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "行政区划代码";
constexpr std::size_t kSize = 12;

// Where the digits of each level end.
constexpr std::array<std::size_t, 5> kLevelEnds = {2, 4, 6, 9, 12};

constexpr std::array<absl::string_view, 35> kProvinces = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
    "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
    "53", "54", "61", "62", "63", "64", "65", "66", "71", "81", "82"};

bool IsZero(absl::string_view digits) {
  return digits.find_first_not_of('0') == absl::string_view::npos;
}

std::string Padded(absl::string_view digits) {
  return absl::StrCat(digits, std::string(kSize - digits.size(), '0'));
}

std::size_t LevelIndex(absl::string_view code) {
  std::size_t level = kLevelEnds.size() - 1;
  while (level > 0 && IsZero(code.substr(kLevelEnds[level - 1])))
    --level;
  return level;
}

}  // namespace

bool IsProvincePrefix(absl::string_view province) {
  return std::find(kProvinces.begin(), kProvinces.end(), province) != kProvinces.end();
}

absl::StatusOr<RegionCode> RegionCode::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckDigits(kName, text));
  if (text.size() != 2 && text.size() != 6 && text.size() != 9 && text.size() != kSize) {
    return Refuse(kName, absl::StrCat("应为2、6、9或12位，实为", text.size(), "位"));
  }
  std::string code = Padded(text);
  const absl::string_view digits = code;
  if (!IsProvincePrefix(digits.substr(0, 2))) return Refuse(kName, "第1至2位不是省级代码");
  const int prefecture = ToNumber(digits.substr(2, 2));
  if (prefecture > 70 && prefecture != 90) {
    return Refuse(kName, "第3至4位应在01至70之间，或为90");
  }
  if (prefecture == 0 && !IsZero(digits.substr(4))) {
    return Refuse(kName, "第3至4位为00时，其后各位应为0");
  }
  if (IsZero(digits.substr(6, 3)) && !IsZero(digits.substr(9))) {
    return Refuse(kName, "第7至9位为000时，其后各位应为0");
  }
  return RegionCode(std::move(code));
}

RegionLevel RegionCode::level() const {
  return static_cast<RegionLevel>(LevelIndex(value()));
}

RegionCode RegionCode::province() const {
  return RegionCode(Padded(absl::string_view(value()).substr(0, 2)));
}

std::optional<RegionCode> RegionCode::Parent() const {
  const std::size_t level = LevelIndex(value());
  if (level == 0) return std::nullopt;
  return RegionCode(Padded(absl::string_view(value()).substr(0, kLevelEnds[level - 1])));
}

bool RegionCode::Contains(const RegionCode& other) const {
  return absl::StartsWith(other.value(), significant_digits());
}

absl::string_view RegionCode::significant_digits() const {
  return absl::string_view(value()).substr(0, kLevelEnds[LevelIndex(value())]);
}

}  // namespace onething::codes
