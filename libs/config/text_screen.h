// The first gate of a load: refuses bytes that no YAML file of ours holds, before the YAML parser
// sees them. Internal to this folder.

#ifndef ONETHING_LIBS_CONFIG_TEXT_SCREEN_H_
#define ONETHING_LIBS_CONFIG_TEXT_SCREEN_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/config/diagnostic_log.h"
#include "libs/config/line_index.h"
#include "libs/config/load_options.h"

namespace onething::config {

// A byte or character that is refused wherever it stands.
struct RefusedCharacter {
  size_t offset;
  // Length in bytes; 0 when it is no UTF-8.
  size_t size;
  std::string description;
};

// The first character at or behind `offset` that is not plain text: bytes that are no UTF-8,
// control characters but tab, line feed and carriage return before line feed, line and paragraph
// separators, byte order marks, and the marks that reverse the writing direction (a reader would
// see another file than the program).
std::optional<RefusedCharacter> FindRefusedCharacter(absl::string_view text, size_t offset = 0);

// True when the text may go to the YAML parser. False after reporting every refused character (up
// to the first byte that is no UTF-8), every tab in an indentation, and brackets or commas in such
// a number that the parser, which keeps a whole flow collection in memory before its first event,
// would need memory beyond the limits of `options`. Brackets and commas are counted everywhere, in
// texts and comments too; the bounds are far above what a file within the limits writes.
bool ScreenText(absl::string_view text, const LineIndex& lines, const LoadOptions& options,
                DiagnosticLog* log);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_TEXT_SCREEN_H_
