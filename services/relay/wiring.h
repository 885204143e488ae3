// What the relay is made of, put into a host: the same for the program, the tests and the
// simulation.

#ifndef ONETHING_SERVICES_RELAY_WIRING_H_
#define ONETHING_SERVICES_RELAY_WIRING_H_

#include "absl/status/status.h"
#include "libs/crypto/sm2.h"
#include "libs/runtime/host.h"
#include "onething/config/v1/relay.pb.h"

namespace onething::relay {

// Loads the signing key and the peers' keys and registers the RPCs. Errors as those of
// crypto::LoadPrivateKeyFile and PeerDirectory::Create; FAILED_PRECONDITION when server.peers does
// not name the handler.
absl::Status Wire(const config::v1::RelayConfig& config, runtime::Host& host);

// The same with a signing key that is there already.
absl::Status WireWith(crypto::PrivateKey key, const config::v1::RelayConfig& config,
                      runtime::Host& host);

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_WIRING_H_
