#include "libs/cel/regex.h"

#include <re2/re2.h>

#include "absl/strings/str_cat.h"

namespace onething::cel {

absl::StatusOr<Regex> CompileRegex(absl::string_view pattern) {
  if (pattern.size() > kPatternSizeMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("正则表达式最长", kPatternSizeMax, "字节，实为", pattern.size(), "字节"));
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(256 << 10);
  auto regex =
      std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) {
    return absl::InvalidArgumentError(absl::StrCat("正则表达式有误：", regex->error()));
  }
  return regex;
}

int MatchWeight(const RE2& regex) { return 1 + regex.ProgramSize() / 16; }

bool Matches(const RE2& regex, absl::string_view text) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), regex);
}

}  // namespace onething::cel
