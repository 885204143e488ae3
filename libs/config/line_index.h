// LineIndex: from byte offsets to lines and columns. Internal to this folder.

#ifndef ONETHING_LIBS_CONFIG_LINE_INDEX_H_
#define ONETHING_LIBS_CONFIG_LINE_INDEX_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/config/diagnostic.h"

namespace onething::config {

// True for a byte that begins a character of UTF-8, false for a continuation byte.
inline bool IsCharacterStart(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// The line starts of one text, which must outlive the index. Immutable. The time of a question does
// not grow with the length of a line: a hostile file may be one line.
class LineIndex {
 public:
  explicit LineIndex(absl::string_view text);

  // The place of the character that holds the byte at `offset`; for an offset behind the text, the
  // place behind its last character.
  Position At(size_t offset) const;

  // Offset of the first byte of the line that holds `offset`.
  size_t LineStart(size_t offset) const;

 private:
  // Characters of the text before `offset`.
  int CharacterCount(size_t offset) const;

  absl::string_view text_;
  std::vector<size_t> starts_;
  // Characters before each block of the text.
  std::vector<int> block_counts_;
};

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_LINE_INDEX_H_
