#include "libs/runtime/ports_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
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

void RemovePortsFile(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace onething::runtime
