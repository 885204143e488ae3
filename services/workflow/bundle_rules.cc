#include "services/workflow/bundle_rules.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/check.h"
#include "services/workflow/bundle_errors.h"

namespace onething::workflow {
namespace {

constexpr absl::string_view kCollection = "bundles/";

}  // namespace

BundleName BundleName::Of(absl::string_view name) {
  const absl::string_view rest = absl::StripPrefix(name, kCollection);
  const size_t at = rest.find('@');
  BundleName parts{.id = std::string(rest.substr(0, at))};
  if (at != absl::string_view::npos) {
    CHECK(absl::SimpleAtoi(rest.substr(at + 1), &parts.version.emplace()));
  }
  return parts;
}

std::string BundleName::value() const {
  return version.has_value() ? absl::StrCat(kCollection, id, "@", *version)
                             : absl::StrCat(kCollection, id);
}

absl::Status CheckInUse(const v1::BundleRecord& record, const v1::PublishedBundle& version,
                        absl::string_view today) {
  const bundle::v1::Bundle& bundle = version.bundle();
  if (record.retired()) {
    return BundleNotAvailable(version.name(), "这件事已停止联办，请改为分项办理");
  }
  if (record.newest_version() != version.version()) {
    return BundleNotAvailable(version.name(), "办事指南已更新，请按最新版本重新填写");
  }
  if (today < bundle.effective_date()) {
    return BundleNotAvailable(version.name(),
                              absl::StrCat("这件事自", bundle.effective_date(), "起受理"));
  }
  if (!bundle.expiry_date().empty() && bundle.expiry_date() <= today) {
    return BundleNotAvailable(version.name(),
                              absl::StrCat("这件事自", bundle.expiry_date(), "起不再受理"));
  }
  return absl::OkStatus();
}

}  // namespace onething::workflow
