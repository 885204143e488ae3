// The tables of the relay: the only place that knows its keys. A transfer is found by its name,
// which holds source, target, case and message number; so the row of one is also what tells the
// same message when it comes again, and the row of the number before what it may follow.

#ifndef ONETHING_SERVICES_RELAY_TABLES_H_
#define ONETHING_SERVICES_RELAY_TABLES_H_

#include <google/protobuf/util/time_util.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/status.h"
#include "libs/storage/table.h"
#include "onething/relay/v1/records.pb.h"
#include "services/relay/relay_errors.h"

namespace onething::relay {

inline absl::Time CreateTimeOf(const v1::TransferRecord& record) {
  return absl::FromUnixMicros(
      google::protobuf::util::TimeUtil::TimestampToMicroseconds(record.transfer().create_time()));
}

struct Tables {
  // By state, by peer, and all: the oldest first.
  const storage::Index<v1::TransferRecord, uint32_t, absl::Time> by_state{
      storage::TableId::kTransfersByState, [](const v1::TransferRecord& record) {
        return std::vector<std::tuple<uint32_t, absl::Time>>{
            {static_cast<uint32_t>(record.transfer().state()), CreateTimeOf(record)}};
      }};
  const storage::Index<v1::TransferRecord, std::string, absl::Time> by_peer{
      storage::TableId::kTransfersByPeer, [](const v1::TransferRecord& record) {
        return std::vector<std::tuple<std::string, absl::Time>>{
            {record.transfer().peer(), CreateTimeOf(record)}};
      }};
  const storage::Index<v1::TransferRecord, absl::Time> by_time{
      storage::TableId::kTransfersByTime, [](const v1::TransferRecord& record) {
        return std::vector<std::tuple<absl::Time>>{{CreateTimeOf(record)}};
      }};

  // By name.
  const storage::Table<v1::TransferRecord, std::string> transfers{
      storage::TableId::kTransfers,
      [](const v1::TransferRecord& record) {
        return std::tuple<std::string>(record.transfer().name());
      },
      {&by_state, &by_peer, &by_time}};
  // By the transfer's name.
  const storage::Table<v1::EnvelopeRecord, std::string> envelopes{
      storage::TableId::kTransferEnvelopes,
      [](const v1::EnvelopeRecord& record) { return std::tuple<std::string>(record.transfer()); }};
  // By the transfer's name and the kind.
  const storage::Table<v1::ReceiptRecord, std::string, uint32_t> receipts{
      storage::TableId::kReceipts, [](const v1::ReceiptRecord& record) {
        return std::tuple<std::string, uint32_t>(record.transfer(),
                                                 static_cast<uint32_t>(record.kind()));
      }};

  // Compares every index with its rows, and every transfer with its envelope and receipts.
  // DATA_LOSS at the first difference.
  absl::Status Check(const storage::View& view) const {
    RETURN_IF_ERROR(transfers.CheckIndexes(view));
    absl::Status status;
    transfers.ForEach(view, [&](const v1::TransferRecord& record) {
      const std::string& name = record.transfer().name();
      bool whole = envelopes.Contains(view, name) && record.receipt_kinds_size() > 0;
      for (const int kind : record.receipt_kinds()) {
        whole = whole && receipts.Contains(view, name, static_cast<uint32_t>(kind));
      }
      if (!whole) {
        status = TransferCorrupt(name, "a transfer lacks its envelope or a receipt");
      }
      return whole;
    });
    status.Update(view.status());
    return status;
  }
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_TABLES_H_
