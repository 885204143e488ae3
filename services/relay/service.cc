#include "services/relay/service.h"

namespace onething::relay {

void RegisterRelay(rpc::Router& router, const Transfers& transfers, const Deliveries& deliveries) {
  rpc::ServiceMethods own(&router, "onething.relay.v1.Relay");
  own.PreparedCommand(&transfers, &Transfers::PrepareSubmit, &Transfers::SubmitTransfer);
  own.Query(&transfers, &Transfers::GetTransfer);
  own.Query(&transfers, &Transfers::ListTransfers);
  own.PreparedCommand(&transfers, &Transfers::PrepareReport, &Transfers::ReportResult);

  rpc::ServiceMethods peer(&router, "onething.relay.v1.RelayPeer");
  peer.PreparedCommand(&deliveries, &Deliveries::PrepareDeliver, &Deliveries::Deliver);
  peer.PreparedCommand(&deliveries, &Deliveries::PreparePost, &Deliveries::PostReceipt);
}

}  // namespace onething::relay
