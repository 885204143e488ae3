#include "services/relay/peer_directory.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/crypto/bytes.h"
#include "libs/crypto/key_file.h"
#include "services/relay/relay_errors.h"

namespace onething::relay {
namespace {

using config::v1::RelayConfig;

absl::Status Fault(const config::v1::RelayPeer& entry, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("peers 中的省份 ", entry.province(), "：", what));
}

// What is neither PEM nor hexadecimal digits is the name of a file, which its refusal tells.
absl::StatusOr<crypto::PublicKey> ReadKey(const std::string& text) {
  if (absl::StrContains(text, "-----BEGIN")) {
    return crypto::PublicKey::FromPem(text);
  }
  const absl::StatusOr<std::string> point = crypto::FromHex(text);
  if (point.ok()) {
    return crypto::PublicKey::FromUncompressed(*point);
  }
  absl::StatusOr<crypto::PublicKey> key = crypto::LoadPublicKeyFile(text);
  if (absl::IsNotFound(key.status())) {
    return absl::NotFoundError(
        absl::StrCat(key.status().message(), "，也不是十六进制或 PEM 的公钥"));
  }
  return key;
}

bool MayCallAsPeer(const RelayConfig& config, const std::string& identity) {
  return std::any_of(config.server().callers().begin(), config.server().callers().end(),
                     [&](const config::v1::CallerEntry& caller) {
                       return caller.identity() == identity &&
                              std::count(caller.roles().begin(), caller.roles().end(),
                                         options::v1::ROLE_PEER) > 0;
                     });
}

absl::StatusOr<Peer> ReadPeer(const RelayConfig& config, const config::v1::RelayPeer& entry) {
  if (entry.province() == config.server().province()) {
    return Fault(entry, "就是本省");
  }
  const std::string address =
      entry.address().empty() ? absl::StrCat("relay.", entry.province()) : entry.address();
  if (!config.server().peers().contains(address)) {
    return Fault(entry, absl::StrCat("server.peers 中没有“", address, "”"));
  }
  if (!MayCallAsPeer(config, entry.identity())) {
    return Fault(entry,
                 absl::StrCat("server.callers 中没有角色为 peer 的“", entry.identity(), "”"));
  }
  Peer peer = {.signer = {.province = entry.province(), .keys = {}},
               .identity = entry.identity(),
               .destination = address};
  for (int i = 0; i < entry.public_keys_size(); ++i) {
    absl::StatusOr<crypto::PublicKey> key = ReadKey(entry.public_keys(i));
    if (!key.ok()) {
      return Fault(entry, absl::StrCat("public_keys[", i, "]：", key.status().message()));
    }
    peer.signer.keys.push_back(*std::move(key));
  }
  return peer;
}

}  // namespace

absl::StatusOr<PeerDirectory> PeerDirectory::Create(const RelayConfig& config) {
  std::map<std::string, Peer> peers;
  for (const config::v1::RelayPeer& entry : config.peers()) {
    ASSIGN_OR_RETURN(Peer peer, ReadPeer(config, entry));
    if (peers.contains(entry.province())) {
      return Fault(entry, "重复");
    }
    const bool shared = std::any_of(peers.begin(), peers.end(), [&](const auto& other) {
      return other.second.identity == peer.identity;
    });
    if (shared) {
      return Fault(entry, absl::StrCat("另一省份已用身份“", peer.identity, "”"));
    }
    peers.emplace(entry.province(), std::move(peer));
  }
  return PeerDirectory(std::move(peers));
}

absl::StatusOr<const Peer*> PeerDirectory::Find(absl::string_view province) const {
  const auto found = peers_.find(std::string(province));
  if (found == peers_.end()) {
    return PeerUnknown(province);
  }
  return &found->second;
}

absl::StatusOr<const Peer*> PeerDirectory::FindCaller(absl::string_view identity) const {
  for (const auto& [province, peer] : peers_) {
    if (peer.identity == identity) {
      return &peer;
    }
  }
  return PeerUnknown(identity);
}

}  // namespace onething::relay
