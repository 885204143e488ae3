#include "libs/codes/mask.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codes/utf8.h"

namespace onething::codes {
namespace {

using Characters = std::vector<absl::string_view>;

std::string Mask(const Characters& characters, std::size_t head, std::size_t tail) {
  std::string masked;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const absl::string_view character = characters[i];
    const bool shown = i < head || i + tail >= characters.size();
    const bool broken = character.size() == 1 && static_cast<unsigned char>(character[0]) > 0x7F;
    absl::StrAppend(&masked, shown && !broken ? character : "*");
  }
  return masked;
}

}  // namespace

std::string MaskName(absl::string_view name) {
  const Characters characters = SplitCharacters(name);
  return Mask(characters, characters.size() >= 2 ? 1 : 0, characters.size() >= 3 ? 1 : 0);
}

std::string MaskPhone(absl::string_view phone) {
  const Characters characters = SplitCharacters(phone);
  return characters.size() >= 11 ? Mask(characters, 3, 4) : Mask(characters, 0, 0);
}

std::string MaskCitizenNumber(absl::string_view number) {
  const Characters characters = SplitCharacters(number);
  return characters.size() == 18 ? Mask(characters, 6, 4) : Mask(characters, 0, 0);
}

}  // namespace onething::codes
