// One JSON object a line on the error output: what an operator's log pipeline reads. Values are
// escaped here; personal data is masked before it comes here (libs/rpc masks by the contract's
// marks). Thread safe; spdlog does the writing.

#ifndef ONETHING_LIBS_BASE_LOG_H_
#define ONETHING_LIBS_BASE_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace onething {

// Severity, by spdlog's names.
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// A value of a log line: text or number.
class LogField {
 public:
  LogField(absl::string_view key, absl::string_view text) : key_(key), text_(text), quoted_(true) {}
  LogField(absl::string_view key, const std::string& text)
      : LogField(key, absl::string_view(text)) {}
  LogField(absl::string_view key, const char* text) : LogField(key, absl::string_view(text)) {}
  LogField(absl::string_view key, int64_t number)
      : key_(key), text_(std::to_string(number)), quoted_(false) {}
  LogField(absl::string_view key, int number) : LogField(key, int64_t{number}) {}

  // Appends `"key":value` as JSON.
  void AppendTo(std::string* line) const;

 private:
  std::string key_;
  std::string text_;
  bool quoted_;
};

// Names the service in every line and sets the least level written. Call once, first in main.
void InitLogging(absl::string_view service, LogLevel level);

// Changes the least level written, at any time.
void SetLogLevel(LogLevel level);

// Whether lines of this level are written; for callers whose fields cost something to make.
bool LogEnabled(LogLevel level);

// Parses debug, info, warning, error; false when it is none of them.
bool ParseLogLevel(absl::string_view text, LogLevel* level);

// Writes {"time":…,"level":…,"service":…,"event":…,fields}. `event` is a fixed phrase to search
// for.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// Writes what is buffered; for a process about to end.
void FlushLog();

// `text` as the inside of a JSON string: quotes, backslash and control characters escaped, bytes
// that are no UTF-8 replaced.
std::string JsonEscape(absl::string_view text);

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_LOG_H_
