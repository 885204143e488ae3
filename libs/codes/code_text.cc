#include "libs/codes/code_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/codes/utf8.h"

namespace onething::codes {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool IsCapital(char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); }

}  // namespace

absl::Status Refuse(absl::string_view code_name, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_CODE_INVALID,
                   absl::StrCat(code_name, what));
}

absl::Status RefuseAt(absl::string_view code_name, std::size_t index, absl::string_view what) {
  return Refuse(code_name, absl::StrCat("第", index + 1, "位", what));
}

absl::Status CheckLength(absl::string_view code_name, absl::string_view text, std::size_t length) {
  if (text.size() == length) return absl::OkStatus();
  const std::size_t count = SplitCharacters(text).size();
  if (count == length) return Refuse(code_name, "含有全角字符或其他非法字符");
  return Refuse(code_name, absl::StrCat("应为", length, "位，实为", count, "位"));
}

absl::Status CheckDigits(absl::string_view code_name, absl::string_view text, std::size_t first,
                         std::size_t count) {
  const std::size_t end = count < text.size() - first ? first + count : text.size();
  for (std::size_t i = first; i < end; ++i) {
    if (!IsDigit(text[i])) return RefuseAt(code_name, i, "应为数字");
  }
  return absl::OkStatus();
}

absl::Status CheckAlphanumeric(absl::string_view code_name, absl::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsDigit(text[i]) && !IsCapital(text[i])) {
      return RefuseAt(code_name, i, "应为数字或大写字母");
    }
  }
  return absl::OkStatus();
}

int ToNumber(absl::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

}  // namespace onething::codes
