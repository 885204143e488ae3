#include "services/license/license_types.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/rpc/page_token.h"
#include "services/license/license_errors.h"
#include "services/license/license_rules.h"

namespace onething::license {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;

constexpr absl::string_view kCollection = "licenseTypes/";

}  // namespace

absl::StatusOr<v1::LicenseType> LicenseTypes::CreateLicenseType(
    Txn& txn, const rpc::Call&, const v1::CreateLicenseTypeRequest& request) const {
  RETURN_IF_ERROR(CheckLicenseType(request.license_type()));
  v1::LicenseType type = request.license_type();
  if (tables_.types.Contains(txn, type.code())) {
    return TypeExists(type.code());
  }
  type.set_name(absl::StrCat(kCollection, type.code()));
  *type.mutable_create_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(txn.now()));
  tables_.types.Put(txn, type);
  return type;
}

absl::StatusOr<v1::LicenseType> LicenseTypes::GetLicenseType(
    const View& view, const rpc::Call&, const v1::GetLicenseTypeRequest& request) const {
  const std::string code(absl::StripPrefix(request.name(), kCollection));
  std::optional<v1::LicenseType> type = tables_.types.Find(view, code);
  if (!type.has_value()) {
    return TypeNotFound(code);
  }
  return *std::move(type);
}

absl::StatusOr<v1::ListLicenseTypesResponse> LicenseTypes::ListLicenseTypes(
    const View& view, const rpc::Call& call, const v1::ListLicenseTypesRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const storage::Page<v1::LicenseType> found = tables_.types.List(view, page, nullptr);
  v1::ListLicenseTypesResponse response;
  *response.mutable_license_types() = {found.records.begin(), found.records.end()};
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

}  // namespace onething::license
