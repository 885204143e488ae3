// A folder for key and trust files that goes away with its test.

#ifndef ONETHING_SERVICES_LICENSE_TEST_FOLDER_H_
#define ONETHING_SERVICES_LICENSE_TEST_FOLDER_H_

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

namespace onething::license {

class TestFolder {
 public:
  TestFolder() : path_((std::filesystem::temp_directory_path() / "license_test.XXXXXX").string()) {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  // The folder, or a file in it.
  std::string path(const std::string& name = "") const { return path_ + "/" + name; }

  // Writes a file and returns its path.
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

 private:
  std::string path_;
};

}  // namespace onething::license

#endif  // ONETHING_SERVICES_LICENSE_TEST_FOLDER_H_
