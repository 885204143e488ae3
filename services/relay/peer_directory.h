// The other provinces: whose signatures are believed, who calls for them, and where their relays
// are. Read from the configuration at start.

#ifndef ONETHING_SERVICES_RELAY_PEER_DIRECTORY_H_
#define ONETHING_SERVICES_RELAY_PEER_DIRECTORY_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "onething/config/v1/relay.pb.h"
#include "services/relay/envelope.h"

namespace onething::relay {

// One other province.
struct Peer {
  Signer signer;
  // The identity of its relay as a caller.
  std::string identity;
  // Its relay as a destination of the outbox: its name in server.peers.
  std::string destination;
};

// Immutable; any thread. Peers live as long as the directory.
class PeerDirectory {
 public:
  // INVALID_ARGUMENT naming the peer and what is wrong with it: the own province or one named
  // twice, an identity of two or one that may not call as a peer, an address that server.peers does
  // not have, a public key that is none or whose file, which it names, cannot be read.
  static absl::StatusOr<PeerDirectory> Create(const config::v1::RelayConfig& config);

  // The peer that speaks for `province`. FAILED_PRECONDITION (PEER_UNKNOWN), for the own province
  // too.
  absl::StatusOr<const Peer*> Find(absl::string_view province) const;

  // The peer that calls as `identity`. FAILED_PRECONDITION (PEER_UNKNOWN).
  absl::StatusOr<const Peer*> FindCaller(absl::string_view identity) const;

 private:
  explicit PeerDirectory(std::map<std::string, Peer> peers) : peers_(std::move(peers)) {}

  // By province.
  std::map<std::string, Peer> peers_;
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_PEER_DIRECTORY_H_
