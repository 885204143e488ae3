#include "libs/cel/literal.h"

#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/cel/source.h"

namespace onething::cel {
namespace {

constexpr uint64_t kMinimumDigits = uint64_t{1} << 63;

absl::Status Fault(absl::string_view sentence) { return absl::InvalidArgumentError(sentence); }

struct SimpleEscape {
  char letter;
  char meaning;
};
constexpr SimpleEscape kSimpleEscapes[] = {
    {'a', '\a'}, {'b', '\b'},  {'f', '\f'}, {'n', '\n'}, {'r', '\r'},  {'t', '\t'},
    {'v', '\v'}, {'\\', '\\'}, {'?', '?'},  {'"', '"'},  {'\'', '\''}, {'`', '`'},
};

// An escape that writes a number: how many digits it has, to which base.
struct NumericEscape {
  int digit_count;
  int base;
};

// The number of `count` digits at the begin of `digits`, -1 when they are not all there.
int64_t DigitsAt(absl::string_view digits, const NumericEscape& form) {
  if (digits.size() < static_cast<size_t>(form.digit_count)) return -1;
  int64_t value = 0;
  for (const char digit : digits.substr(0, form.digit_count)) {
    if (!absl::ascii_isxdigit(digit)) return -1;
    const int number = absl::ascii_isdigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
    if (number >= form.base) return -1;
    value = value * form.base + number;
  }
  return value;
}

NumericEscape FormOf(char letter) {
  if (letter == 'x' || letter == 'X') return {2, 16};
  if (letter == 'u') return {4, 16};
  if (letter == 'U') return {8, 16};
  if (letter >= '0' && letter <= '3') return {3, 8};
  return {0, 0};
}

// Replaces the numeric escape at the begin of `rest`, the backslash left out, and drops it.
absl::Status TakeNumericEscape(bool is_bytes, absl::string_view* rest, std::string* out) {
  const char letter = rest->front();
  const NumericEscape form = FormOf(letter);
  if (form.digit_count == 0) return Fault(absl::StrCat("不认识的转义符\\", rest->substr(0, 1)));
  if (form.base == 16) rest->remove_prefix(1);
  const int64_t value = DigitsAt(*rest, form);
  if (value < 0) return Fault(absl::StrCat("转义符\\", std::string(1, letter), "后的数字不完整"));
  rest->remove_prefix(form.digit_count);
  const bool is_unicode = letter == 'u' || letter == 'U';
  if (is_bytes && is_unicode) return Fault("字节串中不能用\\u和\\U转义");
  if (is_bytes) {
    if (value > 0xFF) return Fault("八进制转义超出一个字节");
    out->push_back(static_cast<char>(value));
    return absl::OkStatus();
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    return Fault("转义符写的不是Unicode字符");
  }
  AppendUtf8(static_cast<char32_t>(value), out);
  return absl::OkStatus();
}

bool TakeSimpleEscape(absl::string_view* rest, std::string* out) {
  for (const SimpleEscape& escape : kSimpleEscapes) {
    if (escape.letter == rest->front()) {
      out->push_back(escape.meaning);
      rest->remove_prefix(1);
      return true;
    }
  }
  return false;
}

absl::StatusOr<uint64_t> ParseNatural(absl::string_view digits) {
  uint64_t value = 0;
  const bool is_hex = absl::ConsumePrefix(&digits, "0x") || absl::ConsumePrefix(&digits, "0X");
  const bool is_read =
      is_hex ? absl::SimpleHexAtoi(digits, &value) : absl::SimpleAtoi(digits, &value);
  if (!is_read) return Fault("整数超出范围");
  return value;
}

}  // namespace

absl::StatusOr<std::string> Unescape(absl::string_view text, bool is_bytes) {
  std::string out;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('\\'), text.size());
    absl::StrAppend(&out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.empty()) return Fault("文字以反斜杠结尾");
    if (!TakeSimpleEscape(&text, &out)) RETURN_IF_ERROR(TakeNumericEscape(is_bytes, &text, &out));
  }
  return out;
}

absl::StatusOr<Value> ParseNumber(absl::string_view text) {
  const bool is_hex = absl::StartsWithIgnoreCase(text, "0x");
  if (!is_hex && text.find_first_of(".eE") != absl::string_view::npos) {
    double value = 0;
    if (!absl::SimpleAtod(text, &value)) return Fault("小数写法有误");
    if (!std::isfinite(value)) return Fault("小数超出范围");
    return Value::Double(value);
  }
  const bool is_uint = absl::ConsumeSuffix(&text, "u") || absl::ConsumeSuffix(&text, "U");
  ASSIGN_OR_RETURN(const uint64_t value, ParseNatural(text));
  if (is_uint) return Value::Uint(value);
  if (value == kMinimumDigits) return absl::OutOfRangeError("整数超出范围");
  if (value > kMinimumDigits) return Fault("整数超出范围");
  return Value::Int(static_cast<int64_t>(value));
}

}  // namespace onething::cel
