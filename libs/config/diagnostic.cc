#include "libs/config/diagnostic.h"

#include "absl/strings/str_cat.h"

namespace onething::config {

std::string Diagnostic::Format() const {
  return absl::StrCat(file, ":", line, ":", column,
                      severity == Severity::kError ? ": 错误：" : ": 警告：", Sentence());
}

std::string Diagnostic::Sentence() const {
  return absl::StrCat(message, hint.empty() ? "" : "；", hint);
}

absl::Status ToStatus(const std::vector<Diagnostic>& diagnostics) {
  std::string errors;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) {
      absl::StrAppend(&errors, errors.empty() ? "" : "\n", diagnostic.Format());
    }
  }
  return errors.empty() ? absl::OkStatus() : absl::InvalidArgumentError(errors);
}

}  // namespace onething::config
