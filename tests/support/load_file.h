// Loads a shipped YAML file for a test, from the repository's root, where tests run. A fault is the
// test's failure, with the place in the file.

#ifndef ONETHING_TESTS_SUPPORT_LOAD_FILE_H_
#define ONETHING_TESTS_SUPPORT_LOAD_FILE_H_

#include <stdexcept>
#include <string>
#include <vector>

#include "libs/config/load_yaml.h"

namespace onething::testing {

template <class Message>
Message LoadFile(const std::string& path) {
  Message message;
  std::vector<config::Diagnostic> diagnostics;
  const absl::Status status = config::LoadYamlFile(path, {}, &message, &diagnostics);
  if (!status.ok()) {
    throw std::runtime_error(status.ToString());
  }
  return message;
}

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_LOAD_FILE_H_
