#include "libs/base/system_error.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace onething {
namespace {

TEST_CASE("what the system refuses is told in Chinese, the unusual by its number") {
  CHECK(SystemErrorText(EACCES) == "没有权限");
  CHECK(SystemErrorText(ENOSPC) == "磁盘已满");
  CHECK(absl::StartsWith(SystemErrorText(EPROTO), absl::StrCat("系统错误 ", EPROTO, "（")));
}

TEST_CASE("an error of the file system library says the same") {
  std::error_code error;
  std::filesystem::create_directories("/dev/null/folder", error);
  REQUIRE(error);
  CHECK(SystemErrorText(error) == SystemErrorText(ENOTDIR));
}

}  // namespace
}  // namespace onething
