#include "libs/codes/license_identifier.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/codes/check_character.h"
#include "libs/codes/code_text.h"

namespace onething::codes {
namespace {

constexpr absl::string_view kName = "证照标识";
constexpr absl::string_view kTypeName = "证照类型代码";
constexpr absl::string_view kSerialName = "证照标识的流水号";
constexpr absl::string_view kVersionName = "证照标识的版本号";
constexpr absl::string_view kRoot = "1.2.156.3005.2.";
constexpr absl::string_view kVendorRoot = "1.2.156.3003.2.";
constexpr std::size_t kSerialSizeMax = 32;

absl::StatusOr<LicenseIdentifier::Issuer> ParseIssuer(absl::string_view text) {
  if (text.size() != 6) return CreditCode::Parse(text);
  return RegionCode::Parse(text);
}

absl::Status CheckSerial(absl::string_view serial) {
  if (serial.empty() || serial.size() > kSerialSizeMax) {
    return Refuse(kSerialName, absl::StrCat("应为1至", kSerialSizeMax, "位"));
  }
  return CheckAlphanumeric(kSerialName, serial);
}

absl::StatusOr<int> ParseVersion(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kVersionName, text, 3));
  RETURN_IF_ERROR(CheckDigits(kVersionName, text));
  const int version = ToNumber(text);
  if (version == 0) return Refuse(kVersionName, "应从001起");
  return version;
}

absl::Status CheckRoot(absl::string_view text) {
  if (absl::StartsWith(text, kRoot)) return absl::OkStatus();
  if (absl::StartsWith(text, kVendorRoot)) {
    return Refuse(kName, "的根应为1.2.156.3005.2；1.2.156.3003.2是厂商自定的");
  }
  return Refuse(kName, "应以1.2.156.3005.2.开头");
}

}  // namespace

LicenseTypeCode::LicenseTypeCode(std::string value, CreditCode authority)
    : StrongString(std::move(value)), authority_(std::move(authority)) {}

absl::StatusOr<LicenseTypeCode> LicenseTypeCode::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckLength(kTypeName, text, 21));
  const absl::StatusOr<CreditCode> authority = CreditCode::Parse(text.substr(0, 18));
  if (!authority.ok()) {
    return Refuse(kTypeName, absl::StrCat("第1至18位：", authority.status().message()));
  }
  RETURN_IF_ERROR(CheckDigits(kTypeName, text, 18));
  return LicenseTypeCode(std::string(text), *authority);
}

LicenseIdentifier::LicenseIdentifier(std::string value, LicenseTypeCode type, Issuer issuer,
                                     std::string serial, int version)
    : StrongString(std::move(value)),
      type_(std::move(type)),
      issuer_(std::move(issuer)),
      serial_(std::move(serial)),
      version_(version) {}

absl::StatusOr<LicenseIdentifier> LicenseIdentifier::Parse(absl::string_view text) {
  RETURN_IF_ERROR(CheckRoot(text));
  const std::vector<absl::string_view> parts = absl::StrSplit(text.substr(kRoot.size()), '.');
  if (parts.size() != 5) {
    return Refuse(kName, absl::StrCat("根之后应有5段，实有", parts.size(), "段"));
  }
  absl::StatusOr<LicenseTypeCode> type = LicenseTypeCode::Parse(parts[0]);
  if (!type.ok()) return Refuse(kName, absl::StrCat("的", type.status().message()));
  absl::StatusOr<Issuer> issuer = ParseIssuer(parts[1]);
  if (!issuer.ok()) return Refuse(kName, absl::StrCat("的颁发机构：", issuer.status().message()));
  RETURN_IF_ERROR(CheckSerial(parts[2]));
  ASSIGN_OR_RETURN(const int version, ParseVersion(parts[3]));
  const char check = Mod3736CheckCharacter(absl::StrCat(parts[0], parts[1], parts[2], parts[3]));
  if (parts[4] != absl::string_view(&check, 1)) {
    return Refuse(kName, absl::StrCat("末位校验码应为", absl::string_view(&check, 1)));
  }
  return LicenseIdentifier(std::string(text), *std::move(type), *std::move(issuer),
                           std::string(parts[2]), version);
}

absl::StatusOr<LicenseIdentifier> LicenseIdentifier::Make(const LicenseTypeCode& type,
                                                          const CreditCode& issuer,
                                                          absl::string_view serial, int version) {
  RETURN_IF_ERROR(CheckSerial(serial));
  if (version < 1 || version > 999) return Refuse(kVersionName, "应在001至999之间");
  const std::string version_text = absl::StrFormat("%03d", version);
  const char check =
      Mod3736CheckCharacter(absl::StrCat(type.value(), issuer.value(), serial, version_text));
  std::string value = absl::StrCat(kRoot, type.value(), ".", issuer.value(), ".", serial, ".",
                                   version_text, ".", absl::string_view(&check, 1));
  return LicenseIdentifier(std::move(value), type, issuer, std::string(serial), version);
}

}  // namespace onething::codes
