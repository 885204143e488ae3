// The tables of the workflow service: the only place that knows their keys. Those of bundles are in
// bundle_tables.h.

#ifndef ONETHING_SERVICES_WORKFLOW_TABLES_H_
#define ONETHING_SERVICES_WORKFLOW_TABLES_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/status.h"
#include "libs/storage/table.h"
#include "onething/workflow/v1/records.pb.h"
#include "services/workflow/bundle_tables.h"

namespace onething::workflow {

// `bundles/{id}` of `bundles/{id}@{version}`.
inline std::string BundleOfVersion(absl::string_view version_name) {
  return std::string(version_name.substr(0, version_name.find('@')));
}

// Whether a task is still to be done.
inline bool IsToDo(v1::Task::State state) {
  return state == v1::Task::STATE_OPEN || state == v1::Task::STATE_CLAIMED;
}

// A number for a new task.
inline uint64_t NextTaskNumber(storage::Txn& txn) { return txn.NextInSequence("tasks"); }

struct Tables {
  const BundleTables bundles;

  // Cases in the order of their names, which is that of their opening: by applicant, state, bundle.
  const storage::Index<v1::CaseRecord, std::string> cases_by_applicant{
      storage::TableId::kCasesByApplicant, [](const v1::CaseRecord& record) {
        return std::vector<std::tuple<std::string>>{{record.applicant_code()}};
      }};
  const storage::Index<v1::CaseRecord, uint32_t> cases_by_state{
      storage::TableId::kCasesByState, [](const v1::CaseRecord& record) {
        return std::vector<std::tuple<uint32_t>>{{static_cast<uint32_t>(record.state())}};
      }};
  const storage::Index<v1::CaseRecord, std::string> cases_by_bundle{
      storage::TableId::kCasesByBundle, [](const v1::CaseRecord& record) {
        return std::vector<std::tuple<std::string>>{{BundleOfVersion(record.bundle())}};
      }};
  // Tasks of an authority, those to be done apart from those that are not, the first due on top.
  // Claiming a task does not move it.
  const storage::Index<v1::TaskRecord, std::string, bool, int32_t> tasks_by_authority{
      storage::TableId::kTasksByAuthority, [](const v1::TaskRecord& task) {
        return std::vector<std::tuple<std::string, bool, int32_t>>{
            {task.authority_code(), IsToDo(task.state()), task.due_day()}};
      }};

  const storage::Table<v1::CaseRecord, std::string> cases{
      storage::TableId::kCases,
      [](const v1::CaseRecord& record) { return std::tuple<std::string>(record.name()); },
      {&cases_by_applicant, &cases_by_state, &cases_by_bundle}};
  const storage::Table<v1::ApplicationRecord, std::string> applications{
      storage::TableId::kApplications, [](const v1::ApplicationRecord& record) {
        return std::tuple<std::string>(record.case_name());
      }};
  const storage::Table<v1::TaskRecord, uint64_t> tasks{
      storage::TableId::kTasks,
      [](const v1::TaskRecord& task) { return std::tuple<uint64_t>(task.number()); },
      {&tasks_by_authority}};
  // What commands told of a case, in their order.
  const storage::Table<v1::TimelineRecord, std::string, uint64_t> timeline{
      storage::TableId::kTimeline, [](const v1::TimelineRecord& row) {
        return std::tuple<std::string, uint64_t>(row.case_name(), row.last_sequence());
      }};
  // What other provinces handed over, by transfer.
  const storage::Table<v1::HandOverRecord, std::string> hand_overs{
      storage::TableId::kHandOvers,
      [](const v1::HandOverRecord& record) { return std::tuple<std::string>(record.transfer()); }};

  // Compares every index with its rows. DATA_LOSS at the first difference.
  absl::Status CheckIndexes(const storage::View& view) const {
    RETURN_IF_ERROR(bundles.CheckIndexes(view));
    RETURN_IF_ERROR(cases.CheckIndexes(view));
    RETURN_IF_ERROR(applications.CheckIndexes(view));
    RETURN_IF_ERROR(tasks.CheckIndexes(view));
    RETURN_IF_ERROR(timeline.CheckIndexes(view));
    return hand_overs.CheckIndexes(view);
  }
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_TABLES_H_
