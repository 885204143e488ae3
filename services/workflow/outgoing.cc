#include "services/workflow/outgoing.h"

#include <utility>

namespace onething::workflow {

absl::Status Outgoing::IssueLicense(storage::Txn& txn, license::v1::IssueLicenseRequest request,
                                    const v1::LicenseContext& context) const {
  return outbox_
      .Enqueue(txn, {.destination = kLicensePeer,
                     .method = "/onething.license.v1.Licenses/IssueLicense",
                     .request = outbox::WithRequestId(std::move(request)),
                     .kind = kLicenseAnswer,
                     .context = context.SerializeAsString()})
      .status();
}

absl::Status Outgoing::InviteRatings(storage::Txn& txn,
                                     rating::v1::InviteRatingsRequest request) const {
  return outbox_
      .Enqueue(txn, {.destination = kRatingPeer,
                     .method = "/onething.rating.v1.Ratings/InviteRatings",
                     .request = outbox::WithRequestId(std::move(request)),
                     .kind = kRatingAnswer})
      .status();
}

absl::Status Outgoing::SubmitTransfer(storage::Txn& txn, relay::v1::SubmitTransferRequest request,
                                      const v1::TransferContext& context) const {
  return outbox_
      .Enqueue(txn, {.destination = kRelayPeer,
                     .order_key = request.case_name(),
                     .method = "/onething.relay.v1.Relay/SubmitTransfer",
                     .request = outbox::WithRequestId(request),
                     .kind = kTransferAnswer,
                     .context = context.SerializeAsString()})
      .status();
}

absl::Status Outgoing::ReportResult(storage::Txn& txn, const std::string& transfer,
                                    const v1::HandOverResult& result) const {
  relay::v1::ReportResultRequest request;
  request.set_name(transfer);
  request.set_payload_type(v1::HandOverResult::descriptor()->full_name());
  request.set_payload(result.SerializeAsString());
  return outbox_
      .Enqueue(txn, {.destination = kRelayPeer,
                     .method = "/onething.relay.v1.Relay/ReportResult",
                     .request = outbox::WithRequestId(std::move(request)),
                     .kind = kResultAnswer})
      .status();
}

}  // namespace onething::workflow
