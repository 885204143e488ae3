#include "libs/codes/credit_code.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/hash/hash.h"
#include "libs/base/error.h"

namespace onething::codes {
namespace {

constexpr const char* kValid[] = {
    "11430000006122244L", "11330105002500287C", "113700000045046442",
    "11100000000013338W", "11100000000013661B", "11100000MB03271699",
    "12441500196720244T", "11370800MB28559184", "91350100M000100Y43",
};

struct Refusal {
  const char* text;
  const char* sentence;
};

TEST_CASE("a credit code that real authorities and enterprises bear is read as it is") {
  for (const char* text : kValid) {
    INFO(text);
    const auto code = CreditCode::Parse(text);
    REQUIRE(code.ok());
    CHECK(code->value() == text);
    CHECK(code->organisation_code_ok());
  }
}

TEST_CASE("a text that is no credit code is refused with what is wrong and where") {
  const Refusal refusals[] = {
      {"11440000006939799T", "统一社会信用代码第18位校验码应为Q"},
      {"", "统一社会信用代码应为18位，实为0位"},
      {"11430000006122244", "统一社会信用代码应为18位，实为17位"},
      {"11430000006122244L ", "统一社会信用代码应为18位，实为19位"},
      {"11430000006122244l", "统一社会信用代码第18位应为数字或除I、O、S、V、Z外的大写字母"},
      {"1143000000612224IL", "统一社会信用代码第17位应为数字或除I、O、S、V、Z外的大写字母"},
      {"1143000O006122244L", "统一社会信用代码第8位应为数字或除I、O、S、V、Z外的大写字母"},
      {"S1430000006122244L", "统一社会信用代码第1位应为数字或除I、O、S、V、Z外的大写字母"},
      {"1V430000006122244L", "统一社会信用代码第2位应为数字或除I、O、S、V、Z外的大写字母"},
      {"11430000Z06122244L", "统一社会信用代码第9位应为数字或除I、O、S、V、Z外的大写字母"},
      {"11A30000006122244L", "统一社会信用代码第3位应为数字"},
      {"1143000A006122244L", "统一社会信用代码第8位应为数字"},
      {"１１４３００００００６１２２２４４Ｌ", "统一社会信用代码含有全角字符或其他非法字符"},
      {"张三", "统一社会信用代码应为18位，实为2位"},
  };
  for (const Refusal& refusal : refusals) {
    INFO(refusal.text);
    const auto code = CreditCode::Parse(refusal.text);
    REQUIRE(code.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(code.status()) == common::v1::ERROR_REASON_CODE_INVALID);
    CHECK(code.status().message() == refusal.sentence);
  }
}

TEST_CASE("a byte that is no text is refused without harm") {
  std::string text = "11430000006122244L";
  text[4] = '\0';
  CHECK_FALSE(CreditCode::Parse(text).ok());
  text[4] = '\xFF';
  CHECK_FALSE(CreditCode::Parse(text).ok());
}

TEST_CASE("a credit code with any one character changed is refused") {
  for (const std::string text : kValid) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        std::string changed = text;
        changed[i] = static_cast<char>(c);
        INFO(changed);
        REQUIRE(CreditCode::Parse(changed).ok() == (changed == text));
      }
    }
  }
}

TEST_CASE("a credit code with two neighbours exchanged is refused") {
  for (const std::string text : kValid) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      std::string swapped = text;
      std::swap(swapped[i], swapped[i + 1]);
      INFO(swapped);
      REQUIRE(CreditCode::Parse(swapped).ok() == (swapped == text));
    }
  }
}

TEST_CASE("a made code is completed by the check character a parser expects") {
  for (const std::string text : kValid) {
    const auto code = CreditCode::Make(text.substr(0, 17));
    REQUIRE(code.ok());
    CHECK(code->value() == text);
  }
  CHECK(CreditCode::Make("1144000000693979").status().message() ==
        "统一社会信用代码本体应为17位，实为16位");
  CHECK(CreditCode::Make("1144000000693979I").status().message() ==
        "统一社会信用代码第17位应为数字或除I、O、S、V、Z外的大写字母");
}

TEST_CASE("a wrong organisation code within is a warning, not a refusal") {
  const auto code = CreditCode::Make("91440101000000001");  // its organisation code would end in 0
  REQUIRE(code.ok());
  CHECK(CreditCode::Parse(code->value()).ok());
  CHECK_FALSE(code->organisation_code_ok());
}

TEST_CASE("a credit code names its parts, compares and hashes by its text") {
  const auto code = CreditCode::Parse("11370800MB28559184");
  const auto other = CreditCode::Parse("12441500196720244T");
  REQUIRE(code.ok());
  REQUIRE(other.ok());
  CHECK(code->region_digits() == "370800");
  CHECK(code->organisation_code() == "MB2855918");
  CHECK((*code == *CreditCode::Parse("11370800MB28559184")));
  CHECK((*code < *other));
  CHECK(absl::HashOf(*code) == absl::HashOf(*CreditCode::Parse("11370800MB28559184")));
}

}  // namespace
}  // namespace onething::codes
