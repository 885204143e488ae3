// The unified social credit code (统一社会信用代码, GB 32100-2015) by which authorities and
// enterprises are named. It says that a code is well formed, not that anyone bears it.
//
//   code = registrar kind region{6} organisation{9} check      18 characters

#ifndef ONETHING_LIBS_CODES_CREDIT_CODE_H_
#define ONETHING_LIBS_CODES_CREDIT_CODE_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/strong_string.h"

namespace onething::codes {

// One credit code. A value, like all codes of this folder (see StrongString).
class CreditCode : public StrongString<CreditCode> {
 public:
  // The code that `text` writes: 18 characters of the alphabet of GB 32100, in capital letters,
  // with the right check character. INVALID_ARGUMENT otherwise.
  static absl::StatusOr<CreditCode> Parse(absl::string_view text);

  // The code that begins with `first17`, its check character computed. For made-up data of tests
  // and demonstrations. INVALID_ARGUMENT when no code can begin so.
  static absl::StatusOr<CreditCode> Make(absl::string_view first17);

  // The six digits of the registrar's division. Not a RegionCode: national registrars write
  // 100000, and divisions that no longer exist stay in their codes.
  absl::string_view region_digits() const { return absl::string_view(value()).substr(2, 6); }

  // The organisation code (GB 11714) within, nine characters.
  absl::string_view organisation_code() const { return absl::string_view(value()).substr(8, 9); }

  // Whether the organisation code's own check character is right. Where it is not the code still
  // stands; a person should look at it.
  bool organisation_code_ok() const;

 private:
  explicit CreditCode(std::string value) : StrongString(std::move(value)) {}
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_CREDIT_CODE_H_
