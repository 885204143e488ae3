#include "libs/telemetry/process_probe.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace onething::telemetry {
namespace {

// Fields of /proc/self/stat counted from the one after the program's name, which may hold spaces.
constexpr size_t kThreads = 17;
constexpr size_t kStartTicks = 19;

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// When the machine started, in seconds since 1970; 0 when unknown.
double BootTime() {
  std::ifstream stat("/proc/stat");
  std::string word;
  double seconds = 0;
  while (stat >> word) {
    if (word == "btime" && stat >> seconds) {
      return seconds;
    }
  }
  return 0;
}

std::vector<double> StatFields() {
  std::ifstream file("/proc/self/stat");
  const std::string line((std::istreambuf_iterator<char>(file)), {});
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 3 >= line.size()) {
    return {};
  }
  // After the name comes the state, a letter.
  std::istringstream rest(line.substr(name_end + 3));
  std::vector<double> fields = {0};
  fields.insert(fields.end(), std::istream_iterator<double>(rest), {});
  return fields;
}

}  // namespace

void SampleProcess(const ProcessMetrics& metrics) {
  const std::vector<double> fields = StatFields();
  if (fields.size() > kStartTicks) {
    metrics.threads.Set(fields[kThreads]);
    metrics.start_time.Set(BootTime() +
                           fields[kStartTicks] / static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
  metrics.resident_memory.Set(static_cast<double>(ResidentBytes()));
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    const double used = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
    metrics.cpu.Increment(used - metrics.cpu.Value());
  }
  std::error_code error;
  std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    // The walk itself holds one.
    metrics.open_files.Set(static_cast<double>(std::distance(begin(files), end(files)) - 1));
  }
}

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total_pages = 0;
  uint64_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace onething::telemetry
