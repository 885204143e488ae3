#include "tools/onething/terminal_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace onething::tool {
namespace {

struct CodeRange {
  uint32_t first;
  uint32_t last;
};

// East Asian Wide and Fullwidth (UAX #11), the blocks that Chinese text meets.
constexpr CodeRange kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},  {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr CodeRange kCombining[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

// Takes one character off `text`, which is not empty.
uint32_t TakeCharacter(absl::string_view* text) {
  const auto lead = static_cast<unsigned char>(text->front());
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xC2 ? 0
                        : lead < 0xE0 ? 2
                        : lead < 0xF0 ? 3
                        : lead < 0xF5 ? 4
                                      : 0;
  if (length < 2 || text->size() < length) {
    text->remove_prefix(1);
    return length == 1 ? lead : '?';
  }
  uint32_t code = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<unsigned char>((*text)[i]) & 0x3Fu);
  }
  text->remove_prefix(length);
  return code;
}

template <size_t N>
bool IsIn(uint32_t code, const CodeRange (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](const CodeRange& r) { return r.first <= code && code <= r.last; });
}

int WidthOf(uint32_t code) { return IsIn(code, kCombining) ? 0 : IsIn(code, kWide) ? 2 : 1; }

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    width += WidthOf(TakeCharacter(&text));
  }
  return width;
}

std::string PadRight(absl::string_view text, int width) {
  return absl::StrCat(
      text, std::string(static_cast<size_t>(std::max(0, width - DisplayWidth(text))), ' '));
}

std::string CutTo(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  absl::string_view rest = text;
  int used = 0;
  while (!rest.empty()) {
    absl::string_view next = rest;
    const int character = WidthOf(TakeCharacter(&next));
    if (used + character > width - 1) {
      break;
    }
    used += character;
    rest = next;
  }
  return absl::StrCat(text.substr(0, text.size() - rest.size()), "…");
}

std::string TextTable::ToString(absl::string_view indent, int cell_width_max) const {
  std::vector<int> widths(rows_[0].size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < widths.size() && i < row.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(cell_width_max, DisplayWidth(row[i])));
    }
  }
  std::string text;
  const auto append_row = [&](const std::vector<std::string>& row) {
    std::string line(indent);
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string cell = CutTo(i < row.size() ? row[i] : "", cell_width_max);
      absl::StrAppend(&line, i == 0 ? "" : "  ", PadRight(cell, widths[i]));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  };
  append_row(rows_[0]);
  std::vector<std::string> rule;
  for (const int width : widths) {
    std::string dashes;
    for (int i = 0; i < width; ++i) {
      dashes += "─";
    }
    rule.push_back(std::move(dashes));
  }
  append_row(rule);
  std::for_each(rows_.begin() + 1, rows_.end(), append_row);
  return text;
}

std::string FactLines(const std::vector<std::pair<std::string, std::string>>& facts,
                      absl::string_view indent) {
  int width = 0;
  for (const auto& [label, value] : facts) {
    width = std::max(width, value.empty() ? 0 : DisplayWidth(label));
  }
  std::string text;
  for (const auto& [label, value] : facts) {
    if (!value.empty()) {
      absl::StrAppend(&text, indent, PadRight(label, width), "  ", value, "\n");
    }
  }
  return text;
}

}  // namespace onething::tool
