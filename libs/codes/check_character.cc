#include "libs/codes/check_character.h"

#include <array>
#include <cstddef>

#include "libs/base/check.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kAlphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

int ValueIn(absl::string_view alphabet, char c) {
  const std::size_t value = alphabet.find(c);
  CHECK(value != absl::string_view::npos);
  return static_cast<int>(value);
}

template <std::size_t N>
int WeightedSum(absl::string_view text, absl::string_view alphabet,
                const std::array<int, N>& weights) {
  CHECK(text.size() == N);
  int sum = 0;
  for (std::size_t i = 0; i < N; ++i)
    sum += ValueIn(alphabet, text[i]) * weights[i];
  return sum;
}

}  // namespace

char CreditCodeCheckCharacter(absl::string_view first17) {
  constexpr std::array kWeights = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  const int sum = WeightedSum(first17, kCreditCodeAlphabet, kWeights);
  return kCreditCodeAlphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

char OrganisationCodeCheckCharacter(absl::string_view first8) {
  constexpr std::array kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
  const int sum = WeightedSum(first8, kAlphanumeric, kWeights);
  return "0X987654321"[sum % 11];
}

char CitizenNumberCheckCharacter(absl::string_view first17) {
  constexpr std::array kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  const int sum = WeightedSum(first17, "0123456789", kWeights);
  return "10X98765432"[sum % 11];
}

char Mod3736CheckCharacter(absl::string_view text) {
  int product = 36;
  for (const char c : text) {
    const int sum = (product + ValueIn(kAlphanumeric, c)) % 36;
    product = (sum == 0 ? 36 : sum) * 2 % 37;
  }
  return kAlphanumeric[static_cast<std::size_t>((37 - product) % 36)];
}

}  // namespace onething::codes
