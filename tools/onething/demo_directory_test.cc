#include "tools/onething/demo_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "absl/strings/match.h"
#include "libs/runtime/test_counter.h"
#include "tools/onething/file_lock.h"
#include "tools/onething/suite_file.h"
#include "tools/onething/two_provinces.h"

namespace onething::tool {
namespace {

using runtime::test::TempFolder;

// What a demo leaves in its directory.
void LeaveDemo(const TempFolder& folder) {
  for (const char* province : {kHere, kThere}) {
    std::filesystem::create_directories(folder.path(province) + "/log");
    SuiteFile suite;
    suite.province = province;
    REQUIRE(WriteSuiteFile(folder.path(province), suite).ok());
  }
}

TEST_CASE("the demo takes a directory that is not there, or empty") {
  const TempFolder folder;
  CHECK(ClearDemoDirectory(folder.path() + "/new").ok());
  CHECK(!std::filesystem::exists(folder.path() + "/new"));
  CHECK(ClearDemoDirectory(folder.path()).ok());
}

TEST_CASE("the demo clears away what an earlier one left, and nothing else") {
  const TempFolder folder;
  LeaveDemo(folder);
  folder.Write("thesis.txt", "kept");
  const absl::Status refused = ClearDemoDirectory(folder.path());
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(refused.message(), "没有动它"));
  CHECK(std::filesystem::exists(folder.path() + "/thesis.txt"));
  CHECK(std::filesystem::exists(folder.path() + "/36/suite.json"));

  std::filesystem::remove(folder.path() + "/thesis.txt");
  CHECK(ClearDemoDirectory(folder.path()).ok());
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("the demo does not touch a file, nor a directory that only looks like its own") {
  const TempFolder folder;
  folder.Write("file", "kept");
  CHECK(!ClearDemoDirectory(folder.path() + "/file").ok());
  std::filesystem::remove(folder.path() + "/file");
  std::filesystem::create_directories(folder.path() + "/36");
  std::filesystem::create_directories(folder.path() + "/33");
  CHECK(!ClearDemoDirectory(folder.path()).ok());
  CHECK(std::filesystem::exists(folder.path() + "/36"));
}

TEST_CASE("the demo does not pull the directory from under a suite that runs in it") {
  const TempFolder folder;
  LeaveDemo(folder);
  FileLock running;
  REQUIRE(running.Take(folder.path() + "/33/suite.lock"));
  CHECK(absl::StrContains(ClearDemoDirectory(folder.path()).message(), "正在运行"));
  CHECK(std::filesystem::exists(folder.path() + "/33/suite.json"));
}

}  // namespace
}  // namespace onething::tool
