// suite.json: where the services of a running suite listen. `onething up` writes it into its data
// directory; every other command reads it, so that a person names a directory instead of five
// addresses.
//
//   {"province":"36","services":{"catalogue":"127.0.0.1:7360","workflow":"127.0.0.1:7361",
//   …},"metrics":{…}}

#ifndef ONETHING_TOOLS_ONETHING_SUITE_FILE_H_
#define ONETHING_TOOLS_ONETHING_SUITE_FILE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onething::tool {

// The services of a suite in the order of their ports.
inline constexpr const char* kServices[] = {"catalogue", "workflow", "license", "relay", "rating"};

// Addresses as host:port by service name.
struct SuiteFile {
  std::string province;
  std::map<std::string, std::string> services;
  std::map<std::string, std::string> metrics;
};

// Reads `directory`/suite.json. NOT_FOUND when there is none, INVALID_ARGUMENT when it is
// malformed.
absl::StatusOr<SuiteFile> ReadSuiteFile(const std::string& directory);

// Writes it, replacing what is there. FAILED_PRECONDITION when it cannot.
absl::Status WriteSuiteFile(const std::string& directory, const SuiteFile& file);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_SUITE_FILE_H_
