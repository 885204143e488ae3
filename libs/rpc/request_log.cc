#include "libs/rpc/request_log.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/audit/audit.h"
#include "libs/base/error.h"
#include "libs/storage/table.h"

namespace onething::rpc {
namespace {

using google::protobuf::util::TimeUtil;
using storage::TableId;
using v1::RequestRecord;

const storage::Table<RequestRecord, std::string, std::string>& Table() {
  static const storage::Table<RequestRecord, std::string, std::string> table(
      TableId::kRequests, [](const RequestRecord& record) {
        return std::tuple(record.identity(), record.request_id());
      });
  return table;
}

// Row of the last audit row that was swept past.
std::string SweptKey() { return EncodeKey(TableId::kMeta, std::string("requests_swept")); }

absl::Time TimeOf(const ops::v1::AuditRow& row) {
  return absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(row.time()));
}

}  // namespace

std::optional<RequestRecord> FindRequest(const storage::View& view, const std::string& identity,
                                         const std::string& request_id) {
  return Table().Find(view, identity, request_id);
}

void RecordRequest(storage::Txn& txn, const RequestRecord& record) { Table().Insert(txn, record); }

SweepReport SweepRequests(storage::Txn& txn, absl::Time before, size_t count_max) {
  const storage::PageRequest oldest{
      .cursor = txn.Get(SweptKey()).value_or(""), .size = count_max, .scan_max = count_max};
  size_t passed = 0;
  SweepReport report;
  for (const ops::v1::AuditRow& row : audit::List(txn, oldest).records) {
    if (TimeOf(row) >= before) {
      break;
    }
    txn.Put(SweptKey(), storage::EncodeFields(uint64_t{row.sequence()}));
    // What the service did by itself has no request.
    if (!row.request_id().empty()) {
      Table().Delete(txn, row.caller(), row.request_id());
      ++report.removed;
    }
    ++passed;
  }
  report.more = passed == count_max;
  return report;
}

absl::Status CheckRequests(const storage::View& view) {
  Table().ForEach(view, [&view](const RequestRecord& record) {
    const std::optional<ops::v1::AuditRow> row = audit::Find(view, record.audit_sequence());
    if (!row.has_value() || row->caller() != record.identity() ||
        row->request_id() != record.request_id() || row->request_digest() != record.digest()) {
      view.Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                            absl::StrCat("the command ", record.request_id(), " of ",
                                         record.identity(), " has no audit row")));
    }
    return view.status().ok();
  });
  return view.status();
}

}  // namespace onething::rpc
