#include "services/license/verification.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "libs/base/log.h"
#include "libs/calendar/date.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "services/license/license_errors.h"
#include "services/license/scope.h"

namespace onething::license {
namespace {

using google::protobuf::util::TimeUtil;
using storage::View;

std::string VerdictLabel(v1::Verdict verdict) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::Verdict_Name(verdict), "VERDICT_"));
}

// Personal data goes to those who have it already, know whose it is, or may read the licence.
bool MayHaveContent(const rpc::Call& call, const v1::VerifyLicenseRequest& request,
                    const v1::LicenseContent& content) {
  return request.has_presented() || !request.holder_code().empty() ||
         MayRead(call, content.holder().code(), content.issuer_code());
}

void LogVerdict(const rpc::Call& call, const v1::VerifyLicenseRequest& request,
                const std::string& identifier, v1::Verdict verdict) {
  Log(LogLevel::kInfo, "license verified",
      {{"license", identifier},
       {"verdict", VerdictLabel(verdict)},
       {"use_cause", request.use_cause()},
       {"caller", call.caller.identity},
       {"platform", call.caller.platform},
       {"trace_id", call.trace_id}});
}

}  // namespace

absl::StatusOr<v1::VerifyLicenseResponse> Verification::VerifyLicense(
    const View& view, const rpc::Call& call, const v1::VerifyLicenseRequest& request) const {
  if (request.identifier().empty() && !request.has_presented()) {
    return FieldInvalid("identifier", "请填写证照标识，或出示证照记录");
  }
  Finding found = Examine(view, request);
  if (!view.status().ok()) {
    return view.status();
  }
  Judgement judgement = Judge(found.evidence, calendar::DateInChina(view.now()));
  LogVerdict(call, request, found.identifier, judgement.verdict);
  if (metrics_ != nullptr) {
    metrics_->verified.With({VerdictLabel(judgement.verdict)}).Increment();
  }
  v1::VerifyLicenseResponse response;
  response.set_verdict(judgement.verdict);
  response.set_sentence(std::move(judgement.sentence));
  *response.mutable_verify_time() =
      TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(view.now()));
  if (IsAuthentic(judgement.verdict)) {
    response.set_state_known(found.evidence.state.has_value());
    if (MayHaveContent(call, request, found.record->content)) {
      *response.mutable_content() = std::move(found.record->content);
    }
  }
  return response;
}

Verification::Finding Verification::Examine(const View& view,
                                            const v1::VerifyLicenseRequest& request) const {
  Finding found;
  Evidence& evidence = found.evidence;
  const v1::PresentedLicense& presented = request.presented();
  std::string asked = request.identifier();
  if (asked.empty()) {
    asked = ClaimedIdentifier(presented.signed_content());
  }
  if (asked.empty()) {
    evidence.record = Evidence::Record::kUnreadable;
    return found;
  }
  const absl::StatusOr<codes::LicenseIdentifier> identifier =
      codes::LicenseIdentifier::Parse(asked);
  if (!identifier.ok()) {
    evidence.identifier_fault = std::string(identifier.status().message());
    return found;
  }
  // Only now: a text that is no identifier may be anything, also what should not be in a log.
  found.identifier = identifier->value();
  const std::optional<v1::LicenseRecord> kept = tables_.licenses.Find(view, identifier->value());
  if (!kept.has_value() && !request.has_presented()) {
    return found;
  }
  const bool is_presented = request.has_presented();
  const std::string& content = is_presented ? presented.signed_content() : kept->signed_content();
  const std::string& signature = is_presented ? presented.signature() : kept->signature();
  if (kept.has_value()) {
    evidence.state = kept->state();
    evidence.is_as_kept = content == kept->signed_content();
  }
  found.record = ReadContent(content);
  evidence.is_same_identifier = found.record.has_value() && found.record->identifier == *identifier;
  // What is kept under an identifier and is not its licence is damaged, whatever it is.
  if (!found.record.has_value() || (!is_presented && !evidence.is_same_identifier)) {
    evidence.record = Evidence::Record::kUnreadable;
    return found;
  }
  evidence.record = CheckSignature(*found.record, content, signature);
  evidence.is_holder =
      request.holder_code().empty() ||
      absl::AsciiStrToUpper(request.holder_code()) == found.record->content.holder().code();
  evidence.valid_from = found.record->valid_from;
  evidence.valid_to = found.record->valid_to;
  return found;
}

Evidence::Record Verification::CheckSignature(const SignedContent& content,
                                              absl::string_view signed_content,
                                              absl::string_view signature) const {
  // A mere division, as in old identifiers, has no keys.
  const auto* issuer = std::get_if<codes::CreditCode>(&content.identifier.issuer());
  if (issuer == nullptr) {
    return Evidence::Record::kNoKey;
  }
  const std::vector<crypto::PublicKey> trusted =
      keys_.Get()->trusted.KeysOf(issuer->value(), content.issue_date);
  for (const crypto::PublicKey& key : trusted) {
    if (verified_.Verify(key, signed_content, signature) == crypto::SignatureCheck::kValid) {
      return Evidence::Record::kRight;
    }
  }
  return trusted.empty() ? Evidence::Record::kNoKey : Evidence::Record::kWrong;
}

}  // namespace onething::license
