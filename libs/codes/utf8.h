// Cutting UTF-8 into characters, for counting and masking them. Not a text library: a character
// is a code point, combining marks stand for themselves.

#ifndef ONETHING_LIBS_CODES_UTF8_H_
#define ONETHING_LIBS_CODES_UTF8_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace onething::codes {

// The characters of `text` in order, as pieces of it. A byte that is part of no well-formed UTF-8
// character is a piece of its own; only such a piece is a single byte above 0x7F.
std::vector<absl::string_view> SplitCharacters(absl::string_view text);

// Whether `text` has nothing to read: it is empty or all spaces, that of Chinese keyboards (U+3000)
// and the no-break space among them.
bool IsBlank(absl::string_view text);

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_UTF8_H_
