// The text of an expression: its limits, its places, and what is found wrong at them.

#ifndef ONETHING_LIBS_CEL_SOURCE_H_
#define ONETHING_LIBS_CEL_SOURCE_H_

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace onething::cel {

// An expression is at most so long and nested at most so deep: parentheses, lists, calls and the
// levels of operators alike.
inline constexpr size_t kSourceSizeMax = 10'000;
inline constexpr int kDepthMax = 100;
// The parser stops after so many faults, and the checker says no more than these.
inline constexpr size_t kIssueCountMax = 20;

// A place in the text. `offset` counts bytes from 0; line and column count from 1, a column is a
// character (code point).
struct Position {
  int offset = 0;
  int line = 1;
  int column = 1;

  friend auto operator<=>(const Position&, const Position&) = default;
};

// One thing wrong with an expression. The sentence is Chinese, without the position.
struct Issue {
  Position position;
  std::string sentence;

  // `第1行第5列：…`
  std::string Format() const;
};

// The issues, one a line.
std::string FormatIssues(const std::vector<Issue>& issues);

// The place of the byte `offset` of `source`; the end of the text where it is shorter.
Position PositionAt(absl::string_view source, int offset);

// The Unicode character that begins at byte `at` of `text` and the number of its bytes; size 0
// when no well-formed character begins there.
struct CodePoint {
  char32_t value;
  int size;
};
CodePoint CodePointAt(absl::string_view text, size_t at);

// Whether `text` is well-formed UTF-8.
bool IsUtf8(absl::string_view text);

// How many characters the well-formed `text` has.
size_t CountCharacters(absl::string_view text);

// Appends the UTF-8 bytes of a character that is none of the surrogates and at most 0x10FFFF.
void AppendUtf8(char32_t character, std::string* text);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_SOURCE_H_
