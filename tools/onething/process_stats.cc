#include "tools/onething/process_stats.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace onething::tool {
namespace {

constexpr int64_t kMillisPerSecond = 1000;
// Fields of /proc/<pid>/stat counted behind the program's name (proc(5)).
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;

std::string ReadAll(const std::string& path) {
  std::ifstream input(path);
  std::stringstream content;
  content << input.rdbuf();
  return content.str();
}

int64_t ToNumber(absl::string_view text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

}  // namespace

int64_t CpuMillis(int pid) {
  const std::string stat = ReadAll(absl::StrCat("/proc/", pid, "/stat"));
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) {
    return 0;
  }
  const std::vector<std::string> fields =
      absl::StrSplit(stat.substr(name_end + 1), ' ', absl::SkipEmpty());
  if (fields.size() <= kSystemTicks) {
    return 0;
  }
  return (ToNumber(fields[kUserTicks]) + ToNumber(fields[kSystemTicks])) * kMillisPerSecond /
         sysconf(_SC_CLK_TCK);
}

int64_t ResidentBytes(int pid) {
  const std::vector<std::string> fields =
      absl::StrSplit(ReadAll(absl::StrCat("/proc/", pid, "/statm")), ' ');
  return fields.size() < 2 ? 0 : ToNumber(fields[1]) * sysconf(_SC_PAGESIZE);
}

uint64_t DirectoryBytes(const std::string& directory) {
  uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    std::error_code entry_error;
    const uint64_t size = entry.is_regular_file(entry_error) ? entry.file_size(entry_error) : 0;
    bytes += entry_error ? 0 : size;
  }
  return bytes;
}

std::string MachineName() {
  std::string model = "unknown processor";
  for (absl::string_view line : absl::StrSplit(ReadAll("/proc/cpuinfo"), '\n')) {
    if (absl::ConsumePrefix(&line, "model name\t: ")) {
      model = std::string(line);
      break;
    }
  }
  utsname kernel = {};
  uname(&kernel);
  return absl::StrCat(std::thread::hardware_concurrency(), " × ", model, ", ", kernel.sysname, " ",
                      kernel.release);
}

}  // namespace onething::tool
