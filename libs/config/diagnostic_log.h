// DiagnosticLog: where the stages of one load write what they find. Internal to this folder;
// callers see the vector it turns into.

#ifndef ONETHING_LIBS_CONFIG_DIAGNOSTIC_LOG_H_
#define ONETHING_LIBS_CONFIG_DIAGNOSTIC_LOG_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/config/diagnostic.h"

namespace onething::config {

// A finding before it knows its file.
struct Finding {
  Position position;
  std::string message;
  std::string hint = {};
  std::string path = {};
};

// Collects the findings of one file, at most `diagnostic_count_max`. Owned by one load; not thread
// safe.
class DiagnosticLog {
 public:
  DiagnosticLog(absl::string_view file, int diagnostic_count_max);

  // Keeps the finding, or counts it as dropped when the log is full.
  void Error(Finding finding);
  void Warning(Finding finding);

  // No more findings are kept: costly hints need not be made.
  bool full() const { return static_cast<int>(diagnostics_.size()) >= diagnostic_count_max_; }

  // An error was reported, kept or not.
  bool has_error() const { return has_error_; }

  // All findings in the order of their places; when some were dropped, a last error says so.
  std::vector<Diagnostic> Take() &&;

 private:
  void Add(Severity severity, Finding finding);

  const std::string file_;
  const int diagnostic_count_max_;

  std::vector<Diagnostic> diagnostics_;
  bool has_error_ = false;
  bool dropped_ = false;
};

// `text` in “…” for a message: line breaks and tabs as blanks, cut after 60 characters.
std::string Quote(absl::string_view text);

// `第3行第5列`.
std::string Describe(Position position);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_DIAGNOSTIC_LOG_H_
