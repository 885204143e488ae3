#include "services/license/verdict_rules.h"

#include "absl/strings/str_cat.h"

namespace onething::license {
namespace {

using v1::License;

// What speaks against the record itself; nullopt when it is authentic and the holder's.
std::optional<Judgement> JudgeRecord(const Evidence& evidence) {
  if (!evidence.identifier_fault.empty()) {
    return Judgement{v1::VERDICT_IDENTIFIER_WRONG,
                     absl::StrCat(evidence.identifier_fault, "，请核对证照标识")};
  }
  switch (evidence.record) {
    case Evidence::Record::kNone:
      return Judgement{v1::VERDICT_UNKNOWN_LICENSE,
                       "没有查到这份证照，请核对证照标识，或请持证人出示证照记录"};
    case Evidence::Record::kUnreadable:
      return Judgement{v1::VERDICT_SIGNATURE_WRONG, "证照记录无法读取或内容自相矛盾，请勿采信"};
    case Evidence::Record::kNoKey:
      return Judgement{v1::VERDICT_UNKNOWN_ISSUER,
                       "颁发机构在颁发日没有受信任的签名密钥，无法确认真伪，请向颁发机构核实"};
    case Evidence::Record::kWrong:
      return Judgement{v1::VERDICT_SIGNATURE_WRONG,
                       "证照的签名与内容不符，可能被改动或伪造，请勿采信"};
    case Evidence::Record::kRight:
      break;
  }
  if (!evidence.is_same_identifier) {
    return Judgement{v1::VERDICT_IDENTIFIER_WRONG,
                     "出示的证照记录不是该证照标识的证照，请核对证照标识"};
  }
  if (!evidence.is_as_kept) {
    return Judgement{v1::VERDICT_SIGNATURE_WRONG, "出示的证照记录与本系统留存的不一致，请勿采信"};
  }
  if (!evidence.is_holder) {
    return Judgement{v1::VERDICT_HOLDER_MISMATCH, "证照不是所核验的持证人的，请核对持证人号码"};
  }
  return std::nullopt;
}

}  // namespace

Judgement Judge(const Evidence& evidence, calendar::Date today) {
  if (std::optional<Judgement> defect = JudgeRecord(evidence)) {
    return *std::move(defect);
  }
  const License::State state = evidence.state.value_or(License::STATE_VALID);
  if (state == License::STATE_SUSPENDED) {
    return {v1::VERDICT_SUSPENDED, "证照真实，但已被暂扣，暂不能使用"};
  }
  // A state that is none of the known ones must not pass for valid.
  if (state != License::STATE_VALID) {
    return {v1::VERDICT_REVOKED, "证照真实，但已被撤销、吊销或注销，不能使用"};
  }
  if (today < evidence.valid_from) {
    return {v1::VERDICT_NOT_YET_VALID,
            absl::StrCat("证照真实，但自", calendar::FormatDate(evidence.valid_from), "起才有效")};
  }
  if (evidence.valid_to.has_value() && *evidence.valid_to < today) {
    return {v1::VERDICT_EXPIRED, absl::StrCat("证照真实，但有效期已于",
                                              calendar::FormatDate(*evidence.valid_to), "届满")};
  }
  if (!evidence.state.has_value()) {
    return {v1::VERDICT_VALID,
            "证照真实，在有效期内；本系统没有其状态，是否被暂扣或注销请向颁发机构核实"};
  }
  return {v1::VERDICT_VALID, "证照真实有效"};
}

bool IsAuthentic(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_VALID:
    case v1::VERDICT_NOT_YET_VALID:
    case v1::VERDICT_EXPIRED:
    case v1::VERDICT_SUSPENDED:
    case v1::VERDICT_REVOKED:
      return true;
    default:
      return false;
  }
}

}  // namespace onething::license
