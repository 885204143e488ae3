// ItemSource: the seam through which the workflow service asks the catalogue what it says of items
// now. What a running case needs of an item is pinned in its bundle version and never asked again.

#ifndef ONETHING_SERVICES_WORKFLOW_ITEM_SOURCE_H_
#define ONETHING_SERVICES_WORKFLOW_ITEM_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "onething/catalogue/v1/catalogue.pb.h"

namespace onething::workflow {

// Asks for items. Safe from any thread; blocks, so never on the commit loop.
class ItemSource {
 public:
  // Nullopt where the catalogue has no such item.
  using Items = std::vector<std::optional<catalogue::v1::Item>>;

  virtual ~ItemSource() = default;

  // The versions in use of the items with these implementation codes, in this order. UNAVAILABLE
  // (PEER_UNREACHABLE) when there is no answer within `timeout`.
  virtual absl::StatusOr<Items> Get(absl::Span<const std::string> task_codes,
                                    absl::Duration timeout) = 0;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_ITEM_SOURCE_H_
