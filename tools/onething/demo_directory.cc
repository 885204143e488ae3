#include "tools/onething/demo_directory.h"

#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "tools/onething/advice.h"
#include "tools/onething/file_lock.h"
#include "tools/onething/suite_file.h"
#include "tools/onething/two_provinces.h"

namespace onething::tool {
namespace {

constexpr char kTakeAnother[] = "请用 --data 换一个空目录，或不写 --data";

// Whether everything in it is what a demo makes: the directories of its two provinces.
bool IsOfADemo(const std::string& directory, std::error_code& error) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    names.insert(entry.path().filename());
  }
  if (error || names != std::set<std::string>{kHere, kThere}) return false;
  for (const std::string& province : names) {
    const auto suite = ReadSuiteFile(absl::StrCat(directory, "/", province));
    if (!suite.ok() || suite->province != province) return false;
  }
  return true;
}

}  // namespace

absl::Status ClearDemoDirectory(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error) && !error) return absl::OkStatus();
  if (!std::filesystem::is_directory(directory, error)) {
    return AdvisedError(absl::StrCat(directory, " 不是目录"), kTakeAnother);
  }
  if (std::filesystem::is_empty(directory, error) && !error) return absl::OkStatus();
  if (!IsOfADemo(directory, error)) {
    return AdvisedError(absl::StrCat("目录 ", directory, " 里有不是演示留下的内容，没有动它"),
                        kTakeAnother);
  }
  for (const char* province : {kHere, kThere}) {
    FileLock lock;
    if (!lock.Take(absl::StrCat(directory, "/", province, "/suite.lock"))) {
      return AdvisedError(absl::StrCat("目录 ", directory, " 里有一套服务正在运行，没有动它"),
                          "请先停掉在其中运行的服务，或用 --data 换一个空目录");
    }
  }
  for (const char* province : {kHere, kThere}) {
    std::filesystem::remove_all(absl::StrCat(directory, "/", province), error);
    if (error) return UnwritableError(directory, error.value());
  }
  return absl::OkStatus();
}

}  // namespace onething::tool
