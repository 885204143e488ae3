// The identifier of one e-licence (证照标识, GB/T 36904) and the code of its kind (证照类型代码).
// It says that an identifier is well formed, not that the licence exists. Identifiers with a
// wrong check character are common in documents and always refused.
//
//   identifier = "1.2.156.3005.2." type "." issuer "." serial "." version "." check
//   type       = authority{18} number{3}     the authority that defines the kind, a credit code
//   issuer     = credit code{18}, formerly also region{6}
//   serial     = 1 to 32 digits and capital letters
//   version    = 001 to 999
//   check      = ISO 7064 MOD 37,36 over type, issuer, serial and version without the dots

#ifndef ONETHING_LIBS_CODES_LICENSE_IDENTIFIER_H_
#define ONETHING_LIBS_CODES_LICENSE_IDENTIFIER_H_

#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/strong_string.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/region_code.h"

namespace onething::codes {

// A kind of licence, such as 11100000MB03271699001, the title of real estate. A value.
class LicenseTypeCode : public StrongString<LicenseTypeCode> {
 public:
  // The code that `text` writes. INVALID_ARGUMENT when one of its parts is not right.
  static absl::StatusOr<LicenseTypeCode> Parse(absl::string_view text);

  // The authority that defines the kind.
  const CreditCode& authority() const { return authority_; }

  // The three digits by which that authority tells its kinds apart.
  absl::string_view number() const { return absl::string_view(value()).substr(18); }

 private:
  LicenseTypeCode(std::string value, CreditCode authority);

  CreditCode authority_;
};

// One licence in one version. A value.
class LicenseIdentifier : public StrongString<LicenseIdentifier> {
 public:
  // Who issued the licence: an authority, in old identifiers a division of which only six digits
  // are written.
  using Issuer = std::variant<CreditCode, RegionCode>;

  // The identifier that `text` writes. INVALID_ARGUMENT names the part that is not right; a
  // vendor's root 1.2.156.3003.2 is refused as well.
  static absl::StatusOr<LicenseIdentifier> Parse(absl::string_view text);

  // The identifier of a new licence, its check character computed. INVALID_ARGUMENT for a serial
  // that is not 1 to 32 digits and capital letters, or a version outside 1 to 999.
  static absl::StatusOr<LicenseIdentifier> Make(const LicenseTypeCode& type,
                                                const CreditCode& issuer, absl::string_view serial,
                                                int version);

  const LicenseTypeCode& type() const { return type_; }
  const Issuer& issuer() const { return issuer_; }
  const std::string& serial() const { return serial_; }
  int version() const { return version_; }

  // Whether the issuer is a mere division. Such an identifier stands; a person should look at it.
  bool has_old_issuer() const { return std::holds_alternative<RegionCode>(issuer_); }

 private:
  LicenseIdentifier(std::string value, LicenseTypeCode type, Issuer issuer, std::string serial,
                    int version);

  LicenseTypeCode type_;
  Issuer issuer_;
  std::string serial_;
  int version_;
};

}  // namespace onething::codes

#endif  // ONETHING_LIBS_CODES_LICENSE_IDENTIFIER_H_
