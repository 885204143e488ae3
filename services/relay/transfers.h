// The side of the relay that a province's own services and operators see: transfers are submitted,
// read, listed, and the result of a received one is reported.

#ifndef ONETHING_SERVICES_RELAY_TRANSFERS_H_
#define ONETHING_SERVICES_RELAY_TRANSFERS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/relay/v1/relay.pb.h"
#include "services/relay/envelope.h"
#include "services/relay/ledger.h"
#include "services/relay/peer_directory.h"
#include "services/relay/tables.h"

namespace onething::relay {

// What SubmitTransfer signs before its command.
struct SignedTransfer {
  v1::Envelope envelope;
  v1::SignedEnvelope signed_envelope;
  std::string envelope_digest;
  v1::Receipt accepted;
};

// What ReportResult signs before its command.
struct SignedResult {
  // When none was kept yet: a result proves that the transfer was taken over for handling.
  std::optional<v1::Receipt> processed;
  v1::Receipt result;
};

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in relay.proto.
class Transfers {
 public:
  // All outlive this.
  Transfers(const Tables& tables, const Ledger& ledger, const PeerDirectory& peers,
            const Notary& notary)
      : tables_(tables), ledger_(ledger), peers_(peers), notary_(notary) {}

  absl::StatusOr<SignedTransfer> PrepareSubmit(const storage::View& view, const rpc::Call& call,
                                               const v1::SubmitTransferRequest& request) const;
  absl::StatusOr<v1::Transfer> SubmitTransfer(storage::Txn& txn, const rpc::Call& call,
                                              const v1::SubmitTransferRequest& request,
                                              const SignedTransfer& prepared) const;

  absl::StatusOr<SignedResult> PrepareReport(const storage::View& view, const rpc::Call& call,
                                             const v1::ReportResultRequest& request) const;
  absl::StatusOr<v1::Transfer> ReportResult(storage::Txn& txn, const rpc::Call& call,
                                            const v1::ReportResultRequest& request,
                                            const SignedResult& prepared) const;

  absl::StatusOr<v1::Transfer> GetTransfer(const storage::View& view, const rpc::Call& call,
                                           const v1::GetTransferRequest& request) const;
  absl::StatusOr<v1::ListTransfersResponse> ListTransfers(
      const storage::View& view, const rpc::Call& call,
      const v1::ListTransfersRequest& request) const;

 private:
  const Tables& tables_;
  const Ledger& ledger_;
  const PeerDirectory& peers_;
  const Notary& notary_;
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_TRANSFERS_H_
