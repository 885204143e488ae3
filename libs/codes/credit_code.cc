#include "libs/codes/credit_code.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/codes/check_character.h"
#include "libs/codes/code_text.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "统一社会信用代码";

absl::Status CheckCharacters(absl::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kCreditCodeAlphabet.find(text[i]) == absl::string_view::npos) {
      return RefuseAt(kName, i, "应为数字或除I、O、S、V、Z外的大写字母");
    }
  }
  return CheckDigits(kName, text, 2, 6);
}

}  // namespace

absl::StatusOr<CreditCode> CreditCode::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kName, text, 18));
  RETURN_IF_ERROR(CheckCharacters(text));
  const char check = CreditCodeCheckCharacter(text.substr(0, 17));
  if (text[17] != check) {
    return RefuseAt(kName, 17, absl::StrCat("校验码应为", absl::string_view(&check, 1)));
  }
  return CreditCode(std::string(text));
}

absl::StatusOr<CreditCode> CreditCode::Make(absl::string_view first17) {
  RETURN_IF_ERROR(CheckLength("统一社会信用代码本体", first17, 17));
  RETURN_IF_ERROR(CheckCharacters(first17));
  return CreditCode(std::string(first17) + CreditCodeCheckCharacter(first17));
}

bool CreditCode::organisation_code_ok() const {
  const absl::string_view code = organisation_code();
  return code[8] == OrganisationCodeCheckCharacter(code.substr(0, 8));
}

}  // namespace onething::codes
