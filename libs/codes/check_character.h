// The arithmetic of the check characters: one pure function per scheme, from the characters
// before the check character to the check character. Lengths and alphabets are the caller's: a
// character outside the scheme's alphabet, or too many of them, is a mistake of ours and stops
// the process.

#ifndef ONETHING_LIBS_CODES_CHECK_CHARACTER_H_
#define ONETHING_LIBS_CODES_CHECK_CHARACTER_H_

#include "absl/strings/string_view.h"

namespace onething::codes {

// The digits and letters of GB 32100 in the order of their values 0-30 (no I, O, S, V, Z).
inline constexpr absl::string_view kCreditCodeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// GB 32100-2015, for the first 17 characters of a unified social credit code. A changed character
// and two exchanged neighbours are always found out.
char CreditCodeCheckCharacter(absl::string_view first17);

// GB 11714, for the first 8 characters of an organisation code, A being 10 and Z 35. A changed
// character is found out unless its value changes by 11, 22 or 33.
char OrganisationCodeCheckCharacter(absl::string_view first8);

// GB 11643 = ISO 7064 MOD 11-2, for the first 17 digits of a citizen number. A changed digit and
// two exchanged neighbours are always found out.
char CitizenNumberCheckCharacter(absl::string_view first17);

// ISO 7064 MOD 37,36 (GB/T 17710), for any number of digits and capital letters. A changed
// character is always found out, two exchanged neighbours unless their values differ by one (0
// and Z count as neighbours in value).
char Mod3736CheckCharacter(absl::string_view text);

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_CHECK_CHARACTER_H_
