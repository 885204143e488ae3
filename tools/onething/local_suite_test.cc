#include "tools/onething/local_suite.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "libs/base/ids.h"

namespace onething::tool {
namespace {

// A directory that is gone with the test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("onething-suite-" + RandomId())) {}
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  LocalSuiteOptions For(const std::string& province) const {
    return {.province = province, .data_dir = path_};
  }

  // Content by file.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) {
        std::ifstream input(entry.path());
        files[entry.path()] = std::string(std::istreambuf_iterator<char>(input), {});
      }
    }
    return files;
  }

 private:
  const std::filesystem::path path_;
};

TEST_CASE("a suite's directory is no other's: nothing is written into it") {
  const Folder folder;
  auto first = LocalSuite::Create(folder.For("36"));
  REQUIRE(first.ok());
  const std::map<std::string, std::string> before = folder.Files();
  CHECK(before.size() > std::size(kServices));
  for (const char* province : {"36", "33"}) {
    INFO(province);
    CHECK(absl::IsFailedPrecondition(LocalSuite::Create(folder.For(province)).status()));
    CHECK(folder.Files() == before);
  }
  first->reset();
  // Its stores stay those of its province.
  CHECK(absl::IsFailedPrecondition(LocalSuite::Create(folder.For("33")).status()));
  CHECK(folder.Files() == before);
  CHECK(LocalSuite::Create(folder.For("36")).ok());
}

}  // namespace
}  // namespace onething::tool
