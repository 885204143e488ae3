// Daemon: a host on its ports — the gRPC server with health, the metrics port, the thread that
// ticks, the ports file — and the order in which all this comes up and goes down:
//
//   up     store (the host is open) · gRPC port · metrics port · pump · ticks · ready · ports file
//   down   not ready · ports file · drain delay, calls are still answered · no new calls; those in
//          flight end, or are cancelled after the grace · ticks · pump · executor · commit loop ·
//          metrics port · gRPC port · store (the host is closed)

#ifndef ONETHING_LIBS_RUNTIME_DAEMON_H_
#define ONETHING_LIBS_RUNTIME_DAEMON_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/base/mutex.h"
#include "libs/rpc/server.h"
#include "libs/runtime/host.h"
#include "libs/runtime/metrics_server.h"
#include "libs/runtime/ports_file.h"

namespace onething::runtime {

// Started, drained and destroyed by one thread.
class Daemon {
 public:
  // Brings up `host`, which is wired. Writes the ports to `ports.json` in the data directory, and
  // to `ports_file` unless that is empty. FAILED_PRECONDITION when an address is in use or a file
  // cannot be written; the host is closed then.
  static absl::StatusOr<std::unique_ptr<Daemon>> Start(std::unique_ptr<Host> host,
                                                       const std::string& ports_file);

  // Goes down at once, calls in flight being cancelled, unless Drain or Abandon did it.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Goes down in order. `wait` sleeps for the drain delay, or less when someone insists.
  void Drain(const std::function<void(absl::Duration)>& wait);

  // Goes down after a failed commit: not ready, no delay, a short grace for the callers to be told.
  void Abandon();

  const Ports& ports() const { return ports_; }
  Host& host() { return *host_; }

 private:
  Daemon(std::unique_ptr<Host> host, const std::string& ports_file);

  absl::Status ComeUp();
  void GoDown(absl::Duration grace);
  void TurnAway();
  void TickUntilStopped();
  void StopTicking();

  // Constant after construction.
  const std::string ports_file_;
  const std::string own_ports_file_;

  // Owner only.
  const std::unique_ptr<Host> host_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<MetricsServer> metrics_server_;
  Ports ports_;
  std::thread ticks_;

  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_DAEMON_H_
