// The tables of bundles: the only place that knows their keys.

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLE_TABLES_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLE_TABLES_H_

#include <cstdint>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "libs/base/status.h"
#include "libs/storage/table.h"
#include "onething/workflow/v1/bundle_records.pb.h"
#include "onething/workflow/v1/bundles.pb.h"

namespace onething::workflow {

struct BundleTables {
  // Bundles by id.
  const storage::Table<v1::BundleRecord, std::string> bundles{
      storage::TableId::kBundles,
      [](const v1::BundleRecord& record) { return std::tuple<std::string>(record.id()); }};
  // Every version by id and number, as it was published; never changed. `name` is that of the
  // version; `in_use`, which changes, is not kept here.
  const storage::Table<v1::PublishedBundle, std::string, uint64_t> versions{
      storage::TableId::kBundleVersions, [](const v1::PublishedBundle& version) {
        return std::tuple<std::string, uint64_t>(version.bundle().id(),
                                                 static_cast<uint64_t>(version.version()));
      }};

  // Compares every index with its rows. DATA_LOSS at the first difference.
  absl::Status CheckIndexes(const storage::View& view) const {
    RETURN_IF_ERROR(bundles.CheckIndexes(view));
    return versions.CheckIndexes(view);
  }
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLE_TABLES_H_
