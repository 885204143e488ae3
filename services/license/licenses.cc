#include "services/license/licenses.h"

#include <google/protobuf/util/time_util.h>

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "libs/crypto/bytes.h"
#include "libs/rpc/page_token.h"
#include "services/license/license_errors.h"
#include "services/license/scope.h"
#include "services/license/signed_content.h"

namespace onething::license {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;
using v1::License;
using v1::LicenseRecord;

constexpr absl::string_view kCollection = "licenses/";

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

std::string StateLabel(License::State state) {
  return absl::AsciiStrToLower(absl::StripPrefix(License::State_Name(state), "STATE_"));
}

// The record as it is shown. A record whose content cannot be read poisons the view.
License ToLicense(const View& view, const LicenseRecord& record) {
  License license;
  std::optional<SignedContent> signed_content = ReadContent(record.signed_content());
  if (!signed_content.has_value()) {
    view.Poison(StoredContentCorrupt());
    return license;
  }
  license.set_name(absl::StrCat(kCollection, record.identifier()));
  *license.mutable_content() = std::move(signed_content->content);
  license.set_signed_content(record.signed_content());
  license.set_signature(record.signature());
  license.set_key_fingerprint(record.key_fingerprint());
  license.set_state(record.state());
  license.set_state_reason(record.state_reason());
  *license.mutable_create_time() = record.create_time();
  *license.mutable_update_time() = record.update_time();
  license.set_etag(absl::StrCat(record.revision()));
  return license;
}

}  // namespace

absl::StatusOr<SignedLicense> Licenses::PrepareIssueLicense(
    const View& view, const rpc::Call& call, const v1::IssueLicenseRequest& request) const {
  if (!call.caller.MayActFor(request.issuer_code())) {
    return OutOfScope("只能签发本单位的证照");
  }
  ASSIGN_OR_RETURN(const v1::LicenseType type, FindType(view, request.type_code()));
  const calendar::Date today = calendar::DateInChina(view.now());
  SignedLicense license;
  ASSIGN_OR_RETURN(
      license.content,
      MakeContent(type, request, SerialOf(call.caller.identity, call.request_id), today));
  license.signed_content = EncodeContent(license.content);
  const std::shared_ptr<const Keys> keys = keys_.Get();
  const crypto::PrivateKey* key = keys->SigningKey(request.issuer_code(), today);
  if (key == nullptr) {
    return IssuerKeyMissing(request.issuer_code());
  }
  ASSIGN_OR_RETURN(license.signature, key->Sign(license.signed_content));
  license.key_fingerprint = crypto::ToHex(crypto::AsBytes(key->public_key().Fingerprint()));
  return license;
}

absl::StatusOr<License> Licenses::IssueLicense(Txn& txn, const rpc::Call&,
                                               const v1::IssueLicenseRequest& request,
                                               const SignedLicense& prepared) const {
  const std::string& identifier = prepared.content.identifier();
  if (const std::optional<LicenseRecord> present = tables_.licenses.Find(txn, identifier)) {
    return AnswerAgain(txn, request, *present);
  }
  LicenseRecord record;
  record.set_identifier(identifier);
  record.set_holder_code(prepared.content.holder().code());
  record.set_issuer_code(prepared.content.issuer_code());
  record.set_type_code(prepared.content.type_code());
  record.set_signed_content(prepared.signed_content);
  record.set_signature(prepared.signature);
  record.set_key_fingerprint(prepared.key_fingerprint);
  record.set_state(License::STATE_VALID);
  *record.mutable_create_time() = ToProto(txn.now());
  *record.mutable_update_time() = record.create_time();
  record.set_revision(1);
  tables_.licenses.Put(txn, record);
  if (metrics_ != nullptr) {
    txn.OnCommit([metrics = metrics_, type = record.type_code()] {
      metrics->issued.With({type}).Increment();
    });
  }
  return ToLicense(txn, record);
}

absl::StatusOr<License> Licenses::SuspendLicense(Txn& txn, const rpc::Call& call,
                                                 const v1::SuspendLicenseRequest& request) const {
  return Apply(txn, call, request.name(), Move::kSuspend, request.reason());
}

absl::StatusOr<License> Licenses::ResumeLicense(Txn& txn, const rpc::Call& call,
                                                const v1::ResumeLicenseRequest& request) const {
  return Apply(txn, call, request.name(), Move::kResume, "");
}

absl::StatusOr<License> Licenses::RevokeLicense(Txn& txn, const rpc::Call& call,
                                                const v1::RevokeLicenseRequest& request) const {
  return Apply(txn, call, request.name(), Move::kRevoke, request.reason());
}

absl::StatusOr<License> Licenses::GetLicense(const View& view, const rpc::Call& call,
                                             const v1::GetLicenseRequest& request) const {
  const std::string identifier(absl::StripPrefix(request.name(), kCollection));
  const std::optional<LicenseRecord> record = tables_.licenses.Find(view, identifier);
  if (!record.has_value() || !MayRead(call, record->holder_code(), record->issuer_code())) {
    return LicenseNotFound(request.name());
  }
  return ToLicense(view, *record);
}

absl::StatusOr<v1::ListLicensesResponse> Licenses::ListLicenses(
    const View& view, const rpc::Call& call, const v1::ListLicensesRequest& request) const {
  using options::v1::Role;
  const std::string& issuer = request.issuer_code();
  const std::string holder =
      call.on_behalf_of.empty() ? absl::AsciiStrToUpper(request.holder_code()) : call.on_behalf_of;
  const bool is_service = call.caller.Has(Role::ROLE_SERVICE);
  const bool is_authority = call.caller.Has(Role::ROLE_AUTHORITY);
  if (call.on_behalf_of.empty() && !is_service) {
    if (!is_authority) {
      return OutOfScope("只能查询所代表的申请人的证照，请先确认申请人身份");
    }
    if (!issuer.empty() && !call.caller.MayActFor(issuer)) {
      return OutOfScope("只能查询本单位签发的证照");
    }
  }
  if (holder.empty() && issuer.empty()) {
    return FieldInvalid("holder_code", "持证人号码与颁发机构代码至少填写一个");
  }
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const auto matches = [&](const LicenseRecord& record) {
    return (issuer.empty() || record.issuer_code() == issuer) &&
           (request.type_code().empty() || record.type_code() == request.type_code()) &&
           MayRead(call, record.holder_code(), record.issuer_code());
  };
  const storage::Page<LicenseRecord> found =
      holder.empty() ? tables_.licenses.ListBy(view, tables_.by_issuer, page, matches, issuer)
                     : tables_.licenses.ListBy(view, tables_.by_holder, page, matches, holder);
  v1::ListLicensesResponse response;
  for (const LicenseRecord& record : found.records) {
    *response.add_licenses() = ToLicense(view, record);
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::LicenseType> Licenses::FindType(const View& view,
                                                   const std::string& code) const {
  std::optional<v1::LicenseType> type = tables_.types.Find(view, code);
  if (!type.has_value()) {
    return TypeNotFound(code);
  }
  return *std::move(type);
}

// The number of a licence follows from its request. So a repetition that comes after the answer was
// forgotten finds the licence, and is told apart from another request by what it would write.
absl::StatusOr<License> Licenses::AnswerAgain(const View& view,
                                              const v1::IssueLicenseRequest& request,
                                              const LicenseRecord& record) const {
  ASSIGN_OR_RETURN(const v1::LicenseType type, FindType(view, record.type_code()));
  const std::optional<SignedContent> issued = ReadContent(record.signed_content());
  if (!issued.has_value()) {
    return StoredContentCorrupt();
  }
  const absl::StatusOr<v1::LicenseContent> wanted =
      MakeContent(type, request, issued->identifier.serial(), issued->issue_date);
  if (!wanted.ok() || EncodeContent(*wanted) != EncodeContent(issued->content)) {
    return RequestIdReused(record.identifier());
  }
  return ToLicense(view, record);
}

absl::StatusOr<License> Licenses::Apply(Txn& txn, const rpc::Call& call, const std::string& name,
                                        Move move, const std::string& reason) const {
  std::optional<LicenseRecord> record =
      tables_.licenses.Find(txn, std::string(absl::StripPrefix(name, kCollection)));
  if (!record.has_value()) {
    return LicenseNotFound(name);
  }
  if (!call.caller.MayActFor(record->issuer_code())) {
    return OutOfScope("只能由颁发机构变更证照状态");
  }
  ASSIGN_OR_RETURN(const License::State state, StateAfter(record->state(), move));
  record->set_state(state);
  record->set_state_reason(reason);
  record->set_revision(record->revision() + 1);
  *record->mutable_update_time() = ToProto(txn.now());
  tables_.licenses.Put(txn, *record);
  if (metrics_ != nullptr) {
    txn.OnCommit([metrics = metrics_, state] {
      metrics->state_changes.With({StateLabel(state)}).Increment();
    });
  }
  return ToLicense(txn, *record);
}

}  // namespace onething::license
