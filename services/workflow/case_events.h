// What happens to a case, as its timeline tells it: a fixed word for machines and one sentence for
// people. Sentences name items, authorities and dates, never a person: whoever may see a case may
// read them. Pure functions.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_EVENTS_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_EVENTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "onething/workflow/v1/records.pb.h"

namespace onething::workflow {

// One row of a timeline, before it has a place and a time.
struct CaseEvent {
  // `case.submitted`, `item.approved`, …
  absl::string_view kind;
  // Item key; empty for the case.
  std::string item;
  std::string sentence;
};

// The item an event is about, as its sentences name it.
struct EventItem {
  std::string key;
  std::string display_name;
  // Name of the authority, or of the province that handles it.
  std::string decider;
};

// Name of a province by its two digits, e.g. `浙江省`; `外省` for one that is not known.
absl::string_view ProvinceName(absl::string_view province);

CaseEvent CaseCreated();
CaseEvent CaseUpdated();
// `due_date` is YYYY-MM-DD.
CaseEvent CaseSubmitted(int item_count, absl::string_view due_date);
CaseEvent CaseWithdrawn();
// Counts what became of the items.
CaseEvent CaseClosed(const v1::CaseRecord& record);

CaseEvent ItemStarted(const EventItem& item, absl::string_view due_date);
CaseEvent ItemHandedOver(const EventItem& item);
CaseEvent ItemApproved(const EventItem& item);
CaseEvent ItemRefused(const EventItem& item);
CaseEvent ItemNotHandled(const EventItem& item);

CaseEvent TaskClaimed(const EventItem& item);
CaseEvent LicenseIssued(const EventItem& item);

// The own relay keeps the transfer and will deliver it.
CaseEvent TransferAccepted(const EventItem& item);
// The other province's relay has it.
CaseEvent TransferDelivered(const EventItem& item);
// Its handling service has taken it over.
CaseEvent TransferProcessed(const EventItem& item);
// Its result is here; `too_late` when the item had ended before.
CaseEvent TransferResult(const EventItem& item, bool too_late);

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_EVENTS_H_
