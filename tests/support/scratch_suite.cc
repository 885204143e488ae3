#include "tests/support/scratch_suite.h"

#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "tools/onething/local_suite.h"
#include "tools/onething/sample_data.h"
#include "tools/onething/suite_config.h"
#include "tools/onething/suite_file.h"

namespace onething::testing {
namespace {

// Nothing listens there: the configuration only has to name ports.
constexpr int kFirstPort = 7000;

tool::SuiteFile FileOf(const std::string& province) {
  tool::SuiteFile file;
  file.province = province;
  int port = kFirstPort;
  for (const char* service : tool::kServices) {
    file.services[service] = absl::StrCat("127.0.0.1:", port);
    file.metrics[service] = absl::StrCat("127.0.0.1:", port + tool::kPortsPerSuite / 2);
    ++port;
  }
  return file;
}

}  // namespace

ScratchSuite::ScratchSuite()
    : folder_(absl::StrCat(std::filesystem::temp_directory_path().string(), "/onething-test-",
                           getpid())) {
  const absl::StatusOr<bundle::v1::Bundle> newborn = tool::LoadBundle("newborn");
  CHECK(newborn.ok());
  tool::LocalSuiteOptions suites[2];
  const char* const provinces[] = {"36", "33"};
  for (int i = 0; i < 2; ++i) {
    suites[i].province = provinces[i];
    suites[i].data_dir = absl::StrCat(folder_, "/", provinces[i]);
    suites[i].authorities.emplace_back(tool::kZhejiangAuthority, tool::kZhejiangAuthorityName);
    for (const bundle::v1::Authority& authority : newborn->authorities()) {
      suites[i].authorities.emplace_back(authority.credit_code(), authority.display_name());
    }
    CHECK(tool::WriteSuiteKeys(suites[i]).ok());
  }
  suites[1].hand_over_yaml = tool::HandOverYaml(*newborn);
  for (int i = 0; i < 2; ++i) {
    const tool::LocalSuiteOptions& other = suites[1 - i];
    suites[i].peers = {{.province = other.province,
                        .relay_address = "127.0.0.1:7999",
                        .public_key_file = tool::RelayPublicKeyFile(other.data_dir)}};
    CHECK(
        tool::WriteSuiteConfigs(suites[i], FileOf(suites[i].province), tool::FindDeployDirectory())
            .ok());
  }
}

ScratchSuite::~ScratchSuite() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

const ScratchSuite& ScratchSuite::Shared() {
  static const ScratchSuite suite;
  return suite;
}

std::string ScratchSuite::ConfigFile(const std::string& service,
                                     const std::string& province) const {
  return tool::ConfigFileOf(absl::StrCat(folder_, "/", province), service);
}

}  // namespace onething::testing
