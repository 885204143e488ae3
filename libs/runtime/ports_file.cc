#include "libs/runtime/ports_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "libs/base/log.h"

namespace onething::runtime {

absl::Status WritePortsFile(const std::string& path, const Ports& ports) {
  const std::string unfinished = absl::StrCat(path, ".", getpid());
  std::ofstream file(unfinished);
  file << absl::StrCat("{\"service\":\"", JsonEscape(ports.service), "\",\"pid\":", getpid(),
                       ",\"rpc\":", ports.rpc, ",\"metrics\":", ports.metrics, "}\n");
  file.close();
  std::error_code error;
  if (file.good()) {
    std::filesystem::rename(unfinished, path, error);
  }
  if (!file.good() || error) {
    RemovePortsFile(unfinished);
    return absl::FailedPreconditionError(absl::StrCat("cannot write the ports file ", path));
  }
  return absl::OkStatus();
}

int PidInPortsFile(const std::string& path) {
  std::ifstream file(path);
  const nlohmann::json ports = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  const auto pid = ports.is_object() ? ports.find("pid") : ports.end();
  return pid != ports.end() && pid->is_number_integer() ? pid->get<int>() : 0;
}

void RemovePortsFile(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace onething::runtime
