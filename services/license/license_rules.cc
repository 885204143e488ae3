#include "services/license/license_rules.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "libs/crypto/sm3.h"
#include "services/license/license_errors.h"
#include "services/license/signed_content.h"

namespace onething::license {
namespace {

using calendar::Date;
using v1::License;

constexpr int kFirstVersion = 1;
constexpr size_t kSerialLength = 20;
// Without I, L, O and U, which people misread: 32 signs, five bits each.
constexpr char kSerialSigns[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr absl::string_view kSerialPurpose = "onething.license.v1 serial";

const Date kLastDate(9999, 12, 31);

// The holder with its code in canonical form and without what no verifier needs.
absl::StatusOr<common::v1::Subject> HolderOf(const common::v1::Subject& asked) {
  common::v1::Subject holder;
  holder.set_kind(asked.kind());
  holder.set_name(asked.name());
  if (asked.kind() == common::v1::SUBJECT_KIND_PERSON) {
    const absl::StatusOr<codes::CitizenNumber> number = codes::CitizenNumber::Parse(asked.code());
    if (!number.ok()) {
      return CodeInvalid("holder.code", number.status());
    }
    holder.set_code(number->value());
  } else {
    const absl::StatusOr<codes::CreditCode> code = codes::CreditCode::Parse(asked.code());
    if (!code.ok()) {
      return CodeInvalid("holder.code", code.status());
    }
    holder.set_code(code->value());
  }
  return holder;
}

absl::StatusOr<std::string> IdentifierOf(const v1::LicenseType& type,
                                         const v1::IssueLicenseRequest& request,
                                         absl::string_view serial) {
  const absl::StatusOr<codes::LicenseTypeCode> code = codes::LicenseTypeCode::Parse(type.code());
  if (!code.ok()) {
    return CodeInvalid("type_code", code.status());
  }
  const absl::StatusOr<codes::CreditCode> issuer = codes::CreditCode::Parse(request.issuer_code());
  if (!issuer.ok()) {
    return CodeInvalid("issuer_code", issuer.status());
  }
  ASSIGN_OR_RETURN(const codes::LicenseIdentifier identifier,
                   codes::LicenseIdentifier::Make(*code, *issuer, serial, kFirstVersion));
  return identifier.value();
}

absl::Status CheckElements(const v1::LicenseType& type, const v1::IssueLicenseRequest& request) {
  std::vector<std::string> missing;
  for (const std::string& name : type.required_elements()) {
    const auto element = request.elements().find(name);
    if (element == request.elements().end() || element->second.empty()) {
      missing.push_back(name);
    }
  }
  if (!missing.empty()) {
    return ElementsMissing(missing);
  }
  if (request.elements().contains("")) {
    return FieldInvalid("elements", "证照要素须有名称");
  }
  return absl::OkStatus();
}

absl::StatusOr<Date> DateIn(absl::string_view field, const std::string& text) {
  const absl::StatusOr<Date> date = calendar::ParseDate(text);
  return date.ok() ? date : FieldInvalid(field, date.status().message());
}

absl::Status SetValidity(const v1::LicenseType& type, const v1::IssueLicenseRequest& request,
                         Date issue_date, v1::LicenseContent* content) {
  Date from = issue_date;
  if (!request.valid_from().empty()) {
    ASSIGN_OR_RETURN(from, DateIn("valid_from", request.valid_from()));
  }
  content->set_valid_from(calendar::FormatDate(from));
  if (request.valid_to().empty() && type.validity_days() == 0) {
    return absl::OkStatus();
  }
  Date to = from + (type.validity_days() - 1);
  if (!request.valid_to().empty()) {
    ASSIGN_OR_RETURN(to, DateIn("valid_to", request.valid_to()));
  }
  if (to < from) {
    return FieldInvalid("valid_to", "有效期的最后一天不能早于第一天");
  }
  if (to > kLastDate) {
    return FieldInvalid("valid_to", "有效期不能晚于9999年；长期有效的请不要填写");
  }
  content->set_valid_to(calendar::FormatDate(to));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLicenseType(const v1::LicenseType& type) {
  const absl::StatusOr<codes::LicenseTypeCode> code = codes::LicenseTypeCode::Parse(type.code());
  if (!code.ok()) {
    return CodeInvalid("license_type.code", code.status());
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < type.required_elements_size(); ++i) {
    const std::string field = absl::StrCat("license_type.required_elements[", i, "]");
    if (type.required_elements(i).empty()) {
      return FieldInvalid(field, "证照要素须有名称");
    }
    if (!seen.insert(type.required_elements(i)).second) {
      return FieldInvalid(field, "证照要素重复");
    }
  }
  return absl::OkStatus();
}

std::string SerialOf(absl::string_view caller, absl::string_view request_id) {
  // A request id has no line break, so no two pairs give the same text.
  const crypto::Digest digest =
      crypto::Sm3(absl::StrCat(kSerialPurpose, "\n", request_id, "\n", caller));
  std::string serial;
  for (size_t i = 0; i < kSerialLength; ++i) {
    serial.push_back(kSerialSigns[digest[i] % 32]);
  }
  return serial;
}

absl::StatusOr<v1::LicenseContent> MakeContent(const v1::LicenseType& type,
                                               const v1::IssueLicenseRequest& request,
                                               absl::string_view serial, Date issue_date) {
  v1::LicenseContent content;
  ASSIGN_OR_RETURN(*content.mutable_identifier(), IdentifierOf(type, request, serial));
  ASSIGN_OR_RETURN(*content.mutable_holder(), HolderOf(request.holder()));
  RETURN_IF_ERROR(CheckElements(type, request));
  content.set_type_code(type.code());
  content.set_type_display_name(type.display_name());
  content.set_issuer_name(request.issuer_name());
  content.set_issuer_code(request.issuer_code());
  content.set_issue_date(calendar::FormatDate(issue_date));
  RETURN_IF_ERROR(SetValidity(type, request, issue_date, &content));
  *content.mutable_elements() = request.elements();
  content.set_source(request.source());
  if (content.ByteSizeLong() > kContentBytesMax) {
    return FieldInvalid("elements", absl::StrCat("证照内容合计不能多于", kContentBytesMax, "字节"));
  }
  return content;
}

absl::StatusOr<License::State> StateAfter(License::State state, Move move) {
  if (state == License::STATE_REVOKED) {
    return WrongState(state, "证照已被撤销、吊销或注销，不能再变更状态");
  }
  const bool suspended = state == License::STATE_SUSPENDED;
  switch (move) {
    case Move::kSuspend:
      if (suspended) {
        return WrongState(state, "证照已在暂扣中");
      }
      return License::STATE_SUSPENDED;
    case Move::kResume:
      if (!suspended) {
        return WrongState(state, "只有被暂扣的证照才能发还");
      }
      return License::STATE_VALID;
    case Move::kRevoke:
      break;
  }
  return License::STATE_REVOKED;
}

}  // namespace onething::license
