#include "services/license/license_errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/error.h"
#include "libs/config/source_map.h"

namespace onething::license {
namespace {

void AddFault(absl::string_view field, absl::string_view sentence, common::v1::BadRequest* faults) {
  auto* fault = faults->add_field_violations();
  fault->set_field(std::string(field));
  fault->set_description(std::string(sentence));
}

}  // namespace

absl::Status FieldInvalid(absl::string_view field, absl::string_view sentence) {
  common::v1::BadRequest faults;
  AddFault(field, sentence, &faults);
  return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_FIELD_INVALID, "请求有误", faults);
}

absl::Status CodeInvalid(absl::string_view field, const absl::Status& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_CODE_INVALID,
                   absl::StrCat(why.message(), "，请核对"), {{"field", std::string(field)}});
}

absl::Status ElementsMissing(const std::vector<std::string>& names) {
  common::v1::BadRequest faults;
  for (const std::string& name : names) {
    AddFault(absl::StrCat("elements", config::SourceMap::KeyPart(name)), "该类证照必须填写此要素",
             &faults);
  }
  return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_LICENSE_ELEMENT, "证照要素不全", faults,
                             {{"elements", absl::StrJoin(names, ",")}});
}

absl::Status RequestIdReused(const std::string& identifier) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_REQUEST_ID_REUSED,
                   "request_id 已用于签发另一份证照，请换一个新的 request_id",
                   {{"license", identifier}});
}

absl::Status TypeNotFound(const std::string& code) {
  return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_LICENSE_TYPE_NOT_FOUND,
                   absl::StrCat("没有证照类型 ", code, "，请核对证照类型代码，或先登记该类型"),
                   {{"type", code}});
}

absl::Status TypeExists(const std::string& code) {
  return MakeError(absl::StatusCode::kAlreadyExists, common::v1::ERROR_REASON_LICENSE_TYPE_EXISTS,
                   "该证照类型已经登记", {{"type", code}});
}

absl::Status LicenseNotFound(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_LICENSE_NOT_FOUND,
                   "没有查到这份证照，请核对证照标识与持证人", {{"license", name}});
}

absl::Status WrongState(v1::License::State state, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_LICENSE_STATE,
                   sentence, {{"state", v1::License::State_Name(state)}});
}

absl::Status IssuerKeyMissing(const std::string& issuer_code) {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   common::v1::ERROR_REASON_ISSUER_KEY_MISSING,
                   "颁发机构今天没有可用的签名密钥，请联系运维人员配置密钥和信任列表后重试",
                   {{"issuer", issuer_code}});
}

absl::Status OutOfScope(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kPermissionDenied, common::v1::ERROR_REASON_OUT_OF_SCOPE,
                   sentence);
}

absl::Status StoredContentCorrupt() {
  return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                   "the signed content of a stored licence cannot be read");
}

}  // namespace onething::license
