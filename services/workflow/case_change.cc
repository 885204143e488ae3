#include "services/workflow/case_change.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/calendar/limit.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/case_views.h"

namespace onething::workflow {
namespace {

using calendar::Date;
using calendar::DayUnit;
using v1::CaseItem;
using v1::CaseRecord;
using v1::Task;

// The next message to this province: 1, 2, … per case and province.
int64_t NextMessageNumber(const std::string& province, CaseRecord* record) {
  auto* sent = record->mutable_sent();
  auto found = std::find_if(sent->begin(), sent->end(), [&](const v1::SentMessages& messages) {
    return messages.province() == province;
  });
  v1::SentMessages* messages = found != sent->end() ? &*found : record->add_sent();
  messages->set_province(province);
  messages->set_count(messages->count() + 1);
  return messages->count();
}

const bundle::v1::Authority& LeadOf(const bundle::v1::Bundle& bundle) {
  const auto lead = std::find_if(
      bundle.authorities().begin(), bundle.authorities().end(),
      [&](const bundle::v1::Authority& each) { return each.id() == bundle.lead_authority(); });
  CHECK(lead != bundle.authorities().end());
  return *lead;
}

void SetAuthority(const bundle::v1::Authority& authority, rating::v1::RatedService* service) {
  service->set_authority_code(authority.credit_code());
  service->set_authority_name(authority.display_name());
  service->set_region_code(authority.region_code());
}

}  // namespace

absl::StatusOr<RunningCase> LoadCase(const CaseParts& parts, const storage::View& view,
                                     const std::string& name) {
  std::optional<CaseRecord> record = parts.tables.cases.Find(view, name);
  if (!record.has_value()) return CaseNotFound(name);
  ASSIGN_OR_RETURN(std::shared_ptr<const CaseBundle> bundle,
                   parts.bundles.Find(view, record->bundle()));
  return RunningCase{*std::move(record), std::move(bundle)};
}

CaseChange::CaseChange(const CaseParts& parts, storage::Txn& txn, absl::string_view actor,
                       RunningCase running)
    : parts_(parts),
      txn_(txn),
      actor_(actor),
      bundle_(std::move(running.bundle)),
      record_(std::move(running.record)),
      stored_keys_(record_.revision() == 0 ? storage::IndexKeys()
                                           : parts.tables.cases.KeysOf(record_)) {}

const bundle::v1::BundleItem& CaseChange::ItemAt(int place) const {
  return bundle_->compiled->bundle().items(PositionOf(place));
}

const v1::Application& CaseChange::application() {
  if (!application_.has_value()) {
    std::optional<v1::ApplicationRecord> stored =
        parts_.tables.applications.Find(txn_, record_.name());
    if (!stored.has_value()) {
      txn_.Poison(RecordCorrupt(absl::StrCat(record_.name(), " has no application")));
      stored.emplace();
    }
    application_ = std::move(*stored->mutable_application());
  }
  return *application_;
}

void CaseChange::PutApplication(const v1::Application& application) {
  application_ = application;
  record_.set_applicant_code(application.applicant().code());
  *record_.mutable_applicant() = Masked(application.applicant());
  v1::ApplicationRecord stored;
  stored.set_case_name(record_.name());
  *stored.mutable_application() = application;
  parts_.tables.applications.Put(txn_, stored);
}

absl::Status CaseChange::Submit(absl::Span<const int> positions) {
  const calendar::Limit joint = {bundle_->compiled->bundle().joint_limit_working_days(),
                                 DayUnit::kWorkingDay};
  const absl::StatusOr<Date> due =
      calendar::DueDate(parts_.calendar, calendar::DateInChina(txn_.now()), joint);
  if (!due.ok()) return CalendarUnknownYear(due.status());
  record_.set_due_day(DayNumber(*due));
  const Step step = SubmitItems(bundle_->flow, positions, txn_.now(), &record_);
  RETURN_IF_ERROR(
      Tell(CaseSubmitted(static_cast<int>(positions.size()), calendar::FormatDate(*due))));
  return CarryOut(step, "");
}

absl::Status CaseChange::Approve(int place, const Elements& elements) {
  if (ItemAt(place).has_issues()) {
    ASSIGN_OR_RETURN(license::v1::IssueLicenseRequest request,
                     LicenseOfItem(*bundle_->compiled, PositionOf(place), application(), elements));
    request.set_source(absl::StrCat(record_.name(), "/items/", ItemAt(place).id()));
    v1::LicenseContext context;
    context.set_case_name(record_.name());
    context.set_place(static_cast<uint32_t>(place));
    RETURN_IF_ERROR(parts_.outgoing.IssueLicense(txn_, std::move(request), context));
    NoteOf(&record_, place)->set_license_pending(true);
  }
  const Step step = ApproveItem(bundle_->flow, place, txn_.now(), &record_);
  RETURN_IF_ERROR(Tell(ItemApproved(Named(place))));
  return CarryOut(step, "");
}

absl::Status CaseChange::ApproveElsewhere(int place, const std::string& license) {
  const Step step = ApproveItem(bundle_->flow, place, txn_.now(), &record_);
  RETURN_IF_ERROR(Tell(ItemApproved(Named(place))));
  if (!license.empty()) {
    NoteOf(&record_, place)->set_license(license);
    RETURN_IF_ERROR(Tell(LicenseIssued(Named(place))));
  }
  return CarryOut(step, "");
}

absl::Status CaseChange::Refuse(int place, const std::string& reason) {
  const Step step = RefuseItem(bundle_->flow, place, txn_.now(), &record_);
  NoteOf(&record_, place)->set_reason(reason);
  RETURN_IF_ERROR(Tell(ItemRefused(Named(place))));
  // One may rate a refusal without waiting for the others.
  RETURN_IF_ERROR(InviteRatings({ServiceAt(place)}));
  return CarryOut(step, absl::StrCat("“", Named(place).display_name, "”未获准予，本事项不再办理"));
}

absl::Status CaseChange::Withdraw(const std::string& reason) {
  record_.set_withdraw_reason(reason);
  const Step step = WithdrawItems(txn_.now(), &record_);
  RETURN_IF_ERROR(Tell(CaseWithdrawn()));
  return CarryOut(step, "");
}

absl::Status CaseChange::ConfirmLicense(int place, const std::string& license) {
  v1::ItemNote* note = NoteOf(&record_, place);
  if (!note->license_pending()) return absl::OkStatus();
  note->set_license_pending(false);
  note->set_license(license);
  return Tell(LicenseIssued(Named(place)));
}

absl::Status CaseChange::ConfirmTransfer(int place, const std::string& transfer) {
  v1::ItemNote* note = NoteOf(&record_, place);
  if (note->transfer() == transfer) return absl::OkStatus();
  if (!note->transfer().empty()) return FieldInvalid("transfer", "不是这一事项的移交件");
  note->set_transfer(transfer);
  return Tell(TransferAccepted(Named(place)));
}

absl::StatusOr<bool> CaseChange::NoteReceipt(int place, absl::string_view receipt,
                                             const CaseEvent& event) {
  v1::ItemNote* note = NoteOf(&record_, place);
  const auto& receipts = note->receipts();
  if (std::find(receipts.begin(), receipts.end(), receipt) != receipts.end()) return false;
  note->add_receipts(std::string(receipt));
  RETURN_IF_ERROR(Tell(event));
  return true;
}

absl::Status CaseChange::Tell(const CaseEvent& event) {
  if (record_.timeline_count() >= parts_.timeline_rows_max) {
    return TimelineFull(record_.name(), parts_.timeline_rows_max);
  }
  record_.set_timeline_count(record_.timeline_count() + 1);
  v1::TimelineEventRecord* told = told_.add_events();
  told->set_kind(std::string(event.kind));
  told->set_item(event.item);
  told->set_sentence(event.sentence);
  return absl::OkStatus();
}

EventItem CaseChange::Named(int place) const {
  const bundle::v1::BundleItem& item = ItemAt(place);
  return {.key = item.id(),
          .display_name = bundle_->compiled->pinned(PositionOf(place)).display_name(),
          .decider = item.has_cross_province()
                         ? std::string(ProvinceName(item.cross_province().province()))
                         : bundle_->compiled->authority_of(PositionOf(place)).display_name()};
}

void CaseChange::Save() {
  if (told_.events().empty()) return;
  const int64_t now_us = absl::ToUnixMicros(txn_.now());
  record_.set_revision(record_.revision() + 1);
  record_.set_update_us(now_us);
  parts_.tables.cases.Replace(txn_, stored_keys_, record_);
  told_.set_case_name(record_.name());
  told_.set_last_sequence(static_cast<uint64_t>(record_.timeline_count()));
  told_.set_time_us(now_us);
  told_.set_actor(actor_);
  parts_.tables.timeline.Insert(txn_, told_);
}

absl::Status CaseChange::CarryOut(const Step& step, absl::string_view stop_reason) {
  for (const int place : step.stopped) {
    RETURN_IF_ERROR(StopItem(place, stop_reason));
  }
  for (const int place : step.started) {
    RETURN_IF_ERROR(StartItem(place));
  }
  return step.closed ? Close() : absl::OkStatus();
}

absl::Status CaseChange::StartItem(int place) {
  ASSIGN_OR_RETURN(const int32_t due_day, DueDayOf(place));
  record_.set_item_due_day(place, static_cast<uint32_t>(due_day));
  if (record_.item_state(place) == CaseItem::STATE_HANDED_OVER) return HandOver(place);
  MakeTask(place);
  return Tell(ItemStarted(Named(place), ShowDay(due_day)));
}

// The item's own promise, counted from today; never later than the joint limit that covers it.
absl::StatusOr<int32_t> CaseChange::DueDayOf(int place) const {
  const v1::PinnedItem& pinned = bundle_->compiled->pinned(PositionOf(place));
  const calendar::Limit promise = {pinned.promised_days(), pinned.promised_working_days()
                                                               ? DayUnit::kWorkingDay
                                                               : DayUnit::kCalendarDay};
  const absl::StatusOr<Date> due =
      calendar::DueDate(parts_.calendar, calendar::DateInChina(txn_.now()), promise);
  const bool covered = ItemAt(place).in_joint_limit();
  if (due.ok()) {
    return covered ? std::min(DayNumber(*due), record_.due_day()) : DayNumber(*due);
  }
  // The joint limit ends within the calendar, so a promise that ends beyond it ends later.
  if (covered && absl::IsOutOfRange(due.status())) return record_.due_day();
  return CalendarUnknownYear(due.status());
}

void CaseChange::MakeTask(int place) {
  const bundle::v1::Authority& authority = bundle_->compiled->authority_of(PositionOf(place));
  v1::TaskRecord task;
  task.set_number(NextTaskNumber(txn_));
  task.set_case_name(record_.name());
  task.set_place(static_cast<uint32_t>(place));
  task.set_item(ItemAt(place).id());
  task.set_display_name(bundle_->compiled->pinned(PositionOf(place)).display_name());
  task.set_authority_code(authority.credit_code());
  task.set_region_code(authority.region_code());
  task.set_state(Task::STATE_OPEN);
  task.set_due_day(static_cast<int32_t>(record_.item_due_day(place)));
  *task.mutable_applicant() = record_.applicant();
  task.set_create_us(absl::ToUnixMicros(txn_.now()));
  task.set_revision(1);
  parts_.tables.tasks.Insert(txn_, task);
  record_.set_item_task(place, task.number());
}

absl::Status CaseChange::HandOver(int place) {
  const bundle::v1::BundleItem& item = ItemAt(place);
  const v1::PinnedItem& pinned = bundle_->compiled->pinned(PositionOf(place));
  v1::HandOver hand_over;
  hand_over.set_item(item.id());
  hand_over.set_display_name(pinned.display_name());
  hand_over.set_catalog_code(pinned.catalog_code());
  *hand_over.mutable_applicant() = application().applicant();
  for (const std::string& field : item.cross_province().fields()) {
    const auto found = application().form().find(field);
    if (found != application().form().end()) (*hand_over.mutable_form())[field] = found->second;
  }
  hand_over.set_due_date(ShowDay(static_cast<int32_t>(record_.item_due_day(place))));

  relay::v1::SubmitTransferRequest request;
  request.set_target(item.cross_province().province());
  request.set_case_name(record_.name());
  request.set_message_number(NextMessageNumber(request.target(), &record_));
  // The bundle's modes have the values of the relay's.
  request.set_mode(static_cast<relay::v1::Mode>(item.cross_province().mode()));
  request.set_catalog_code(pinned.catalog_code());
  request.set_purpose(item.cross_province().purpose());
  request.set_payload_type(v1::HandOver::descriptor()->full_name());
  request.set_payload(hand_over.SerializeAsString());
  request.set_message_key(item.id());
  v1::TransferContext context;
  context.set_case_name(record_.name());
  context.set_place(static_cast<uint32_t>(place));
  RETURN_IF_ERROR(parts_.outgoing.SubmitTransfer(txn_, std::move(request), context));
  return Tell(ItemHandedOver(Named(place)));
}

absl::Status CaseChange::StopItem(int place, absl::string_view reason) {
  if (record_.item_task(place) != 0) RETURN_IF_ERROR(CancelTask(record_.item_task(place)));
  // A withdrawal is told once, for the case.
  if (record_.item_state(place) == CaseItem::STATE_WITHDRAWN) return absl::OkStatus();
  NoteOf(&record_, place)->set_reason(std::string(reason));
  return Tell(ItemNotHandled(Named(place)));
}

absl::Status CaseChange::CancelTask(uint64_t number) {
  std::optional<v1::TaskRecord> task = parts_.tables.tasks.Find(txn_, number);
  const std::optional<Task::State> next =
      task.has_value() ? After(task->state(), TaskMove::kCancel) : std::nullopt;
  if (!next.has_value()) {
    return RecordCorrupt(absl::StrCat(record_.name(), ": an open item has no open task"));
  }
  const storage::IndexKeys stored_keys = parts_.tables.tasks.KeysOf(*task);
  task->set_state(*next);
  task->set_end_us(absl::ToUnixMicros(txn_.now()));
  task->set_revision(task->revision() + 1);
  parts_.tables.tasks.Replace(txn_, stored_keys, *task);
  return absl::OkStatus();
}

absl::Status CaseChange::Close() {
  RETURN_IF_ERROR(Tell(CaseClosed(record_)));
  std::vector<rating::v1::RatedService> services;
  for (int place = 0; place < record_.item_state_size(); ++place) {
    if (record_.item_state(place) == CaseItem::STATE_APPROVED) {
      services.push_back(ServiceAt(place));
    }
  }
  if (bundle_->compiled->bundle().rate_case()) services.push_back(ServiceOfCase());
  return InviteRatings(std::move(services));
}

// Services of a case are numbered: its items from 1 in their order, then the case as a whole.
rating::v1::RatedService CaseChange::ServiceAt(int place) const {
  rating::v1::RatedService service;
  service.set_service_number(place + 1);
  service.set_item_code(ItemAt(place).task_code());
  service.set_item_name(bundle_->compiled->pinned(PositionOf(place)).display_name());
  SetAuthority(bundle_->compiled->authority_of(PositionOf(place)), &service);
  return service;
}

rating::v1::RatedService CaseChange::ServiceOfCase() const {
  const bundle::v1::Bundle& whole = bundle_->compiled->bundle();
  rating::v1::RatedService service;
  service.set_service_number(record_.item_state_size() + 1);
  service.set_item_code(whole.id());
  service.set_item_name(whole.display_name());
  SetAuthority(LeadOf(whole), &service);
  return service;
}

absl::Status CaseChange::InviteRatings(std::vector<rating::v1::RatedService> services) {
  if (!parts_.invite_ratings || services.empty()) return absl::OkStatus();
  rating::v1::InviteRatingsRequest request;
  for (rating::v1::RatedService& service : services) {
    service.set_case_name(record_.name());
    *request.add_services() = std::move(service);
  }
  request.set_rater_code(record_.applicant_code());
  return parts_.outgoing.InviteRatings(txn_, std::move(request));
}

}  // namespace onething::workflow
