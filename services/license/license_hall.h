// A hall that issues and verifies, for tests: keys made up on the spot, and the license service on
// a store in memory, without the wire.

#ifndef ONETHING_SERVICES_LICENSE_LICENSE_HALL_H_
#define ONETHING_SERVICES_LICENSE_LICENSE_HALL_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/codes/credit_code.h"
#include "libs/crypto/sm2.h"
#include "libs/rpc/call.h"
#include "libs/storage/test_store.h"
#include "onething/license/v1/license.pb.h"
#include "services/license/keys.h"
#include "services/license/license_types.h"
#include "services/license/licenses.h"
#include "services/license/signed_content.h"
#include "services/license/tables.h"
#include "services/license/verification.h"

namespace onething::license {

using options::v1::Role;

inline constexpr char kTypeCode[] = "11100000000013338W011";
inline constexpr char kIssuer[] = "11430000006122244L";
inline constexpr char kOtherIssuer[] = "11330105002500287C";
inline constexpr char kHolder[] = "11010519491231002X";
inline constexpr char kOtherHolder[] = "440524188001010014";

inline rpc::Caller CallerWith(Role role, const char* authority = nullptr) {
  rpc::Caller caller;
  caller.identity = absl::StrCat("caller-", static_cast<int>(role));
  caller.roles.Add(role);
  if (authority != nullptr) {
    caller.authorities.push_back(codes::CreditCode::Parse(authority).value());
  }
  return caller;
}

// A type with one required element, valid for a year.
inline v1::LicenseType SampleType() {
  v1::LicenseType type;
  type.set_code(kTypeCode);
  type.set_display_name("出生医学证明");
  type.add_required_elements("KZ_XSEXM");
  type.set_validity_days(365);
  return type;
}

inline v1::IssueLicenseRequest SampleRequest(const std::string& request_id = "request-1") {
  v1::IssueLicenseRequest request;
  request.set_type_code(kTypeCode);
  request.set_issuer_code(kIssuer);
  request.set_issuer_name("测试机构");
  request.mutable_holder()->set_kind(common::v1::SUBJECT_KIND_PERSON);
  request.mutable_holder()->set_code(kHolder);
  request.mutable_holder()->set_name("张三");
  (*request.mutable_elements())["KZ_XSEXM"] = "张小小";
  request.set_source("cases/36-2026-0000001/items/birth-cert");
  request.set_request_id(request_id);
  return request;
}

// Adds a key of `authority` to a trust file.
inline void Trust(const char* authority, const crypto::PrivateKey& key, const char* valid_from,
                  const char* valid_to, config::v1::TrustFile* file) {
  config::v1::TrustedAuthority* entry = nullptr;
  for (config::v1::TrustedAuthority& listed : *file->mutable_authorities()) {
    entry = listed.code() == authority ? &listed : entry;
  }
  if (entry == nullptr) {
    entry = file->add_authorities();
    entry->set_code(authority);
    entry->set_name("测试机构");
  }
  config::v1::TrustedKey* trusted = entry->add_keys();
  trusted->set_public_key(key.public_key().ToHex());
  trusted->set_valid_from(valid_from);
  trusted->set_valid_to(valid_to);
}

// Single-threaded. One authority issues here, with `issuer_key`; the other is trusted only.
class LicenseHall {
 public:
  LicenseHall() {
    SetLogLevel(LogLevel::kWarning);
    Trust(kIssuer, issuer_key, "2020-01-01", "", &trust);
    Trust(kOtherIssuer, other_issuer_key, "2020-01-01", "", &trust);
    SetKeys();
    v1::CreateLicenseTypeRequest request;
    *request.mutable_license_type() = SampleType();
    CreateType(request).value();
  }

  // Takes `trust` and the issuer's keys anew.
  void SetKeys() {
    KeyRing own;
    own.Add(codes::CreditCode::Parse(kIssuer).value(), CopyOf(issuer_key));
    if (next_issuer_key.has_value()) {
      own.Add(codes::CreditCode::Parse(kIssuer).value(), CopyOf(*next_issuer_key));
    }
    keys.Set(Keys{.trusted = TrustList::Create(trust).value(), .own = std::move(own)});
  }

  // Asks as `caller`, for `subject`; runs as `caller`.
  template <class Noun, class Handler, class Request>
  auto Query(const Noun& noun, Handler handler, const rpc::Caller& caller,
             const std::string& subject, const Request& request) {
    const rpc::Call call{.caller = caller, .on_behalf_of = subject};
    return store.Query(
        [&](const storage::View& view) { return (noun.*handler)(view, call, request); });
  }
  template <class Noun, class Handler, class Request>
  auto Command(const Noun& noun, Handler handler, const rpc::Caller& caller,
               const Request& request) {
    const rpc::Call call{.caller = caller};
    return store.Command([&](storage::Txn& txn) { return (noun.*handler)(txn, call, request); });
  }

  absl::StatusOr<v1::LicenseType> CreateType(const v1::CreateLicenseTypeRequest& request) {
    return Command(types, &LicenseTypes::CreateLicenseType, service, request);
  }
  absl::StatusOr<v1::License> Issue(const v1::IssueLicenseRequest& request,
                                    const rpc::Caller& caller) {
    const rpc::Call call{.caller = caller, .request_id = request.request_id()};
    ASSIGN_OR_RETURN(const SignedLicense prepared, store.Query([&](const storage::View& view) {
      return licenses.PrepareIssueLicense(view, call, request);
    }));
    return store.Command(
        [&](storage::Txn& txn) { return licenses.IssueLicense(txn, call, request, prepared); });
  }
  absl::StatusOr<v1::License> Issue(const v1::IssueLicenseRequest& request = SampleRequest()) {
    return Issue(request, service);
  }
  absl::StatusOr<v1::License> Suspend(const std::string& name, const rpc::Caller& caller) {
    v1::SuspendLicenseRequest request;
    request.set_name(name);
    request.set_reason("核查中");
    return Command(licenses, &Licenses::SuspendLicense, caller, request);
  }
  absl::StatusOr<v1::License> Resume(const std::string& name, const rpc::Caller& caller) {
    v1::ResumeLicenseRequest request;
    request.set_name(name);
    return Command(licenses, &Licenses::ResumeLicense, caller, request);
  }
  absl::StatusOr<v1::License> Revoke(const std::string& name, const rpc::Caller& caller) {
    v1::RevokeLicenseRequest request;
    request.set_name(name);
    request.set_reason("以欺骗手段取得");
    return Command(licenses, &Licenses::RevokeLicense, caller, request);
  }
  absl::StatusOr<v1::License> Get(const std::string& name, const rpc::Caller& caller,
                                  const std::string& subject = "") {
    v1::GetLicenseRequest request;
    request.set_name(name);
    return Query(licenses, &Licenses::GetLicense, caller, subject, request);
  }
  absl::StatusOr<v1::ListLicensesResponse> List(const v1::ListLicensesRequest& request,
                                                const rpc::Caller& caller,
                                                const std::string& subject = "") {
    return Query(licenses, &Licenses::ListLicenses, caller, subject, request);
  }
  absl::StatusOr<v1::VerifyLicenseResponse> Verify(const v1::VerifyLicenseRequest& request,
                                                   const rpc::Caller& caller) {
    return Query(verification, &Verification::VerifyLicense, caller, "", request);
  }
  absl::Status Check() {
    return store.Query([this](const storage::View& view) { return tables.Check(view); });
  }

  static crypto::PrivateKey CopyOf(const crypto::PrivateKey& key) {
    return crypto::PrivateKey::FromPem(key.ToPem()).value();
  }

  const rpc::Caller service = CallerWith(Role::ROLE_SERVICE);
  const rpc::Caller portal = CallerWith(Role::ROLE_PORTAL);
  const rpc::Caller peer = CallerWith(Role::ROLE_PEER);
  const rpc::Caller authority = CallerWith(Role::ROLE_AUTHORITY, kIssuer);
  const rpc::Caller other_authority = CallerWith(Role::ROLE_AUTHORITY, kOtherIssuer);
  const crypto::PrivateKey issuer_key = crypto::PrivateKey::Generate();
  const crypto::PrivateKey other_issuer_key = crypto::PrivateKey::Generate();
  std::optional<crypto::PrivateKey> next_issuer_key;
  config::v1::TrustFile trust;
  storage::TestStore store;
  LatestKeys keys{Keys()};
  const Tables tables;
  const LicenseTypes types{tables};
  const Licenses licenses{tables, keys};
  const Verification verification{tables, keys};
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_LICENSE_HALL_H_
