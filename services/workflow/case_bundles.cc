#include "services/workflow/case_bundles.h"

#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "services/workflow/bundle_errors.h"
#include "services/workflow/bundle_rules.h"

namespace onething::workflow {
namespace {

std::string Today(const storage::View& view) {
  return calendar::FormatDate(calendar::DateInChina(view.now()));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const CaseBundle>> CaseBundles::Find(
    const storage::View& view, const std::string& version_name) const {
  if (auto kept = kept_.Find(version_name)) return *std::move(kept);
  const BundleName name = BundleName::Of(version_name);
  std::optional<v1::PublishedBundle> published =
      tables_.versions.Find(view, name.id, name.version.value_or(0));
  if (!published.has_value()) return BundleNotFound(version_name);
  ASSIGN_OR_RETURN(std::shared_ptr<const CompiledBundle> compiled,
                   CompiledBundle::Compile(*std::move(published)));
  auto bundle = std::make_shared<const CaseBundle>(MakeCaseBundle(std::move(compiled)));
  kept_.Put(version_name, bundle);
  return bundle;
}

absl::StatusOr<std::shared_ptr<const CaseBundle>> CaseBundles::FindNewest(
    const storage::View& view, const std::string& name) const {
  BundleName wanted = BundleName::Of(name);
  const std::optional<v1::BundleRecord> head = tables_.bundles.Find(view, wanted.id);
  if (!head.has_value()) return BundleNotFound(name);
  if (!wanted.version.has_value()) wanted.version = static_cast<uint64_t>(head->newest_version());
  ASSIGN_OR_RETURN(std::shared_ptr<const CaseBundle> bundle, Find(view, wanted.value()));
  RETURN_IF_ERROR(CheckInUse(*head, bundle->compiled->published(), Today(view)));
  return bundle;
}

absl::Status CaseBundles::CheckSubmittable(const storage::View& view,
                                           const CaseBundle& bundle) const {
  const v1::PublishedBundle& version = bundle.compiled->published();
  std::optional<v1::BundleRecord> head = tables_.bundles.Find(view, version.bundle().id());
  if (!head.has_value()) return BundleNotFound(version.name());
  // A draft keeps its version when a newer one is published.
  head->set_newest_version(version.version());
  return CheckInUse(*head, version, Today(view));
}

}  // namespace onething::workflow
