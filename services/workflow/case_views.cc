#include "services/workflow/case_views.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/codes/mask.h"
#include "services/workflow/tables.h"

namespace onething::workflow {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

constexpr calendar::Date kFirstDay(1970, 1, 1);
constexpr absl::string_view kTasks = "tasks/";

// Sets a time field unless there is no time.
template <class Message>
void SetTime(int64_t micros, Timestamp* (Message::*field)(), Message* message) {
  if (micros != 0) *(message->*field)() = TimeUtil::MicrosecondsToTimestamp(micros);
}

void ShowItem(const v1::CaseRecord& record, const CaseBundle& bundle, int place,
              v1::CaseItem* item) {
  const auto position = static_cast<int>(record.item_position(place));
  const bundle::v1::BundleItem& described = bundle.compiled->bundle().items(position);
  const bundle::v1::Authority& authority = bundle.compiled->authority_of(position);
  item->set_item(described.id());
  item->set_display_name(bundle.compiled->pinned(position).display_name());
  item->set_state(record.item_state(place));
  item->set_authority_code(authority.credit_code());
  item->set_authority_name(authority.display_name());
  for (const int need : WaitsFor(bundle.flow, record, place)) {
    item->add_waits_for(
        bundle.compiled->bundle().items(static_cast<int>(record.item_position(need))).id());
  }
  if (record.item_task(place) != 0) item->set_task(TaskName(record.item_task(place)));
  SetTime(static_cast<int64_t>(record.item_start_us(place)), &v1::CaseItem::mutable_start_time,
          item);
  SetTime(static_cast<int64_t>(record.item_end_us(place)), &v1::CaseItem::mutable_end_time, item);
  item->set_due_date(ShowDay(static_cast<int32_t>(record.item_due_day(place))));
  item->set_province(described.cross_province().province());
}

void ShowNotes(const v1::CaseRecord& record, v1::Case* shown) {
  for (const v1::ItemNote& note : record.notes()) {
    v1::CaseItem* item = shown->mutable_items(static_cast<int>(note.place()));
    item->set_reason(note.reason());
    item->set_license(note.license());
    item->set_license_pending(note.license_pending());
    item->set_transfer(note.transfer());
    *item->mutable_receipts() = note.receipts();
  }
}

}  // namespace

int32_t DayNumber(calendar::Date date) { return static_cast<int32_t>(date - kFirstDay); }

std::string ShowDay(int32_t day_number) {
  return day_number == 0 ? "" : calendar::FormatDate(kFirstDay + day_number);
}

std::string TaskName(uint64_t number) { return absl::StrCat(kTasks, number); }

uint64_t TaskNumber(absl::string_view name) {
  uint64_t number = 0;
  return absl::ConsumePrefix(&name, kTasks) && absl::SimpleAtoi(name, &number) ? number : 0;
}

common::v1::Subject Masked(const common::v1::Subject& applicant) {
  common::v1::Subject masked;
  masked.set_kind(applicant.kind());
  masked.set_code(codes::MaskCitizenNumber(applicant.code()));
  masked.set_name(codes::MaskName(applicant.name()));
  return masked;
}

v1::ItemNote* NoteOf(v1::CaseRecord* record, int place) {
  const auto wanted = static_cast<uint32_t>(place);
  auto* notes = record->mutable_notes();
  const auto found =
      std::lower_bound(notes->begin(), notes->end(), wanted,
                       [](const v1::ItemNote& note, uint32_t at) { return note.place() < at; });
  if (found != notes->end() && found->place() == wanted) return &*found;
  const auto index = found - notes->begin();
  notes->Add()->set_place(wanted);
  std::rotate(notes->pointer_begin() + index, notes->pointer_end() - 1, notes->pointer_end());
  return notes->Mutable(static_cast<int>(index));
}

v1::Case ShowCase(const v1::CaseRecord& record, const CaseBundle& bundle) {
  v1::Case shown;
  shown.set_name(record.name());
  shown.set_bundle(record.bundle());
  shown.set_bundle_display_name(bundle.compiled->bundle().display_name());
  *shown.mutable_application()->mutable_applicant() = record.applicant();
  shown.set_state(record.state());
  for (int place = 0; place < record.item_position_size(); ++place) {
    ShowItem(record, bundle, place, shown.add_items());
  }
  ShowNotes(record, &shown);
  SetTime(record.create_us(), &v1::Case::mutable_create_time, &shown);
  SetTime(record.update_us(), &v1::Case::mutable_update_time, &shown);
  SetTime(record.submit_us(), &v1::Case::mutable_submit_time, &shown);
  SetTime(record.close_us(), &v1::Case::mutable_close_time, &shown);
  shown.set_due_date(ShowDay(record.due_day()));
  shown.set_etag(absl::StrCat(record.revision()));
  shown.set_open_item_count(record.open_item_count());
  shown.set_timeline_count(record.timeline_count());
  return shown;
}

v1::Case ShowCase(const v1::CaseRecord& record, const CaseBundle& bundle,
                  const v1::Application& application) {
  v1::Case shown = ShowCase(record, bundle);
  *shown.mutable_application() = application;
  shown.set_withdraw_reason(record.withdraw_reason());
  return shown;
}

v1::Task ShowTask(const v1::TaskRecord& record) {
  v1::Task shown;
  shown.set_name(TaskName(record.number()));
  shown.set_case_name(record.case_name());
  shown.set_item(record.item());
  shown.set_display_name(record.display_name());
  shown.set_authority_code(record.authority_code());
  shown.set_region_code(record.region_code());
  shown.set_state(record.state());
  shown.set_officer(record.officer());
  shown.set_due_date(ShowDay(record.due_day()));
  *shown.mutable_applicant() = record.applicant();
  shown.set_decision(record.decision());
  shown.set_reason(record.reason());
  shown.set_from_province(record.from_province());
  SetTime(record.create_us(), &v1::Task::mutable_create_time, &shown);
  SetTime(record.end_us(), &v1::Task::mutable_end_time, &shown);
  shown.set_etag(absl::StrCat(record.revision()));
  return shown;
}

v1::TimelineEvent ShowEvent(const v1::TimelineRecord& row, int place) {
  const v1::TimelineEventRecord& event = row.events(place);
  v1::TimelineEvent shown;
  shown.set_sequence(static_cast<int64_t>(row.last_sequence()) - row.events_size() + 1 + place);
  SetTime(row.time_us(), &v1::TimelineEvent::mutable_time, &shown);
  shown.set_kind(event.kind());
  shown.set_item(event.item());
  shown.set_actor(row.actor());
  shown.set_sentence(event.sentence());
  return shown;
}

}  // namespace onething::workflow
