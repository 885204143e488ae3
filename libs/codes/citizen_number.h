// The citizen number (公民身份号码, GB 11643). Personal data: show it by MaskCitizenNumber
// (mask.h); no sentence of a refusal repeats a digit of it. The area is not looked up, because a
// number keeps the area code of its day when the area is gone.
//
//   number = area{6} birth{8, YYYYMMDD} serial{3, odd for a man} check      18 characters

#ifndef ONETHING_LIBS_CODES_CITIZEN_NUMBER_H_
#define ONETHING_LIBS_CODES_CITIZEN_NUMBER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "libs/base/strong_string.h"

namespace onething::codes {

// One citizen number. A value.
class CitizenNumber : public StrongString<CitizenNumber> {
 public:
  // The number that `text` writes; a last x becomes X. INVALID_ARGUMENT when the birth date is no
  // day of the calendar or the check character is wrong. It knows no today: see ParseAt.
  static absl::StatusOr<CitizenNumber> Parse(absl::string_view text);

  // The same, refusing one who is born after `today`, the day of the transaction.
  static absl::StatusOr<CitizenNumber> ParseAt(absl::string_view text, absl::CivilDay today);

  // The number of these parts, `serial` being 0 to 999, its check character computed. For made-up
  // data of tests and demonstrations. INVALID_ARGUMENT for parts that do not fit.
  static absl::StatusOr<CitizenNumber> Make(absl::string_view area, absl::CivilDay birth,
                                            int serial);

  // The day of birth in the Gregorian calendar.
  absl::CivilDay birth_date() const;

  bool is_male() const { return (value()[16] - '0') % 2 == 1; }

  // The six digits of the area where the number was given.
  absl::string_view area_digits() const { return absl::string_view(value()).substr(0, 6); }

 private:
  explicit CitizenNumber(std::string value) : StrongString(std::move(value)) {}
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_CITIZEN_NUMBER_H_
