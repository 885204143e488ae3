#include "libs/codes/check_character.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>

namespace onething::codes {
namespace {

constexpr absl::string_view kDigits = "0123456789";
constexpr absl::string_view kAlphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr unsigned kSeed = 32100;
constexpr int kRounds = 300;

struct Scheme {
  const char* name;
  char (*check)(absl::string_view);
  absl::string_view alphabet;
  std::size_t size;
};

// The schemes that promise to find every changed character and every exchange of neighbours.
const Scheme kStrictSchemes[] = {
    {"credit code", CreditCodeCheckCharacter, kCreditCodeAlphabet, 17},
    {"citizen number", CitizenNumberCheckCharacter, kDigits, 17},
};

std::string RandomText(std::mt19937& random, absl::string_view alphabet, std::size_t size) {
  std::string text(size, '0');
  for (char& c : text)
    c = alphabet[random() % alphabet.size()];
  return text;
}

// How many of the texts that differ from `text` in one character have the same check character.
int UndetectedChanges(char (*check)(absl::string_view), absl::string_view alphabet,
                      const std::string& text) {
  int undetected = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : alphabet) {
      std::string changed = text;
      changed[i] = c;
      if (changed != text && check(changed) == check(text)) ++undetected;
    }
  }
  return undetected;
}

bool AreCyclicNeighbours(char a, char b) {
  const int distance =
      std::abs(static_cast<int>(kAlphanumeric.find(a)) - static_cast<int>(kAlphanumeric.find(b)));
  return distance == 1 || distance == 35;
}

TEST_CASE("a credit code and a citizen number betray every changed character") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (const Scheme& scheme : kStrictSchemes) {
    INFO(scheme.name);
    for (int round = 0; round < kRounds; ++round) {
      const std::string text = RandomText(random, scheme.alphabet, scheme.size);
      INFO(text);
      REQUIRE(UndetectedChanges(scheme.check, scheme.alphabet, text) == 0);
    }
  }
}

TEST_CASE("a credit code and a citizen number betray every exchange of neighbours") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (const Scheme& scheme : kStrictSchemes) {
    INFO(scheme.name);
    for (int round = 0; round < kRounds; ++round) {
      std::string text = RandomText(random, scheme.alphabet, scheme.size);
      text += scheme.check(text);
      for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        std::string swapped = text;
        std::swap(swapped[i], swapped[i + 1]);
        INFO(text << " and " << swapped);
        // An X that moved forward is no digit any more, so it needs no arithmetic.
        const bool is_legible =
            swapped.substr(0, 17).find_first_not_of(scheme.alphabet.data(), 0,
                                                    scheme.alphabet.size()) == std::string::npos;
        const bool is_undetected =
            swapped != text && is_legible && scheme.check(swapped.substr(0, 17)) == swapped[17];
        REQUIRE_FALSE(is_undetected);
      }
    }
  }
}

TEST_CASE("MOD 37,36 betrays every changed character") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = RandomText(random, kAlphanumeric, 1 + random() % 60);
    INFO(text);
    REQUIRE(UndetectedChanges(Mod3736CheckCharacter, kAlphanumeric, text) == 0);
  }
}

TEST_CASE("MOD 37,36 betrays every exchange of neighbours whose values differ by more than one") {
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  int missed = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::string text = RandomText(random, kAlphanumeric, 60);
    text += Mod3736CheckCharacter(text);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      std::string swapped = text;
      std::swap(swapped[i], swapped[i + 1]);
      if (swapped == text || Mod3736CheckCharacter(swapped.substr(0, 60)) != swapped[60]) continue;
      INFO(text << " and " << swapped);
      REQUIRE(AreCyclicNeighbours(text[i], text[i + 1]));
      ++missed;
    }
  }
  CHECK(missed > 0);  // the exception is real
}

TEST_CASE("an organisation code betrays a changed character but for a change by 11, 22 or 33") {
  CHECK(OrganisationCodeCheckCharacter("00000000") == '0');
  CHECK(OrganisationCodeCheckCharacter("B0000000") == '0');
  CHECK(OrganisationCodeCheckCharacter("M0000000") == '0');
  CHECK(OrganisationCodeCheckCharacter("X0000000") == '0');
  std::mt19937 random(kSeed);
  INFO("seed " << kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = RandomText(random, kDigits, 8);
    INFO(text);
    REQUIRE(UndetectedChanges(OrganisationCodeCheckCharacter, kDigits, text) == 0);
  }
}

TEST_CASE("an organisation code uses X for ten") {
  CHECK(OrganisationCodeCheckCharacter("40000000") == 'X');  // 4 x 3 leaves 1
}

}  // namespace
}  // namespace onething::codes
