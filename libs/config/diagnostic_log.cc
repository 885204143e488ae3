#include "libs/config/diagnostic_log.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/config/line_index.h"

namespace onething::config {
namespace {

constexpr int kQuotedCharacterCountMax = 60;

}  // namespace

DiagnosticLog::DiagnosticLog(absl::string_view file, int diagnostic_count_max)
    : file_(file), diagnostic_count_max_(diagnostic_count_max) {}

void DiagnosticLog::Error(Finding finding) {
  has_error_ = true;
  Add(Severity::kError, std::move(finding));
}

void DiagnosticLog::Warning(Finding finding) { Add(Severity::kWarning, std::move(finding)); }

void DiagnosticLog::Add(Severity severity, Finding finding) {
  if (full()) {
    dropped_ = true;
    return;
  }
  diagnostics_.push_back({.file = file_,
                          .line = finding.position.line,
                          .column = finding.position.column,
                          .severity = severity,
                          .message = std::move(finding.message),
                          .hint = std::move(finding.hint),
                          .path = std::move(finding.path)});
}

std::vector<Diagnostic> DiagnosticLog::Take() && {
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
  if (dropped_) {
    Diagnostic last = {.file = file_, .message = "其余的不再列出"};
    if (!diagnostics_.empty()) {
      last.line = diagnostics_.back().line;
      last.column = diagnostics_.back().column;
    }
    last.severity = has_error_ ? Severity::kError : Severity::kWarning;
    diagnostics_.push_back(std::move(last));
  }
  return std::move(diagnostics_);
}

std::string Quote(absl::string_view text) {
  std::string quoted = "“";
  int character_count = 0;
  for (const char c : text) {
    character_count += IsCharacterStart(c) ? 1 : 0;
    if (character_count > kQuotedCharacterCountMax) {
      quoted += "…";
      break;
    }
    quoted += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return quoted + "”";
}

std::string Describe(Position position) {
  return absl::StrCat("第", position.line, "行第", position.column, "列");
}

}  // namespace onething::config
