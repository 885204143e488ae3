// How personal data is shown in logs, lists and errors: enough to recognise one's own, not enough
// to use (after GB/T 35273). The functions take any text, also one that no parser would accept,
// and never fail; the result is always well-formed UTF-8 with as many characters as the text.

#ifndef ONETHING_LIBS_CODES_MASK_H_
#define ONETHING_LIBS_CODES_MASK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace onething::codes {

// A name with its first character left, and its last one too when it has three or more: 张*,
// 李*敏, 欧**锋. A name of one character is wholly masked.
std::string MaskName(absl::string_view name);

// A phone number with the first three and the last four characters left: 138****3210. One of
// fewer than eleven characters, where that would hide less than four, is wholly masked.
std::string MaskPhone(absl::string_view phone);

// A citizen number with area and last four left: 460100********1234. A text of any other length
// than eighteen characters is wholly masked.
std::string MaskCitizenNumber(absl::string_view number);

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_MASK_H_
