// ports.json: where a running service listens, for whoever started it with port 0.
//
//   {"service":"catalogue","pid":4711,"rpc":41234,"metrics":41235}
//
// The file appears complete (it is renamed into place) once the service answers, and goes away when
// it begins to stop. After a crash an old one stays until the next start: a reader that cares looks
// whether the process is alive.

#ifndef ONETHING_LIBS_RUNTIME_PORTS_FILE_H_
#define ONETHING_LIBS_RUNTIME_PORTS_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace onething::runtime {

struct Ports {
  std::string service;
  int rpc = 0;
  // 0 when metrics are not served.
  int metrics = 0;
};

// Writes `ports` and the id of this process to `path`, replacing what is there. FAILED_PRECONDITION
// when that cannot be done.
absl::Status WritePortsFile(const std::string& path, const Ports& ports);

// The process that wrote it; 0 when it is not there or not one of ours.
int PidInPortsFile(const std::string& path);

// Removes it; nothing happens when it is not there.
void RemovePortsFile(const std::string& path);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_PORTS_FILE_H_
