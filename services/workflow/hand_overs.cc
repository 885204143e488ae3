#include "services/workflow/hand_overs.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/calendar/date.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/case_views.h"

namespace onething::workflow {
namespace {

using relay::v1::ReceiptContent;
using storage::Txn;
using v1::CaseItem;
using v1::HandOverRecord;
using v1::TaskRecord;

v1::HandOverResult ResultOf(const TaskRecord& task, const std::string& license) {
  v1::HandOverResult result;
  result.set_decision(task.decision());
  result.set_reason(task.reason());
  result.set_license(license);
  *result.mutable_elements() = task.elements();
  return result;
}

}  // namespace

HandOvers::HandOvers(
    const CaseParts& parts, std::string province,
    const google::protobuf::RepeatedPtrField<config::v1::HandOverAuthority>& authorities)
    : parts_(parts), province_(std::move(province)) {
  for (const config::v1::HandOverAuthority& authority : authorities) {
    authorities_.emplace(authority.catalog_code(), authority);
  }
}

absl::StatusOr<relay::v1::HandleTransferResponse> HandOvers::HandleTransfer(
    Txn& txn, const rpc::Call&, const relay::v1::HandleTransferRequest& request) const {
  relay::v1::HandleTransferResponse response;
  if (const auto known = parts_.tables.hand_overs.Find(txn, request.transfer())) {
    response.set_handled_as(TaskName(known->task()));
    return response;
  }
  ASSIGN_OR_RETURN(HandOverRecord record, Check(request));
  const TaskRecord task = MakeTask(txn, request.envelope(), record);
  record.set_task(task.number());
  parts_.tables.tasks.Put(txn, task);
  parts_.tables.hand_overs.Put(txn, record);
  response.set_handled_as(TaskName(task.number()));
  return response;
}

absl::StatusOr<HandOverRecord> HandOvers::Check(
    const relay::v1::HandleTransferRequest& request) const {
  const relay::v1::Envelope& envelope = request.envelope();
  if (envelope.target() != province_) {
    return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_WRONG_TARGET,
                     absl::StrCat("移交件的目的地不是本省（", province_, "）"),
                     {{"target", envelope.target()}});
  }
  HandOverRecord record;
  record.set_transfer(request.transfer());
  v1::HandOver* hand_over = record.mutable_hand_over();
  if (envelope.payload_type() != v1::HandOver::descriptor()->full_name() ||
      !hand_over->ParseFromString(envelope.payload())) {
    return FieldInvalid("envelope.payload", "不是移交的事项");
  }
  if (hand_over->catalog_code() != envelope.catalog_code()) {
    return FieldInvalid("envelope.catalog_code", "与移交的事项不一致");
  }
  if (!calendar::ParseDate(hand_over->due_date()).ok()) {
    return FieldInvalid("envelope.payload.due_date", "应为YYYY-MM-DD的日期");
  }
  const auto authority = authorities_.find(envelope.catalog_code());
  if (authority == authorities_.end()) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE,
                     absl::StrCat("本省没有部门承办基本编码为", envelope.catalog_code(), "的事项"),
                     {{"items", envelope.catalog_code()}});
  }
  record.set_license_type(authority->second.license_type());
  record.set_authority_name(authority->second.authority_name());
  return record;
}

TaskRecord HandOvers::MakeTask(Txn& txn, const relay::v1::Envelope& envelope,
                               const HandOverRecord& record) const {
  const config::v1::HandOverAuthority& authority = authorities_.at(envelope.catalog_code());
  TaskRecord task;
  task.set_number(NextTaskNumber(txn));
  task.set_case_name(envelope.case_name());
  task.set_item(record.hand_over().item());
  task.set_display_name(record.hand_over().display_name());
  task.set_authority_code(authority.authority_code());
  task.set_region_code(authority.region_code());
  task.set_state(v1::Task::STATE_OPEN);
  task.set_due_day(DayNumber(*calendar::ParseDate(record.hand_over().due_date())));
  *task.mutable_applicant() = Masked(record.hand_over().applicant());
  task.set_transfer(record.transfer());
  task.set_from_province(envelope.source());
  task.set_create_us(absl::ToUnixMicros(txn.now()));
  task.set_revision(1);
  return task;
}

absl::StatusOr<relay::v1::HandleReceiptResponse> HandOvers::HandleReceipt(
    Txn& txn, const rpc::Call& call, const relay::v1::HandleReceiptRequest& request) const {
  ASSIGN_OR_RETURN(RunningCase running, LoadCase(parts_, txn, request.case_name()));
  const CompiledBundle& compiled = *running.bundle->compiled;
  const std::optional<int> position = compiled.FindItem(request.message_key());
  const std::optional<int> place =
      position.has_value() ? PlaceOf(running.record, *position) : std::nullopt;
  if (!place.has_value() || running.record.item_start_us(*place) == 0 ||
      !compiled.bundle().items(*position).has_cross_province()) {
    return FieldInvalid("message_key", "没有移交办件的这一事项");
  }
  const bool own = request.content().kind() == ReceiptContent::KIND_ACCEPTED;
  if (request.content().signer() !=
      (own ? province_ : compiled.bundle().items(*position).cross_province().province())) {
    return FieldInvalid("content.signer", "不是承办这一事项的省");
  }
  CaseChange change(parts_, txn, call.caller.identity, std::move(running));
  const EventItem item = change.Named(*place);
  RETURN_IF_ERROR(change.ConfirmTransfer(*place, request.transfer()));
  switch (request.content().kind()) {
    case ReceiptContent::KIND_ACCEPTED:
      break;
    case ReceiptContent::KIND_DELIVERED:
      RETURN_IF_ERROR(change.NoteReceipt(*place, "delivered", TransferDelivered(item)).status());
      break;
    case ReceiptContent::KIND_PROCESSED:
      RETURN_IF_ERROR(change.NoteReceipt(*place, "processed", TransferProcessed(item)).status());
      break;
    case ReceiptContent::KIND_RESULT:
      RETURN_IF_ERROR(TakeResult(*place, request.content(), &change));
      break;
    default:
      return FieldInvalid("content.kind", "没有这种回执");
  }
  change.Save();
  return relay::v1::HandleReceiptResponse();
}

absl::Status HandOvers::TakeResult(int place, const ReceiptContent& content,
                                   CaseChange* change) const {
  v1::HandOverResult result;
  if (content.payload_type() != v1::HandOverResult::descriptor()->full_name() ||
      !result.ParseFromString(content.payload())) {
    return FieldInvalid("content.payload", "不是办理结果");
  }
  if (result.decision() != v1::DECISION_APPROVE && result.decision() != v1::DECISION_REFUSE) {
    return FieldInvalid("content.payload.decision", "应为准予或不予");
  }
  const bool too_late = HasEnded(change->record().item_state(place));
  ASSIGN_OR_RETURN(
      const bool first,
      change->NoteReceipt(place, "result", TransferResult(change->Named(place), too_late)));
  if (!first || too_late) return absl::OkStatus();
  if (result.decision() == v1::DECISION_APPROVE) {
    return change->ApproveElsewhere(place, result.license());
  }
  return change->Refuse(place, result.reason());
}

absl::Status HandOvers::Decide(Txn& txn, const TaskRecord& task) const {
  const auto record = parts_.tables.hand_overs.Find(txn, task.transfer());
  if (!record.has_value()) {
    return RecordCorrupt(absl::StrCat(TaskName(task.number()), " has no hand-over"));
  }
  if (task.decision() != v1::DECISION_APPROVE || record->license_type().empty()) {
    return parts_.outgoing.ReportResult(txn, task.transfer(), ResultOf(task, ""));
  }
  license::v1::IssueLicenseRequest request =
      LicenseOfHandOver(*record, task.authority_code(), task.elements());
  request.set_source(absl::StrCat(task.case_name(), "/items/", task.item()));
  v1::LicenseContext context;
  context.set_task(task.number());
  return parts_.outgoing.IssueLicense(txn, std::move(request), context);
}

absl::Status HandOvers::LicenseIssued(Txn& txn, uint64_t task_number,
                                      const std::string& license) const {
  const auto task = parts_.tables.tasks.Find(txn, task_number);
  if (!task.has_value()) return RecordCorrupt(absl::StrCat(TaskName(task_number), " is missing"));
  return parts_.outgoing.ReportResult(txn, task->transfer(), ResultOf(*task, license));
}

}  // namespace onething::workflow
