// What LocalSuite writes before it starts anything: one configuration file a service, the relay's
// and the authorities' SM2 keys, and the trust list. The files are in the form of deploy/config and
// can be read, changed and reused.

#ifndef ONETHING_TOOLS_ONETHING_SUITE_CONFIG_H_
#define ONETHING_TOOLS_ONETHING_SUITE_CONFIG_H_

#include <string>

#include "absl/status/status.h"
#include "tools/onething/local_suite.h"
#include "tools/onething/suite_file.h"

namespace onething::tool {

// Makes the directories and the keys that are not there yet: keys/relay.pem and keys/relay.pub.pem,
// issuers/<credit code>.pem, and the trust list of the issuers. FAILED_PRECONDITION when a file
// cannot be written or read.
absl::Status WriteSuiteKeys(const LocalSuiteOptions& options);

// Writes config/<service>.yaml for all five. `deploy` holds the calendar and the label table.
// FAILED_PRECONDITION as above.
absl::Status WriteSuiteConfigs(const LocalSuiteOptions& options, const SuiteFile& file,
                               const std::string& deploy);

// Where they are.
std::string ConfigFileOf(const std::string& data_dir, const std::string& service);
std::string DataDirectoryOf(const std::string& data_dir, const std::string& service);
std::string RelayPublicKeyFile(const std::string& data_dir);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_SUITE_CONFIG_H_
