#include "services/workflow/item_availability.h"

#include <algorithm>
#include <utility>

#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "services/workflow/bundle_errors.h"

namespace onething::workflow {
namespace {

using catalogue::v1::Item;

// What decides whether an item is available, of the many things the catalogue says.
std::optional<Item> Essence(const std::optional<Item>& item) {
  if (!item.has_value()) return std::nullopt;
  Item essence;
  essence.set_display_name(item->display_name());
  essence.set_state(item->state());
  essence.set_effective_date(item->effective_date());
  essence.set_expiry_date(item->expiry_date());
  return essence;
}

}  // namespace

bool IsAvailable(const std::optional<Item>& item, absl::string_view today) {
  return item.has_value() && item->state() == Item::STATE_PUBLISHED &&
         item->effective_date() <= today &&
         (item->expiry_date().empty() || today < item->expiry_date());
}

absl::Status ItemAvailability::Check(absl::Span<const std::string> task_codes, absl::Time now,
                                     absl::Time deadline) const {
  std::vector<KnownPtr> known;
  std::vector<size_t> outdated;
  for (size_t i = 0; i < task_codes.size(); ++i) {
    known.push_back(known_.Find(task_codes[i]).value_or(nullptr));
    if (!IsUsable(known[i], now) || now >= known[i]->ask) outdated.push_back(i);
  }
  if (!outdated.empty()) {
    RETURN_IF_ERROR(Refresh(task_codes, outdated, now, deadline, &known));
  }
  const std::string today = calendar::FormatDate(calendar::DateInChina(now));
  std::vector<UnavailableItem> unavailable;
  for (size_t i = 0; i < task_codes.size(); ++i) {
    const std::optional<Item>& item = known[i]->item;
    if (!IsAvailable(item, today)) {
      unavailable.push_back({task_codes[i], item.has_value() ? item->display_name() : ""});
    }
  }
  return unavailable.empty() ? absl::OkStatus() : ItemsNotAvailable(unavailable);
}

absl::Status ItemAvailability::CheckRoute(const CompiledBundle& compiled, const Route& route,
                                          absl::Time now, absl::Time deadline) const {
  std::vector<std::string> task_codes;
  for (const RouteItem& item : route.items) {
    task_codes.push_back(compiled.bundle().items(item.item).task_code());
  }
  return Check(task_codes, now, deadline);
}

void ItemAvailability::AskAgainAt(const std::string& task_code, const KnownPtr& known,
                                  absl::Time time) const {
  known_.Put(task_code, std::make_shared<const Known>(Known{known->item, known->told, time}));
}

absl::Status ItemAvailability::Refresh(absl::Span<const std::string> task_codes,
                                       const std::vector<size_t>& outdated, absl::Time now,
                                       absl::Time deadline, std::vector<KnownPtr>* known) const {
  bool all_usable = true;
  std::vector<std::string> asked;
  for (const size_t i : outdated) {
    asked.push_back(task_codes[i]);
    all_usable &= IsUsable((*known)[i], now);
    // Those who come meanwhile use what is known instead of asking as well.
    if ((*known)[i] != nullptr) {
      AskAgainAt(task_codes[i], (*known)[i], now + options_.retry_after);
    }
  }
  absl::StatusOr<ItemSource::Items> items =
      source_.Get(asked, std::min(options_.timeout, deadline - now));
  if (!items.ok()) return all_usable ? absl::OkStatus() : items.status();
  for (size_t i = 0; i < outdated.size(); ++i) {
    KnownPtr& entry = (*known)[outdated[i]];
    entry =
        std::make_shared<const Known>(Known{Essence((*items)[i]), now, now + options_.fresh_for});
    known_.Put(asked[i], entry);
  }
  return absl::OkStatus();
}

}  // namespace onething::workflow
