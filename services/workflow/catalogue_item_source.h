// CatalogueItemSource: items asked of the catalogue service over a channel.

#ifndef ONETHING_SERVICES_WORKFLOW_CATALOGUE_ITEM_SOURCE_H_
#define ONETHING_SERVICES_WORKFLOW_CATALOGUE_ITEM_SOURCE_H_

#include "libs/rpc/channel.h"
#include "services/workflow/item_source.h"

namespace onething::workflow {

// Asks in batches of at most 200, and again without an item that the catalogue does not have. A
// refusal that means that we are not configured to ask is logged, and is PEER_UNREACHABLE to the
// caller like any other lack of an answer.
class CatalogueItemSource final : public ItemSource {
 public:
  // `catalogue` outlives this.
  explicit CatalogueItemSource(rpc::Channel* catalogue) : catalogue_(*catalogue) {}

  absl::StatusOr<Items> Get(absl::Span<const std::string> task_codes,
                            absl::Duration timeout) override;

 private:
  absl::Status GetBatch(absl::Span<const std::string> task_codes, absl::Duration timeout,
                        Items* items);

  rpc::Channel& catalogue_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CATALOGUE_ITEM_SOURCE_H_
