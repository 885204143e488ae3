#include "libs/codes/utf8.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace onething::codes {
namespace {

// One row of the table of well-formed byte sequences (Unicode 15, table 3-7): the second byte is
// narrowed by some first bytes, all further ones are 80..BF.
struct Form {
  unsigned char first_min, first_max;
  unsigned char second_min, second_max;
  std::size_t size;
};

constexpr Form kForms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool Starts(absl::string_view text, const Form& form) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() < form.size) return false;
  if (byte(0) < form.first_min || byte(0) > form.first_max) return false;
  if (byte(1) < form.second_min || byte(1) > form.second_max) return false;
  for (std::size_t i = 2; i < form.size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return false;
  }
  return true;
}

std::size_t FirstCharacterSize(absl::string_view text) {
  for (const Form& form : kForms) {
    if (Starts(text, form)) return form.size;
  }
  return 1;
}

}  // namespace

std::vector<absl::string_view> SplitCharacters(absl::string_view text) {
  std::vector<absl::string_view> characters;
  while (!text.empty()) {
    const std::size_t size = FirstCharacterSize(text);
    characters.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return characters;
}

bool IsBlank(absl::string_view text) {
  while (!text.empty()) {
    if (absl::ascii_isspace(static_cast<unsigned char>(text.front()))) {
      text.remove_prefix(1);
    } else if (!absl::ConsumePrefix(&text, "\u3000") && !absl::ConsumePrefix(&text, "\u00A0")) {
      return false;
    }
  }
  return true;
}

}  // namespace onething::codes
