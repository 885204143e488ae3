// The life of a bundle — published as versions, read, taken out of use — and the notice to those
// who are about to apply. Commands and queries of the Bundles service, and the preview of the Cases
// service. What a bundle must look like is bundle_check_rules.h, what it asks of whom
// route_rules.h.

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLES_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/calendar/calendar.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/workflow/v1/bundle_records.pb.h"
#include "onething/workflow/v1/bundles.pb.h"
#include "onething/workflow/v1/cases.pb.h"
#include "services/workflow/bundle_tables.h"
#include "services/workflow/case_bundles.h"
#include "services/workflow/item_source.h"

namespace onething::workflow {

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in bundles.proto.
class Bundles {
 public:
  // All outlive this.
  Bundles(const BundleTables& tables, const CaseBundles& versions, ItemSource* items,
          const calendar::Calendar& calendar)
      : tables_(tables), versions_(versions), items_(*items), calendar_(calendar) {}

  // What the catalogue says of the items, one pin per item of the bundle.
  using Pins = std::vector<v1::PinnedItem>;

  // Checks the bundle and asks the catalogue; the command then has nothing left to ask.
  absl::StatusOr<Pins> PreparePublish(const storage::View& view, const rpc::Call& call,
                                      const v1::PublishBundleRequest& request) const;
  absl::StatusOr<v1::PublishedBundle> PublishBundle(storage::Txn& txn, const rpc::Call& call,
                                                    const v1::PublishBundleRequest& request,
                                                    const Pins& pins) const;
  absl::StatusOr<v1::PublishedBundle> RetireBundle(storage::Txn& txn, const rpc::Call& call,
                                                   const v1::RetireBundleRequest& request) const;

  absl::StatusOr<v1::PublishedBundle> GetBundle(const storage::View& view, const rpc::Call& call,
                                                const v1::GetBundleRequest& request) const;
  absl::StatusOr<v1::ListBundlesResponse> ListBundles(const storage::View& view,
                                                      const rpc::Call& call,
                                                      const v1::ListBundlesRequest& request) const;

  // Of a bundle out of use only a version that is named can be previewed.
  absl::StatusOr<v1::Notice> PreviewCase(const storage::View& view, const rpc::Call& call,
                                         const v1::PreviewCaseRequest& request) const;

 private:
  // The version as it is shown today: under the bundle's name unless a version was asked for.
  v1::PublishedBundle AsShown(const storage::View& view, const v1::BundleRecord& record,
                              v1::PublishedBundle version, bool by_version) const;
  // The newest version of a bundle that has one.
  v1::PublishedBundle Newest(const storage::View& view, const v1::BundleRecord& record) const;

  const BundleTables& tables_;
  const CaseBundles& versions_;
  ItemSource& items_;
  const calendar::Calendar& calendar_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLES_H_
