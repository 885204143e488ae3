#include "tools/onething/demo_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/onething/file_lock.h"
#include "tools/onething/suite_file.h"
#include "tools/onething/two_provinces.h"

namespace onething::tool {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "onething-demo-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  void Write(const std::string& name) const { std::ofstream(path_ + "/" + name) << "kept"; }
  void LeaveDemo() const {
    for (const char* province : {kHere, kThere}) {
      const std::string directory = absl::StrCat(path_, "/", province);
      std::filesystem::create_directories(directory + "/log");
      SuiteFile suite;
      suite.province = province;
      REQUIRE(WriteSuiteFile(directory, suite).ok());
    }
  }
  bool IsEmpty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_;
};

TEST_CASE("the demo takes a directory that is not there, or empty") {
  const Folder folder;
  CHECK(ClearDemoDirectory(folder.path() + "/new").ok());
  CHECK(!std::filesystem::exists(folder.path() + "/new"));
  CHECK(ClearDemoDirectory(folder.path()).ok());
}

TEST_CASE("the demo clears away what an earlier one left, and nothing else") {
  const Folder folder;
  folder.LeaveDemo();
  folder.Write("thesis.txt");
  const absl::Status refused = ClearDemoDirectory(folder.path());
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(refused.message(), "没有动它"));
  CHECK(std::filesystem::exists(folder.path() + "/thesis.txt"));
  CHECK(std::filesystem::exists(folder.path() + "/36/suite.json"));

  std::filesystem::remove(folder.path() + "/thesis.txt");
  CHECK(ClearDemoDirectory(folder.path()).ok());
  CHECK(folder.IsEmpty());
}

TEST_CASE("the demo does not touch a file, nor a directory that only looks like its own") {
  const Folder folder;
  folder.Write("file");
  CHECK(!ClearDemoDirectory(folder.path() + "/file").ok());
  std::filesystem::remove(folder.path() + "/file");
  std::filesystem::create_directories(folder.path() + "/36");
  std::filesystem::create_directories(folder.path() + "/33");
  CHECK(!ClearDemoDirectory(folder.path()).ok());
  CHECK(std::filesystem::exists(folder.path() + "/36"));
}

TEST_CASE("the demo does not pull the directory from under a suite that runs in it") {
  const Folder folder;
  folder.LeaveDemo();
  FileLock running;
  REQUIRE(running.Take(folder.path() + "/33/suite.lock"));
  CHECK(absl::StrContains(ClearDemoDirectory(folder.path()).message(), "正在运行"));
  CHECK(std::filesystem::exists(folder.path() + "/33/suite.json"));
}

}  // namespace
}  // namespace onething::tool
