#include "libs/codes/citizen_number.h"

#include <string>

#include "absl/strings/str_format.h"
#include "libs/base/status.h"
#include "libs/codes/check_character.h"
#include "libs/codes/code_text.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "公民身份号码";

bool IsRealBirthDate(absl::string_view text) {
  const int year = ToNumber(text.substr(6, 4));
  const int month = ToNumber(text.substr(10, 2));
  const int day = ToNumber(text.substr(12, 2));
  const absl::CivilDay date(year, month, day);  // 31 April becomes 1 May
  return year > 0 && date.month() == month && date.day() == day;
}

}  // namespace

absl::StatusOr<CitizenNumber> CitizenNumber::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kName, text, 18));
  RETURN_IF_ERROR(CheckDigits(kName, text, 0, 17));
  if (!IsRealBirthDate(text)) return Refuse(kName, "第7至14位不是真实的出生日期");
  std::string number(text);
  if (number[17] == 'x') number[17] = 'X';
  if (number[17] != CitizenNumberCheckCharacter(text.substr(0, 17))) {
    return RefuseAt(kName, 17, "校验码不正确");
  }
  return CitizenNumber(std::move(number));
}

absl::StatusOr<CitizenNumber> CitizenNumber::ParseAt(absl::string_view text, absl::CivilDay today) {
  ASSIGN_OR_RETURN(CitizenNumber number, Parse(text));
  if (number.birth_date() > today) return Refuse(kName, "第7至14位的出生日期晚于今天");
  return number;
}

absl::StatusOr<CitizenNumber> CitizenNumber::Make(absl::string_view area, absl::CivilDay birth,
                                                  int serial) {
  if (birth.year() < 1 || birth.year() > 9999) return Refuse(kName, "的出生年份应为四位");
  if (serial < 0 || serial > 999) return Refuse(kName, "的顺序码应为三位");
  RETURN_IF_ERROR(CheckLength("公民身份号码的地址码", area, 6));
  RETURN_IF_ERROR(CheckDigits("公民身份号码的地址码", area));
  const std::string first17 =
      absl::StrFormat("%s%04d%02d%02d%03d", area, birth.year(), birth.month(), birth.day(), serial);
  return CitizenNumber(first17 + CitizenNumberCheckCharacter(first17));
}

absl::CivilDay CitizenNumber::birth_date() const {
  const absl::string_view text = value();
  return absl::CivilDay(ToNumber(text.substr(6, 4)), ToNumber(text.substr(10, 2)),
                        ToNumber(text.substr(12, 2)));
}

}  // namespace onething::codes
