// Binds the Relay and RelayPeer contracts: one line an RPC.

#ifndef ONETHING_SERVICES_RELAY_SERVICE_H_
#define ONETHING_SERVICES_RELAY_SERVICE_H_

#include "libs/rpc/router.h"
#include "services/relay/deliveries.h"
#include "services/relay/transfers.h"

namespace onething::relay {

// Registers every RPC of onething.relay.v1.Relay and RelayPeer. Both nouns outlive the router.
void RegisterRelay(rpc::Router& router, const Transfers& transfers, const Deliveries& deliveries);

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_SERVICE_H_
