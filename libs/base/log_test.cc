#include "libs/base/log.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace onething {
namespace {

TEST_CASE("a log value is always valid JSON, whatever bytes it holds") {
  const std::string texts[] = {
      "plain",        "中文",     "quote \" and \\", std::string("\0\n\t\x1f", 4),
      "\xff\xfe bad", "\xe4\xb8", "\xc0\x80"};
  for (const std::string& text : texts) {
    const std::string document = "{\"value\":\"" + JsonEscape(text) + "\"}";
    INFO(document);
    CHECK(nlohmann::json::accept(document));
  }
  CHECK(JsonEscape("中文") == "中文");
}

TEST_CASE("log levels parse by their names only") {
  LogLevel level = LogLevel::kInfo;
  CHECK(ParseLogLevel("warning", &level));
  CHECK(level == LogLevel::kWarning);
  CHECK_FALSE(ParseLogLevel("loud", &level));
}

}  // namespace
}  // namespace onething
