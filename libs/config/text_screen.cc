#include "libs/config/text_screen.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace onething::config {
namespace {

// Brackets left open at one time, for each level of nesting allowed.
constexpr int kOpenBracketsPerLevel = 32;

struct Character {
  uint32_t code = 0;
  size_t size = 0;  // 0: no UTF-8
};

// Decodes strictly: no overlong form, no surrogate, nothing above U+10FFFF.
Character Decode(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return {.code = first, .size = 1};
  }
  const size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size == 0 || text.size() < size) {
    return {};
  }
  uint32_t code = first & (0xFFu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if (IsCharacterStart(text[i])) {
      return {};
    }
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return {};
  }
  return {.code = code, .size = size};
}

bool IsRefused(uint32_t code) {
  if (code < 0x20) {
    return code != '\t' && code != '\n';
  }
  return (code >= 0x7F && code <= 0x9F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void ReportRefusedCharacters(absl::string_view text, const LineIndex& lines, DiagnosticLog* log) {
  size_t offset = 0;
  while (!log->full()) {
    const std::optional<RefusedCharacter> refused = FindRefusedCharacter(text, offset);
    if (!refused.has_value()) {
      return;
    }
    log->Error({.position = lines.At(refused->offset),
                .message = refused->description,
                .hint = refused->size == 0 ? "请将文件另存为 UTF-8 编码" : ""});
    if (refused->size == 0) {
      return;
    }
    offset = refused->offset + refused->size;
  }
}

void ReportTabs(absl::string_view text, const LineIndex& lines, DiagnosticLog* log) {
  bool indentation = true;
  for (size_t i = 0; i < text.size(); ++i) {
    if (indentation && text[i] == '\t') {
      log->Error({.position = lines.At(i), .message = "缩进中有制表符", .hint = "请用空格缩进"});
      indentation = false;
      continue;
    }
    indentation = text[i] == '\n' || (indentation && text[i] == ' ');
  }
}

void ReportFlowExcess(absl::string_view text, const LineIndex& lines, const LoadOptions& options,
                      DiagnosticLog* log) {
  const int open_count_max = options.depth_max * kOpenBracketsPerLevel;
  int open_count = 0;
  int comma_count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{') {
      ++open_count;
    } else if (c == ']' || c == '}') {
      open_count = std::max(0, open_count - 1);
    } else if (c == ',') {
      ++comma_count;
    }
    if (open_count > open_count_max || comma_count > options.node_count_max) {
      log->Error({.position = lines.At(i),
                  .message = open_count > open_count_max
                                 ? absl::StrCat("未闭合的括号超过", open_count_max, "个")
                                 : absl::StrCat("逗号超过", options.node_count_max, "个")});
      return;
    }
  }
}

}  // namespace

std::optional<RefusedCharacter> FindRefusedCharacter(absl::string_view text, size_t offset) {
  while (offset < text.size()) {
    const Character character = Decode(text.substr(offset));
    if (character.size == 0) {
      const int byte = static_cast<unsigned char>(text[offset]);
      return RefusedCharacter{offset, 0, absl::StrFormat("不是 UTF-8 的字节 0x%02X", byte)};
    }
    const bool line_end = character.code == '\r' && text.substr(offset + 1, 1) == "\n";
    if (IsRefused(character.code) && !line_end) {
      return RefusedCharacter{offset, character.size,
                              absl::StrFormat("不允许的控制字符 U+%04X", character.code)};
    }
    offset += character.size;
  }
  return std::nullopt;
}

bool ScreenText(absl::string_view text, const LineIndex& lines, const LoadOptions& options,
                DiagnosticLog* log) {
  ReportRefusedCharacters(text, lines, log);
  ReportTabs(text, lines, log);
  ReportFlowExcess(text, lines, options, log);
  return !log->has_error();
}

}  // namespace onething::config
