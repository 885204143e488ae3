// Diagnostic: one finding about a place in a YAML file, and how it is printed. Made by the loader
// and by whoever checks a loaded message further (bundle check); it knows nothing of YAML or
// protobuf itself.

#ifndef ONETHING_LIBS_CONFIG_DIAGNOSTIC_H_
#define ONETHING_LIBS_CONFIG_DIAGNOSTIC_H_

#include <compare>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace onething::config {

// A place in a text. Lines and columns count from 1; a column is a character (code point), not a
// byte.
struct Position {
  int line = 1;
  int column = 1;

  friend auto operator<=>(const Position&, const Position&) = default;
};

// An error refuses the file; a warning only tells.
enum class Severity { kError, kWarning };

// One finding. A value; copyable.
struct Diagnostic {
  // The name given by the caller: a path, or what an uploaded text is called.
  std::string file;
  int line = 1;
  int column = 1;
  Severity severity = Severity::kError;
  // What is wrong, in Chinese: one line of printable UTF-8, without position.
  std::string message;
  // What to do about it; may be empty.
  std::string hint;
  // Field path of the place, e.g. `items[2].needs`; empty when the text is not yet a message there.
  std::string path;

  // `file:line:column: 错误：message；hint` (警告 for a warning). The place stands as compilers write
  // it, so editors jump to it.
  std::string Format() const;

  // `message；hint`: what Format writes behind the place.
  std::string Sentence() const;
};

// OK when no diagnostic is an error, else INVALID_ARGUMENT with the formatted errors, one a line.
absl::Status ToStatus(const std::vector<Diagnostic>& diagnostics);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_DIAGNOSTIC_H_
