// Text for a terminal where Chinese characters take two columns: widths, padding and tables.

#ifndef ONETHING_TOOLS_ONETHING_TERMINAL_TEXT_H_
#define ONETHING_TOOLS_ONETHING_TERMINAL_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace onething::tool {

// Columns that UTF-8 `text` takes: two for wide characters (CJK, full-width forms), none for
// combining marks, one otherwise. A byte that is no UTF-8 counts one.
int DisplayWidth(absl::string_view text);

// `text` followed by spaces up to `width` columns.
std::string PadRight(absl::string_view text, int width);

// `text` cut at `width` columns, with … in place of what is left out.
std::string CutTo(absl::string_view text, int width);

// Rows under a head, columns aligned. A value.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) { rows_.push_back(std::move(head)); }

  // Adds a row of as many cells as the head.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  bool empty() const { return rows_.size() == 1; }

  // The table as lines, each begun with `indent`, cells cut at `cell_width_max` columns.
  std::string ToString(absl::string_view indent = "", int cell_width_max = 60) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Lines of label and value, values under each other; those without a value are left out.
std::string FactLines(const std::vector<std::pair<std::string, std::string>>& facts,
                      absl::string_view indent = "  ");

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_TERMINAL_TEXT_H_
