// ItemAvailability: whether items can be applied for now, that is, are published, not suspended or
// retired since their bundle was, and inside their validity. It remembers what the catalogue said
// for a while, so that opening a case seldom waits for the catalogue and goes on without it for
// some minutes.

#ifndef ONETHING_SERVICES_WORKFLOW_ITEM_AVAILABILITY_H_
#define ONETHING_SERVICES_WORKFLOW_ITEM_AVAILABILITY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/base/lru_cache.h"
#include "services/workflow/compiled_bundle.h"
#include "services/workflow/item_source.h"
#include "services/workflow/route_rules.h"

namespace onething::workflow {

// Whether an item, as the catalogue gave it, can be applied for on `today` (YYYY-MM-DD).
bool IsAvailable(const std::optional<catalogue::v1::Item>& item, absl::string_view today);

// How long an answer of the catalogue counts.
struct AvailabilityOptions {
  // It is not asked again before.
  absl::Duration fresh_for = absl::Seconds(30);
  // Without a newer answer the old one counts as long; then cases are refused.
  absl::Duration usable_for = absl::Minutes(10);
  // After it gave no answer it is left alone for so long, while the old answers still count.
  absl::Duration retry_after = absl::Seconds(5);
  // Longest wait for an answer.
  absl::Duration timeout = absl::Seconds(2);
  // Items remembered.
  size_t items_max = 10'000;
};

// Safe from any thread; may block, so never on the commit loop.
class ItemAvailability {
 public:
  // `source` outlives this.
  ItemAvailability(ItemSource* source, const AvailabilityOptions& options)
      : source_(*source), options_(options), known_(options.items_max) {}

  // OK when every item with these implementation codes can be applied for on the day of `now`.
  // FAILED_PRECONDITION (ITEM_NOT_AVAILABLE) naming those that cannot; UNAVAILABLE
  // (PEER_UNREACHABLE) when the catalogue gives no answer and what is known of one is too old.
  // Waits for the catalogue until `deadline` at most.
  absl::Status Check(absl::Span<const std::string> task_codes, absl::Time now,
                     absl::Time deadline) const;

  // The same for the items that apply on `route`.
  absl::Status CheckRoute(const CompiledBundle& compiled, const Route& route, absl::Time now,
                          absl::Time deadline) const;

 private:
  // What is known of an item. Immutable; replaced as a whole.
  struct Known {
    std::optional<catalogue::v1::Item> item;  // its name, state and validity only
    // When the catalogue said so, and when it is to be asked again.
    absl::Time told;
    absl::Time ask;
  };
  using KnownPtr = std::shared_ptr<const Known>;

  bool IsUsable(const KnownPtr& known, absl::Time now) const {
    return known != nullptr && now - known->told <= options_.usable_for;
  }
  void AskAgainAt(const std::string& task_code, const KnownPtr& known, absl::Time time) const;
  absl::Status Refresh(absl::Span<const std::string> task_codes,
                       const std::vector<size_t>& outdated, absl::Time now, absl::Time deadline,
                       std::vector<KnownPtr>* known) const;

  ItemSource& source_;
  const AvailabilityOptions options_;
  mutable LruCache<KnownPtr> known_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_ITEM_AVAILABILITY_H_
