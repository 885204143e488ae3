// The rows by which a repeated request_id gets the first answer instead of a second effect.
// Stateless functions of the store; Router calls them inside each command. Request ids belong to
// their caller: two callers may use the same one.
//
// The rows have no index by time: every command has its audit row too, and those are in the order
// of time. Sweeping walks along them.

#ifndef ONETHING_LIBS_RPC_REQUEST_LOG_H_
#define ONETHING_LIBS_RPC_REQUEST_LOG_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/storage/view.h"
#include "onething/rpc/v1/request_record.pb.h"

namespace onething::rpc {

// The command that this caller sent under this request id, if it took effect and its row is still
// kept.
std::optional<v1::RequestRecord> FindRequest(const storage::View& view, const std::string& identity,
                                             const std::string& request_id);

// Keeps a command that has just taken effect and has its audit row.
void RecordRequest(storage::Txn& txn, const v1::RequestRecord& record);

// What a sweep did.
struct SweepReport {
  size_t removed = 0;
  // Whether it ended at its limit.
  bool more = false;
};

// Removes the oldest rows from before `before`, going past at most `count_max` audit rows.
SweepReport SweepRequests(storage::Txn& txn, absl::Time before, size_t count_max);

// Compares every row with its audit row. DATA_LOSS naming the first difference.
absl::Status CheckRequests(const storage::View& view);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_REQUEST_LOG_H_
