#include "libs/codes/citizen_number.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "libs/base/error.h"

namespace onething::codes {
namespace {

const absl::CivilDay kToday(2026, 3, 2);

struct Refusal {
  const char* text;
  const char* sentence;
};

TEST_CASE("a citizen number is read with its birth date and sex") {
  const auto woman = CitizenNumber::Parse("11010519491231002X");
  REQUIRE(woman.ok());
  CHECK(woman->value() == "11010519491231002X");
  CHECK((woman->birth_date() == absl::CivilDay(1949, 12, 31)));
  CHECK_FALSE(woman->is_male());
  CHECK(woman->area_digits() == "110105");

  const auto man = CitizenNumber::Parse("440524188001010014");
  REQUIRE(man.ok());
  CHECK((man->birth_date() == absl::CivilDay(1880, 1, 1)));
  CHECK(man->is_male());
}

TEST_CASE("a small x at the end is the same number") {
  const auto number = CitizenNumber::Parse("11010519491231002x");
  REQUIRE(number.ok());
  CHECK((*number == *CitizenNumber::Parse("11010519491231002X")));
}

TEST_CASE("a text that is no citizen number is refused with what is wrong and where") {
  const Refusal refusals[] = {
      {"", "公民身份号码应为18位，实为0位"},
      {"110105491231002", "公民身份号码应为18位，实为15位"},
      {"11010519491231002X1", "公民身份号码应为18位，实为19位"},
      {"１１０１０５１９４９１２３１００２Ｘ", "公民身份号码含有全角字符或其他非法字符"},
      {"1101051949123100XX", "公民身份号码第17位应为数字"},
      {"x1010519491231002X", "公民身份号码第1位应为数字"},
      {"11010519491231 02X", "公民身份号码第15位应为数字"},
      {"110105194912310020", "公民身份号码第18位校验码不正确"},
      {"11010519491231002Y", "公民身份号码第18位校验码不正确"},
      {"110105194912310021", "公民身份号码第18位校验码不正确"},
      {"110105194913310020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105194900310020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105194912320020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105194912000020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105194904310020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105190002290020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105202302290020", "公民身份号码第7至14位不是真实的出生日期"},
      {"110105000001010020", "公民身份号码第7至14位不是真实的出生日期"},
  };
  for (const Refusal& refusal : refusals) {
    INFO(refusal.text);
    const auto number = CitizenNumber::Parse(refusal.text);
    REQUIRE(number.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(number.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(number.status().message() == refusal.sentence);
  }
}

TEST_CASE("an area that is on no list is not refused") {
  const auto number = CitizenNumber::Make("999999", absl::CivilDay(2000, 2, 29), 7);
  REQUIRE(number.ok());
  CHECK(CitizenNumber::Parse(number->value()).ok());
}

TEST_CASE("one who is born after today is refused, one who is born today is not") {
  const auto today = CitizenNumber::Make("110105", kToday, 2);
  const auto tomorrow = CitizenNumber::Make("110105", kToday + 1, 2);
  REQUIRE(today.ok());
  REQUIRE(tomorrow.ok());
  CHECK(CitizenNumber::ParseAt(today->value(), kToday).ok());
  CHECK(CitizenNumber::Parse(tomorrow->value()).ok());
  CHECK(CitizenNumber::ParseAt(tomorrow->value(), kToday).status().message() ==
        "公民身份号码第7至14位的出生日期晚于今天");
  CHECK(CitizenNumber::ParseAt("1", kToday).status().message() == "公民身份号码应为18位，实为1位");
}

TEST_CASE("a made number is one the parser reads back") {
  constexpr unsigned kSeed = 11643;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 500; ++round) {
    const absl::CivilDay birth = absl::CivilDay(1900, 1, 1) + random() % 46000;
    const int serial = static_cast<int>(random() % 1000);
    const auto made = CitizenNumber::Make("440106", birth, serial);
    REQUIRE(made.ok());
    const auto read = CitizenNumber::Parse(made->value());
    REQUIRE(read.ok());
    REQUIRE((*read == *made));
    REQUIRE((read->birth_date() == birth));
    REQUIRE(read->is_male() == (serial % 2 == 1));
  }
}

TEST_CASE("a number cannot be made of parts that do not fit") {
  const absl::CivilDay birth(2000, 1, 1);
  CHECK(CitizenNumber::Make("11010", birth, 1).status().message() ==
        "公民身份号码的地址码应为6位，实为5位");
  CHECK(CitizenNumber::Make("11010A", birth, 1).status().message() ==
        "公民身份号码的地址码第6位应为数字");
  CHECK(CitizenNumber::Make("110105", birth, 1000).status().message() ==
        "公民身份号码的顺序码应为三位");
  CHECK(CitizenNumber::Make("110105", birth, -1).status().message() ==
        "公民身份号码的顺序码应为三位");
  CHECK(CitizenNumber::Make("110105", absl::CivilDay(10000, 1, 1), 1).status().message() ==
        "公民身份号码的出生年份应为四位");
  CHECK_FALSE(CitizenNumber::Make("110105", absl::CivilDay(0, 1, 1), 1).ok());
}

TEST_CASE("a citizen number with any one character changed is refused without repeating it") {
  for (const std::string text : {"11010519491231002X", "440524188001010014"}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        std::string changed = text;
        changed[i] = static_cast<char>(c);
        const auto number = CitizenNumber::Parse(changed);
        INFO(changed);
        const bool is_same = changed == text || (text[i] == 'X' && c == 'x');
        REQUIRE(number.ok() == is_same);
        REQUIRE_FALSE(absl::StrContains(number.status().message(), changed.substr(0, 6)));
      }
    }
  }
}

TEST_CASE("a citizen number with two neighbours exchanged is refused") {
  for (const std::string text : {"11010519491231002X", "440524188001010014"}) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      std::string swapped = text;
      std::swap(swapped[i], swapped[i + 1]);
      INFO(swapped);
      REQUIRE(CitizenNumber::Parse(swapped).ok() == (swapped == text));
    }
  }
}

}  // namespace
}  // namespace onething::codes
