#include "services/workflow/case_errors.h"

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::workflow {

using absl::StatusCode;

absl::Status CaseNotFound(absl::string_view name) {
  return MakeError(StatusCode::kNotFound, common::v1::ERROR_REASON_CASE_NOT_FOUND,
                   "没有这个办件，或不属于您，请核对办件编号", {{"case", std::string(name)}});
}

absl::Status CaseStateRefuses(const v1::CaseRecord& record, absl::string_view sentence) {
  return MakeError(StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_CASE_STATE, sentence,
                   {{"case", record.name()}, {"state", v1::Case::State_Name(record.state())}});
}

absl::Status CaseIncomplete(const common::v1::BadRequest& faults) {
  return MakeViolationsError(StatusCode::kFailedPrecondition,
                             common::v1::ERROR_REASON_CASE_INCOMPLETE,
                             "申请还不完整，请一次补齐以下内容后再提交", faults);
}

absl::Status CaseExcluded(absl::string_view question, const bundle::v1::Exclusion& exclusion) {
  return MakeError(
      StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_CASE_EXCLUDED,
      absl::StrCat("不能在此办理：", exclusion.reason(), "。请改为：", exclusion.instead()),
      {{"question", std::string(question)},
       {"reason", exclusion.reason()},
       {"instead", exclusion.instead()}});
}

absl::Status TimelineFull(absl::string_view case_name, int64_t rows_max) {
  return MakeError(StatusCode::kResourceExhausted, common::v1::ERROR_REASON_LIMIT_REACHED,
                   "办件的办理记录已达上限，请联系运维人员",
                   {{"case", std::string(case_name)}, {"limit", absl::StrCat(rows_max)}});
}

absl::Status TaskNotFound(absl::string_view name) {
  return MakeError(StatusCode::kNotFound, common::v1::ERROR_REASON_TASK_NOT_FOUND,
                   "没有这个待办，或不属于本部门，请刷新待办列表", {{"task", std::string(name)}});
}

absl::Status TaskStateRefuses(const v1::TaskRecord& task, absl::string_view sentence) {
  return MakeError(StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_TASK_STATE, sentence,
                   {{"task", absl::StrCat("tasks/", task.number())},
                    {"state", v1::Task::State_Name(task.state())}});
}

absl::Status DecisionIncomplete(const common::v1::BadRequest& faults) {
  return MakeViolationsError(StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_DECISION_INCOMPLETE,
                             "决定的内容不完整，请补齐后再提交", faults);
}

absl::Status CheckEtag(absl::string_view name, absl::string_view etag, absl::string_view current) {
  if (etag.empty() || etag == current) return absl::OkStatus();
  return MakeError(StatusCode::kAborted, common::v1::ERROR_REASON_ETAG_MISMATCH,
                   "内容已被修改，请重新读取后再操作",
                   {{"name", std::string(name)}, {"etag", std::string(current)}});
}

absl::Status OutOfScope(absl::string_view sentence) {
  return MakeError(StatusCode::kPermissionDenied, common::v1::ERROR_REASON_OUT_OF_SCOPE, sentence);
}

absl::Status FieldInvalid(absl::string_view field, absl::string_view description) {
  common::v1::BadRequest faults;
  auto* fault = faults.add_field_violations();
  fault->set_field(std::string(field));
  fault->set_description(std::string(description));
  return MakeViolationsError(StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                             "请求的内容不合规定", faults);
}

absl::Status CalendarUnknownYear(const absl::Status& reason) {
  return MakeError(StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_CALENDAR_UNKNOWN_YEAR,
                   "工作日日历尚未覆盖所需的年份，暂不能计算办理期限，请联系运维人员更新日历",
                   {{"detail", std::string(reason.message())}});
}

absl::Status RecordCorrupt(absl::string_view what) {
  return MakeError(StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT, what);
}

}  // namespace onething::workflow
