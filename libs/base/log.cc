#include "libs/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace onething {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// Length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none.
size_t Utf8SequenceLength(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      return 0;
    }
  }
  return length;
}

}  // namespace

std::string JsonEscape(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + 8);
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const char c = text[0];
    if (length == 0) {
      escaped += kReplacement;
    } else if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (length == 1 && static_cast<unsigned char>(c) < 0x20) {
      escaped += absl::StrFormat("\\u%04x", static_cast<unsigned>(c));
    } else {
      escaped.append(text.data(), length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return escaped;
}

void LogField::AppendTo(std::string* line) const {
  absl::StrAppend(line, "\"", JsonEscape(key_), "\":");
  if (quoted_) {
    absl::StrAppend(line, "\"", JsonEscape(text_), "\"");
  } else {
    absl::StrAppend(line, text_);
  }
}

void InitLogging(absl::string_view service, LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>(std::string(service),
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","service":"%n",%v})");
  logger->flush_on(spdlog::level::warn);
  logger->set_level(ToSpdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

void SetLogLevel(LogLevel level) { spdlog::set_level(ToSpdlog(level)); }

bool LogEnabled(LogLevel level) { return spdlog::should_log(ToSpdlog(level)); }

bool ParseLogLevel(absl::string_view text, LogLevel* level) {
  const std::pair<absl::string_view, LogLevel> names[] = {{"debug", LogLevel::kDebug},
                                                          {"info", LogLevel::kInfo},
                                                          {"warning", LogLevel::kWarning},
                                                          {"error", LogLevel::kError}};
  for (const auto& [name, value] : names) {
    if (text == name) {
      *level = value;
      return true;
    }
  }
  return false;
}

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) {
    return;
  }
  std::string line = absl::StrCat("\"event\":\"", JsonEscape(event), "\"");
  for (const LogField& field : fields) {
    line += ',';
    field.AppendTo(&line);
  }
  spdlog::log(ToSpdlog(level), "{}", line);
}

void FlushLog() { spdlog::default_logger()->flush(); }

}  // namespace onething
