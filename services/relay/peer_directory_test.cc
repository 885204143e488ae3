#include "services/relay/peer_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/rpc/server_config.h"
#include "libs/rpc/validator.h"
#include "tests/support/load_file.h"

namespace onething::relay {
namespace {

using config::v1::RelayConfig;

RelayConfig SampleConfig(const std::string& public_key) {
  RelayConfig config;
  config.mutable_server()->set_province("36");
  (*config.mutable_server()->mutable_peers())["relay.33"] = "127.0.0.1:7304";
  config::v1::CallerEntry* caller = config.mutable_server()->add_callers();
  caller->set_identity("spiffe://33.example/relay");
  caller->add_roles(options::v1::ROLE_PEER);
  config::v1::RelayPeer* peer = config.add_peers();
  peer->set_province("33");
  peer->set_identity("spiffe://33.example/relay");
  peer->add_public_keys(public_key);
  return config;
}

TEST_CASE("a peer is found by its province and by the identity with which it calls") {
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  const PeerDirectory peers = PeerDirectory::Create(SampleConfig(key.public_key().ToHex())).value();
  const Peer* peer = peers.Find("33").value();
  CHECK(peer->signer.province == "33");
  CHECK(peer->signer.keys.at(0) == key.public_key());
  CHECK(peer->destination == "relay.33");
  CHECK(peers.FindCaller("spiffe://33.example/relay").value() == peer);
  for (const absl::Status& unknown :
       {peers.Find("36").status(), peers.Find("31").status(), peers.Find("").status(),
        peers.FindCaller("relay.33").status()}) {
    CHECK(ReasonOf(unknown) == common::v1::ERROR_REASON_PEER_UNKNOWN);
  }
}

TEST_CASE("a public key may be PEM, here or in a file, and an address may have another name") {
  const crypto::PublicKey key = crypto::PrivateKey::Generate().public_key();
  const PeerDirectory inside = PeerDirectory::Create(SampleConfig(key.ToPem())).value();
  CHECK(inside.Find("33").value()->signer.keys.at(0) == key);
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("onething." + RandomId() + ".pem");
  std::ofstream(file) << key.ToPem();
  RelayConfig config = SampleConfig(file.string());
  config.mutable_peers(0)->set_address("zhejiang");
  (*config.mutable_server()->mutable_peers())["zhejiang"] = "127.0.0.1:7305";
  const absl::StatusOr<PeerDirectory> peers = PeerDirectory::Create(config);
  std::filesystem::remove(file);
  REQUIRE(peers.ok());
  CHECK(peers->Find("33").value()->signer.keys.at(0) == key);
  CHECK(peers->Find("33").value()->destination == "zhejiang");
}

TEST_CASE("the shipped configuration is complete and names peers that can work") {
  const auto config = testing::LoadFile<RelayConfig>("deploy/config/relay.yaml");
  CHECK(rpc::Validator(*RelayConfig::descriptor()).Check(config).ok());
  CHECK(rpc::CompleteServerConfig(config.server()).ok());
  const absl::StatusOr<PeerDirectory> peers = PeerDirectory::Create(config);
  INFO(peers.status());
  CHECK(peers->Find("33").ok());
}

TEST_CASE("a peer that cannot work is refused at the start, named, with what is wrong") {
  struct Row {
    const char* sentence;
    std::function<void(RelayConfig&)> fault;
  };
  const Row rows[] = {
      {"就是本省", [](RelayConfig& c) { c.mutable_peers(0)->set_province("36"); }},
      {"重复", [](RelayConfig& c) { *c.add_peers() = c.peers(0); }},
      {"另一省份已用身份“",
       [](RelayConfig& c) {
         config::v1::RelayPeer* peer = c.add_peers();
         *peer = c.peers(0);
         peer->set_province("31");
         peer->set_address("relay.33");
       }},
      {"server.peers 中没有“relay.44”",
       [](RelayConfig& c) { c.mutable_peers(0)->set_address("relay.44"); }},
      {"角色为 peer 的“", [](RelayConfig& c) { c.mutable_peers(0)->set_identity("relay.44"); }},
      {"角色为 peer 的“",
       [](RelayConfig& c) {
         c.mutable_server()->mutable_callers(0)->set_roles(0, options::v1::ROLE_SERVICE);
       }},
      {"public_keys[0]：密钥文件 /no/such/file：没有此文件或目录",
       [](RelayConfig& c) { c.mutable_peers(0)->set_public_keys(0, "/no/such/file"); }},
      {"public_keys[1]：密钥文件 /dev/null：不是普通文件",
       [](RelayConfig& c) { c.mutable_peers(0)->add_public_keys("/dev/null"); }},
      {"public_keys[0]：公钥不是曲线上的点",
       [](RelayConfig& c) { c.mutable_peers(0)->set_public_keys(0, "04abcd"); }}};
  const std::string key = crypto::PrivateKey::Generate().public_key().ToHex();
  for (const Row& row : rows) {
    RelayConfig config = SampleConfig(key);
    row.fault(config);
    const absl::Status refused = PeerDirectory::Create(config).status();
    INFO(row.sentence << " / " << refused);
    CHECK(absl::IsInvalidArgument(refused));
    CHECK(absl::StrContains(std::string(refused.message()), row.sentence));
    CHECK(absl::StrContains(std::string(refused.message()), "peers 中的省份 "));
  }
}

}  // namespace
}  // namespace onething::relay
