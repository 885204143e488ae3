#include "libs/codes/mask.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "libs/codes/utf8.h"

namespace onething::codes {
namespace {

struct Row {
  const char* text;
  const char* masked;
};

TEST_CASE("a name keeps its first character, and its last of three or more") {
  const Row rows[] = {
      {"", ""},
      {"张", "*"},
      {"张三", "张*"},
      {"李小敏", "李*敏"},
      {"欧阳克锋", "欧**锋"},
      {"阿依古丽·买买提", "阿******提"},
      {"𠮷田明", "𠮷*明"},  // four bytes
      {"Ann Lee", "A*****e"},
      {"\xE5\xBC", "**"},              // a character broken off
      {"\xFF张三丰", "***丰"},         // a byte of no character is never shown
      {"张三\xED\xA0\x80", "张****"},  // half a surrogate pair
      {"\xC0\xAF三", "**三"},          // an overlong slash
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(MaskName(row.text) == row.masked);
  }
}

TEST_CASE("a phone number keeps three and four characters when four or more are hidden") {
  const Row rows[] = {
      {"", ""},
      {"13812343210", "138****3210"},
      {"075512345678", "075*****5678"},
      {"+8613812343210", "+86*******3210"},
      {"83210000", "********"},
      {"1381234321", "**********"},
      {"１３８１２３４３２１０", "１３８****３２１０"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(MaskPhone(row.text) == row.masked);
  }
}

TEST_CASE("a citizen number keeps its area and last four, any other text nothing") {
  const Row rows[] = {
      {"", ""},
      {"460100199901011234", "460100********1234"},
      {"11010519491231002X", "110105********002X"},
      {"110105491231002", "***************"},
      {"4601001999010112345", "*******************"},
      {"E12345678", "*********"},
      {"公民身份号码", "******"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(MaskCitizenNumber(row.text) == row.masked);
  }
}

TEST_CASE("whatever the bytes, a mask is well-formed and as long as the text") {
  constexpr unsigned kSeed = 35273;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 24, '\0');
    for (char& c : text)
      c = static_cast<char>(random());
    for (const std::string& masked : {MaskName(text), MaskPhone(text), MaskCitizenNumber(text)}) {
      const auto characters = SplitCharacters(masked);
      REQUIRE(characters.size() == SplitCharacters(text).size());
      for (const absl::string_view character : characters) {
        const bool is_broken =
            character.size() == 1 && static_cast<unsigned char>(character[0]) > 0x7F;
        REQUIRE_FALSE(is_broken);
      }
    }
  }
}

TEST_CASE("UTF-8 is cut into characters and stray bytes") {
  using Characters = std::vector<absl::string_view>;
  CHECK((SplitCharacters("") == Characters{}));
  CHECK((SplitCharacters("a张é😀") == Characters{"a", "张", "é", "😀"}));
  CHECK((SplitCharacters("\x80"
                         "a") == Characters{"\x80", "a"}));
  CHECK((SplitCharacters("\xF4\x90\x80\x80") == Characters{"\xF4", "\x90", "\x80", "\x80"}));
  CHECK((SplitCharacters("\xF4\x8F\xBF\xBF") == Characters{"\xF4\x8F\xBF\xBF"}));
  CHECK((SplitCharacters("\xE0\x9F\xBF").size() == 3));
  CHECK((SplitCharacters("\xED\x9F\xBF").size() == 1));
  CHECK((SplitCharacters("\xF0\x8F\xBF\xBF").size() == 4));
}

}  // namespace
}  // namespace onething::codes
