#include "tools/onething/suite_config.h"

#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/status.h"
#include "libs/crypto/key_file.h"
#include "libs/crypto/sm2.h"
#include "onething/config/v1/license.pb.h"
#include "services/license/trust_list.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

constexpr char kTrustValidFrom[] = "2020-01-01";

std::string PathIn(const std::string& data_dir, absl::string_view rest) {
  return absl::StrCat(data_dir, "/", rest);
}

// A text as a double-quoted YAML scalar.
std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}), "\"");
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  std::ofstream output(path, std::ios::trunc);
  output << content;
  output.close();
  return output ? absl::OkStatus() : UnwritableError(path);
}

// The key in `path`, made when it is not there.
absl::StatusOr<crypto::PrivateKey> LoadOrMakeKey(const std::string& path) {
  if (std::filesystem::exists(path)) {
    absl::StatusOr<crypto::PrivateKey> key = crypto::LoadPrivateKeyFile(path);
    if (!key.ok()) {
      return WithAdvice(key.status(),
                        "请改正此文件；若移走它，将生成新的密钥，其他各方须换用新的公钥");
    }
    return key;
  }
  crypto::PrivateKey key = crypto::PrivateKey::Generate();
  if (const absl::Status written = crypto::WritePrivateKeyFile(path, key); !written.ok()) {
    return WithAdvice(written, kMakeWritable);
  }
  return key;
}

// Who may call a service of a development suite. The names are what the command line calls itself.
std::string Callers(const LocalSuiteOptions& options) {
  std::string text =
      "  callers:\n"
      "    - {identity: portal, platform: 省政务服务平台, roles: [portal]}\n"
      "    - {identity: editor, platform: 事项管理平台, roles: [editor]}\n"
      "    - {identity: authority, platform: 部门审批平台, roles: [authority]}\n"
      "    - {identity: operator, platform: 运维平台, roles: [operator]}\n"
      "    - {identity: supervisor, platform: 效能监察平台, roles: [supervisor]}\n"
      "    - {identity: service, platform: 本省服务, roles: [service]}\n";
  for (const char* service : kServices) {
    absl::StrAppend(&text, "    - {identity: ", service, ".", options.province,
                    ", roles: [service]}\n");
  }
  for (const PeerProvince& peer : options.peers) {
    absl::StrAppend(&text, "    - {identity: relay.", peer.province, ", roles: [peer]}\n");
  }
  return text;
}

std::string ServerSection(const LocalSuiteOptions& options, const SuiteFile& file,
                          const std::string& service) {
  std::string text = absl::StrCat(
      "server:\n  province: \"", options.province,
      "\"\n  listen_address: ", file.services.at(service),
      "\n  metrics_address: ", file.metrics.at(service),
      "\n  data_dir: ", Quoted(DataDirectoryOf(options.data_dir, service)),
      "\n  backup_dir: ", Quoted(PathIn(options.data_dir, absl::StrCat("backup/", service))),
      "\n  development_plaintext: true\n  development_identity: ", service, ".", options.province,
      "\n  drain_delay: 0s\n");
  if (options.clock_offset_seconds != 0) {
    absl::StrAppend(&text, "  development_clock_offset_seconds: ", options.clock_offset_seconds,
                    "\n");
  }
  absl::StrAppend(&text, Callers(options), "  peers:\n");
  for (const char* peer : kServices) {
    absl::StrAppend(&text, "    ", peer, ": ", file.services.at(peer), "\n");
  }
  for (const PeerProvince& peer : options.peers) {
    absl::StrAppend(&text, "    relay.", peer.province, ": ", peer.relay_address, "\n");
  }
  return text;
}

absl::StatusOr<std::string> RelaySection(const LocalSuiteOptions& options) {
  std::string text =
      absl::StrCat("signing_key_file: ", Quoted(PathIn(options.data_dir, "keys/relay.pem")), "\n");
  if (options.peers.empty()) {
    return text;
  }
  absl::StrAppend(&text, "peers:\n");
  for (const PeerProvince& peer : options.peers) {
    const auto key = crypto::LoadPublicKeyFile(peer.public_key_file);
    if (!key.ok()) {
      return WithAdvice(key.status(),
                        absl::StrCat("请核对省份 ", peer.province,
                                     " 的公钥文件：在其数据目录的 keys/relay.pub.pem"));
    }
    absl::StrAppend(&text, "  - province: \"", peer.province, "\"\n    identity: relay.",
                    peer.province, "\n    public_keys: [", Quoted(key->ToHex()), "]\n");
  }
  return text;
}

}  // namespace

std::string ConfigFileOf(const std::string& data_dir, const std::string& service) {
  return PathIn(data_dir, absl::StrCat("config/", service, ".yaml"));
}

std::string DataDirectoryOf(const std::string& data_dir, const std::string& service) {
  return PathIn(data_dir, absl::StrCat("data/", service));
}

std::string RelayPublicKeyFile(const std::string& data_dir) {
  return PathIn(data_dir, "keys/relay.pub.pem");
}

absl::Status WriteSuiteKeys(const LocalSuiteOptions& options) {
  std::error_code error;
  for (const char* folder : {"config", "data", "backup", "keys", "issuers", "log"}) {
    std::filesystem::create_directories(PathIn(options.data_dir, folder), error);
    if (error) {
      return UnwritableError(PathIn(options.data_dir, folder), error.value());
    }
  }
  ASSIGN_OR_RETURN(const crypto::PrivateKey relay,
                   LoadOrMakeKey(PathIn(options.data_dir, "keys/relay.pem")));
  RETURN_IF_ERROR(WriteFile(RelayPublicKeyFile(options.data_dir), relay.public_key().ToPem()));
  config::v1::TrustFile trust;
  for (const auto& [code, name] : options.authorities) {
    ASSIGN_OR_RETURN(
        const crypto::PrivateKey issuer,
        LoadOrMakeKey(PathIn(options.data_dir, absl::StrCat("issuers/", code, ".pem"))));
    config::v1::TrustedAuthority* authority = trust.add_authorities();
    authority->set_code(code);
    authority->set_name(name);
    config::v1::TrustedKey* key = authority->add_keys();
    key->set_public_key(issuer.public_key().ToHex());
    key->set_valid_from(kTrustValidFrom);
  }
  return WriteFile(PathIn(options.data_dir, "config/trust.yaml"), license::FormatTrustFile(trust));
}

absl::Status WriteSuiteConfigs(const LocalSuiteOptions& options, const SuiteFile& file,
                               const std::string& deploy) {
  ASSIGN_OR_RETURN(const std::string relay, RelaySection(options));
  const std::string calendar = absl::StrCat("calendar_dir: ", Quoted(deploy + "/calendar"), "\n");
  const std::map<std::string, std::string> sections = {
      {"catalogue", ""},
      {"workflow", absl::StrCat(calendar, options.hand_over_yaml)},
      {"license",
       absl::StrCat("trust_file: ", Quoted(PathIn(options.data_dir, "config/trust.yaml")),
                    "\nkeys_dir: ", Quoted(PathIn(options.data_dir, "issuers")), "\n")},
      {"relay", relay},
      {"rating",
       absl::StrCat(calendar, "labels_file: ", Quoted(deploy + "/rating/labels.yaml"), "\n")}};
  for (const auto& [service, section] : sections) {
    RETURN_IF_ERROR(
        WriteFile(ConfigFileOf(options.data_dir, service),
                  absl::StrCat("# Written by onething for development on this machine.\n",
                               ServerSection(options, file, service), section)));
  }
  return absl::OkStatus();
}

}  // namespace onething::tool
