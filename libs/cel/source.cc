#include "libs/cel/source.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace onething::cel {
namespace {

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::string Issue::Format() const {
  return absl::StrCat("第", position.line, "行第", position.column, "列：", sentence);
}

std::string FormatIssues(const std::vector<Issue>& issues) {
  return absl::StrJoin(issues, "\n", [](std::string* out, const Issue& issue) {
    absl::StrAppend(out, issue.Format());
  });
}

Position PositionAt(absl::string_view source, int offset) {
  Position position;
  const size_t end = std::min(source.size(), static_cast<size_t>(std::max(offset, 0)));
  position.offset = static_cast<int>(end);
  for (size_t i = 0; i < end; ++i) {
    if (source[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if (!IsContinuation(source[i])) {
      ++position.column;
    }
  }
  return position;
}

CodePoint CodePointAt(absl::string_view text, size_t at) {
  constexpr CodePoint kNone = {0, 0};
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  const int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < static_cast<size_t>(size)) return kNone;
  char32_t value = first & (0xFF >> (size + 1));
  for (int i = 1; i < size; ++i) {
    if (!IsContinuation(text[at + i])) return kNone;
    value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  }
  constexpr char32_t kFirstOfSize[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kFirstOfSize[size] || value > 0x10FFFF) return kNone;
  if (value >= 0xD800 && value < 0xE000) return kNone;
  return {value, size};
}

bool IsUtf8(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint character = CodePointAt(text, at);
    if (character.size == 0) return false;
    at += character.size;
  }
  return true;
}

size_t CountCharacters(absl::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

void AppendUtf8(char32_t character, std::string* text) {
  const auto append = [text](char32_t byte) { text->push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    append(character);
  } else if (character < 0x800) {
    append(0xC0 | character >> 6);
    append(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    append(0xE0 | character >> 12);
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  } else {
    append(0xF0 | character >> 18);
    append(0x80 | (character >> 12 & 0x3F));
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  }
}

}  // namespace onething::cel
