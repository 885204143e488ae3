#include "libs/codes/utf8.h"

#include <catch2/catch.hpp>

namespace onething::codes {
namespace {

TEST_CASE("a text of nothing but spaces of any keyboard is blank") {
  for (const char* blank : {"", " ", "\t\r\n", "\u3000", "\u00A0", " \u3000\u00A0 "}) {
    CHECK(IsBlank(blank));
  }
  for (const char* text : {"理由", " 理由\u3000", ".", "\u3001", "\xE3\x80", "\xC2"}) {
    INFO(text);
    CHECK_FALSE(IsBlank(text));
  }
}

}  // namespace
}  // namespace onething::codes
