// CaseChange: the work of one command on one case. It moves the items by case_rules.h and carries
// out what follows in the same commit: tasks and transfers for items that start, cancelled tasks
// for those that stop, the e-licence of an approval, invitations to rate, the timeline. Whether the
// caller may do it at all is decided before, by cases.h, tasks.h and hand_overs.h.

#ifndef ONETHING_SERVICES_WORKFLOW_CASE_CHANGE_H_
#define ONETHING_SERVICES_WORKFLOW_CASE_CHANGE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/calendar/calendar.h"
#include "libs/storage/view.h"
#include "services/workflow/case_bundles.h"
#include "services/workflow/case_events.h"
#include "services/workflow/license_rules.h"
#include "services/workflow/outgoing.h"
#include "services/workflow/tables.h"

namespace onething::workflow {

// Actor of what the service does by itself.
inline constexpr char kSystem[] = "system";

// What every change of a case works with. Outlives all changes.
struct CaseParts {
  const Tables& tables;
  const CaseBundles& bundles;
  const Outgoing& outgoing;
  const calendar::Calendar& calendar;
  // Whether applicants are invited to rate.
  bool invite_ratings = true;
  // Events of one case's timeline.
  int64_t timeline_rows_max = 20'000;
};

// A case and the bundle version it runs, which is shared with all who run it.
struct RunningCase {
  v1::CaseRecord record;
  std::shared_ptr<const CaseBundle> bundle;
};

// The case as stored. NOT_FOUND (CASE_NOT_FOUND).
absl::StatusOr<RunningCase> LoadCase(const CaseParts& parts, const storage::View& view,
                                     const std::string& name);

// Used by one command and gone with it. After an error the command must fail, which undoes what was
// written. Errors of every step: RESOURCE_EXHAUSTED (LIMIT_REACHED) when timeline or outbox is
// full; of steps that start items: FAILED_PRECONDITION (CALENDAR_UNKNOWN_YEAR).
class CaseChange {
 public:
  // Works on `running`, new or as stored. `parts` and `txn` outlive this. `actor` is who the
  // timeline names.
  CaseChange(const CaseParts& parts, storage::Txn& txn, absl::string_view actor,
             RunningCase running);
  CaseChange(const CaseChange&) = delete;
  CaseChange& operator=(const CaseChange&) = delete;

  const v1::CaseRecord& record() const { return record_; }
  const CaseBundle& bundle() const { return *bundle_; }

  // What the applicant handed in; read when first asked for.
  const v1::Application& application();

  // Keeps the application of a draft.
  void PutApplication(const v1::Application& application);

  // Submits the draft with the items at these positions of the bundle, at least one.
  absl::Status Submit(absl::Span<const int> positions);

  // Approves an item of this province, with the elements of the decision. INVALID_ARGUMENT
  // (DECISION_INCOMPLETE) when the licence it issues lacks a text.
  absl::Status Approve(int place, const Elements& elements);

  // Approves an item that another province handled; `license` is the licence issued there, or
  // empty.
  absl::Status ApproveElsewhere(int place, const std::string& license);

  // Refuses an item, here or elsewhere.
  absl::Status Refuse(int place, const std::string& reason);

  // Withdraws a case none of whose items is decided.
  absl::Status Withdraw(const std::string& reason);

  // The licence that an approval asked for is there. Once; a second time nothing happens.
  absl::Status ConfirmLicense(int place, const std::string& license);

  // The own relay keeps the transfer of a handed-over item. Once. INVALID_ARGUMENT (FIELD_INVALID)
  // when the item has another transfer.
  absl::Status ConfirmTransfer(int place, const std::string& transfer);

  // Another province has told how far the item is: notes the receipt and tells `event`. False, and
  // nothing happens, when it was noted before.
  absl::StatusOr<bool> NoteReceipt(int place, absl::string_view receipt, const CaseEvent& event);

  // Adds an event to the timeline.
  absl::Status Tell(const CaseEvent& event);

  // An item as the timeline names it.
  EventItem Named(int place) const;

  // Writes the record and what was told of it, if anything was. The last step.
  void Save();

 private:
  int PositionOf(int place) const { return static_cast<int>(record_.item_position(place)); }
  const bundle::v1::BundleItem& ItemAt(int place) const;

  absl::Status CarryOut(const Step& step, absl::string_view stop_reason);
  absl::Status StartItem(int place);
  absl::StatusOr<int32_t> DueDayOf(int place) const;
  void MakeTask(int place);
  absl::Status HandOver(int place);
  absl::Status StopItem(int place, absl::string_view reason);
  absl::Status CancelTask(uint64_t number);
  absl::Status Close();
  rating::v1::RatedService ServiceAt(int place) const;
  rating::v1::RatedService ServiceOfCase() const;
  absl::Status InviteRatings(std::vector<rating::v1::RatedService> services);

  const CaseParts& parts_;
  storage::Txn& txn_;
  const std::string actor_;
  // Shared with the cache, which may drop the version meanwhile.
  const std::shared_ptr<const CaseBundle> bundle_;
  v1::CaseRecord record_;
  // Where the indexes have the case as it is stored.
  const storage::IndexKeys stored_keys_;
  std::optional<v1::Application> application_;
  v1::TimelineRecord told_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_CASE_CHANGE_H_
