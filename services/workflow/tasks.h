// The work of authorities: their tasks listed, read, claimed and decided. Commands and queries of
// the Tasks service. A decision on a case here moves the case (case_change.h); one on work that
// another province handed over is reported back to it (hand_overs.h).

#ifndef ONETHING_SERVICES_WORKFLOW_TASKS_H_
#define ONETHING_SERVICES_WORKFLOW_TASKS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/workflow/v1/records.pb.h"
#include "onething/workflow/v1/tasks.pb.h"
#include "services/workflow/case_change.h"
#include "services/workflow/hand_overs.h"

namespace onething::workflow {

// A task, where the indexes have it as it is stored, and its case where that was read to find it.
struct FoundTask {
  v1::TaskRecord task;
  storage::IndexKeys stored_keys;
  std::optional<RunningCase> running;
};

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in tasks.proto.
class Tasks {
 public:
  // Both outlive this.
  Tasks(const CaseParts& parts, const HandOvers& hand_overs)
      : parts_(parts), hand_overs_(hand_overs) {}

  absl::StatusOr<v1::ListTasksResponse> ListTasks(const storage::View& view, const rpc::Call& call,
                                                  const v1::ListTasksRequest& request) const;
  absl::StatusOr<v1::Task> GetTask(const storage::View& view, const rpc::Call& call,
                                   const v1::GetTaskRequest& request) const;
  absl::StatusOr<v1::Task> ClaimTask(storage::Txn& txn, const rpc::Call& call,
                                     const v1::ClaimTaskRequest& request) const;
  absl::StatusOr<v1::Task> CompleteTask(storage::Txn& txn, const rpc::Call& call,
                                        const v1::CompleteTaskRequest& request) const;

 private:
  // The task of this name: its own, or that of a case item.
  std::optional<FoundTask> Find(const storage::View& view, absl::string_view name) const;
  // TASK_NOT_FOUND, also when it is not one that the caller may decide.
  absl::StatusOr<FoundTask> LoadOwn(const storage::View& view, const rpc::Call& call,
                                    const std::string& name) const;
  // The case of a task, whose item is with its authority; taken out of `found` where it is there.
  // DATA_LOSS (RECORD_CORRUPT) when it is not with it.
  absl::StatusOr<RunningCase> LoadCaseOf(const storage::View& view, FoundTask* found) const;
  absl::Status DecideItem(storage::Txn& txn, const rpc::Call& call, FoundTask* found) const;
  // What only the officer who decides sees.
  absl::Status ShowContent(const storage::View& view, const v1::TaskRecord& task,
                           v1::Task* shown) const;
  void Store(storage::Txn& txn, FoundTask* found) const;

  const CaseParts& parts_;
  const HandOvers& hand_overs_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_TASKS_H_
