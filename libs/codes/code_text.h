// The sentences and the first checks that the parsers of this folder share: length, digits,
// digits and capital letters. Not for use outside the folder. No sentence repeats what was read,
// because the text may be personal data.

#ifndef ONETHING_LIBS_CODES_CODE_TEXT_H_
#define ONETHING_LIBS_CODES_CODE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace onething::codes {

// INVALID_ARGUMENT (CODE_INVALID) with `code_name`, the Chinese name of the code, followed by what
// is wrong.
absl::Status Refuse(absl::string_view code_name, absl::string_view what);

// The same for the character at the zero-based `index`; the sentence counts from one.
absl::Status RefuseAt(absl::string_view code_name, std::size_t index, absl::string_view what);

// OK when `text` has exactly `length` characters. A refusal counts characters, not bytes, so that
// a full-width text is reported as a person sees it.
absl::Status CheckLength(absl::string_view code_name, absl::string_view text, std::size_t length);

// OK when all of `text` from `first` on, for `count` bytes or to the end, are digits 0-9.
absl::Status CheckDigits(absl::string_view code_name, absl::string_view text, std::size_t first = 0,
                         std::size_t count = absl::string_view::npos);

// OK when all of `text` are digits 0-9 or letters A-Z.
absl::Status CheckAlphanumeric(absl::string_view code_name, absl::string_view text);

// The number that the at most nine digits `digits` write. They have been checked.
int ToNumber(absl::string_view digits);

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_CODE_TEXT_H_
