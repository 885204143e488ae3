// Outgoing: the calls that cases make to other services, as entries of the outbox written in the
// same commit as their cause. Who takes an answer is decided in service.cc by the kinds below.

#ifndef ONETHING_SERVICES_WORKFLOW_OUTGOING_H_
#define ONETHING_SERVICES_WORKFLOW_OUTGOING_H_

#include <string>

#include "absl/status/status.h"
#include "libs/outbox/outbox.h"
#include "libs/storage/view.h"
#include "onething/license/v1/license.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "onething/workflow/v1/records.pb.h"

namespace onething::workflow {

// Destinations, as `peers` of the configuration names them.
inline constexpr char kLicensePeer[] = "license";
inline constexpr char kRatingPeer[] = "rating";
inline constexpr char kRelayPeer[] = "relay";

// Kinds of answers.
inline constexpr char kLicenseAnswer[] = "license";
inline constexpr char kRatingAnswer[] = "rating";
inline constexpr char kTransferAnswer[] = "transfer";
inline constexpr char kResultAnswer[] = "result";

// Stateless; commit loop only. Each returns RESOURCE_EXHAUSTED (LIMIT_REACHED) when too much waits
// for the destination already, and fills in the request id.
class Outgoing {
 public:
  explicit Outgoing(const outbox::Outbox& outbox) : outbox_(outbox) {}

  // Asks for an e-licence.
  absl::Status IssueLicense(storage::Txn& txn, license::v1::IssueLicenseRequest request,
                            const v1::LicenseContext& context) const;

  // Opens one service of a case for rating.
  absl::Status InviteRatings(storage::Txn& txn, rating::v1::InviteRatingsRequest request) const;

  // Hands a message to the own relay, after all messages of the case before it.
  absl::Status SubmitTransfer(storage::Txn& txn, relay::v1::SubmitTransferRequest request,
                              const v1::TransferContext& context) const;

  // Reports the result of work that another province handed over.
  absl::Status ReportResult(storage::Txn& txn, const std::string& transfer,
                            const v1::HandOverResult& result) const;

 private:
  const outbox::Outbox& outbox_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_OUTGOING_H_
