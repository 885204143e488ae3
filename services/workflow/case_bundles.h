// CaseBundles: the published bundle versions that cases run, read and compiled once and then kept
// in memory, those used last. A version never changes, so what is kept does not go stale.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_BUNDLES_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_BUNDLES_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/lru_cache.h"
#include "libs/storage/view.h"
#include "services/workflow/bundle_tables.h"
#include "services/workflow/case_bundle.h"

namespace onething::workflow {

// Safe from any thread.
class CaseBundles {
 public:
  // `tables` outlives this.
  CaseBundles(const BundleTables& tables, size_t versions_max)
      : tables_(tables), kept_(versions_max) {}

  // The version with this name, e.g. `bundles/newborn@3`, in use or not. NOT_FOUND
  // (BUNDLE_NOT_FOUND); DATA_LOSS (RECORD_CORRUPT) when it cannot be compiled.
  absl::StatusOr<std::shared_ptr<const CaseBundle>> Find(const storage::View& view,
                                                         const std::string& version_name) const;

  // What a new case for `name` runs today: the newest version of `bundles/{id}`, or the version
  // named if it is that. Errors as Find; FAILED_PRECONDITION (BUNDLE_NOT_AVAILABLE) when it is not
  // the newest, retired, or outside its validity.
  absl::StatusOr<std::shared_ptr<const CaseBundle>> FindNewest(const storage::View& view,
                                                               const std::string& name) const;

  // OK when a draft of `bundle`, the newest version or not, can be submitted today.
  // FAILED_PRECONDITION (BUNDLE_NOT_AVAILABLE) when the bundle is retired or the version outside
  // its validity.
  absl::Status CheckSubmittable(const storage::View& view, const CaseBundle& bundle) const;

 private:
  const BundleTables& tables_;
  // By version name. Shared, because a command may still run a version that was just dropped.
  mutable LruCache<std::shared_ptr<const CaseBundle>> kept_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_BUNDLES_H_
