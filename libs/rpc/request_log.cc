#include "libs/rpc/request_log.h"

#include <tuple>
#include <utility>
#include <vector>

#include "libs/storage/table.h"

namespace onething::rpc {
namespace {

using storage::TableId;
using v1::RequestRecord;

using TimeIndex = storage::Index<RequestRecord, absl::Time>;
using Requests = storage::Table<RequestRecord, std::string, std::string>;

const TimeIndex& ByTime() {
  static const TimeIndex index(TableId::kRequestsByTime, [](const RequestRecord& record) {
    return std::vector{std::tuple(absl::FromUnixMicros(record.time_us()))};
  });
  return index;
}

const Requests& Table() {
  static const Requests table(TableId::kRequests,
                              [](const RequestRecord& record) {
                                return std::tuple(record.identity(), record.request_id());
                              },
                              {&ByTime()});
  return table;
}

}  // namespace

std::optional<RequestRecord> FindRequest(const storage::View& view, const std::string& identity,
                                         const std::string& request_id) {
  return Table().Find(view, identity, request_id);
}

void RecordRequest(storage::Txn& txn, RequestRecord record) {
  record.set_time_us(absl::ToUnixMicros(txn.now()));
  Table().Insert(txn, record);
}

size_t SweepRequests(storage::Txn& txn, absl::Time before, size_t count_max) {
  const storage::PageRequest oldest{.size = count_max, .scan_max = count_max};
  size_t removed = 0;
  for (const RequestRecord& record : Table().ListBy(txn, ByTime(), oldest, nullptr).records) {
    if (absl::FromUnixMicros(record.time_us()) >= before) {
      break;
    }
    Table().Delete(txn, record.identity(), record.request_id());
    ++removed;
  }
  return removed;
}

absl::Status CheckRequests(const storage::View& view) { return Table().CheckIndexes(view); }

}  // namespace onething::rpc
