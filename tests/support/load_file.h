// Loads a shipped YAML file inside a test case, from the repository's root, where tests run. A
// fault fails the test case, with the place in the file.

#ifndef ONETHING_TESTS_SUPPORT_LOAD_FILE_H_
#define ONETHING_TESTS_SUPPORT_LOAD_FILE_H_

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libs/config/load_yaml.h"

namespace onething::testing {

template <class Message>
Message LoadFile(const std::string& path) {
  Message message;
  std::vector<config::Diagnostic> diagnostics;
  const absl::Status status = config::LoadYamlFile(path, {}, &message, &diagnostics);
  INFO(status.message());
  REQUIRE(status.ok());
  return message;
}

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_LOAD_FILE_H_
