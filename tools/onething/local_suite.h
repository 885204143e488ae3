// LocalSuite: the five services of one province as child processes on loopback, for development and
// the demo. It writes their configuration, keys and trust list, starts, restarts, kills and stops
// them. Not for production: there each service has its own configuration, certificates and
// supervisor.

#ifndef ONETHING_TOOLS_ONETHING_LOCAL_SUITE_H_
#define ONETHING_TOOLS_ONETHING_LOCAL_SUITE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/onething/child_process.h"
#include "tools/onething/file_lock.h"
#include "tools/onething/port_block.h"
#include "tools/onething/suite_file.h"

namespace onething::tool {

// Another province whose relay this one knows.
struct PeerProvince {
  // Two digits.
  std::string province;
  // host:port of its relay.
  std::string relay_address;
  // Its relay's SM2 public key, as a PEM file.
  std::string public_key_file;
};

// The place of the relay's port among those of its suite.
inline constexpr int kRelayPortOffset = 3;

struct LocalSuiteOptions {
  // Two digits (GB/T 2260).
  std::string province = "36";
  // Where stores, keys, logs and configuration go; created when absent.
  std::string data_dir = "onething-data";
  // The first of ten consecutive ports, five for services and five for metrics; 0 picks free ones.
  int first_port = 0;
  std::vector<PeerProvince> peers;
  // Issuing authorities that get a key and an entry in the trust list: credit code and name.
  std::vector<std::pair<std::string, std::string>> authorities;
  // More settings of a service's configuration, as `--set` takes them: service → `path=value`.
  std::map<std::string, std::vector<std::string>> settings;
  // What is handed over to this province: lines for the workflow service's configuration.
  std::string hand_over_yaml;
  // Seconds by which the services' clocks run ahead of the machine's.
  int64_t clock_offset_seconds = 0;
};

// Single-threaded. Everything it started ends with it.
class LocalSuite {
 public:
  // Makes directories, keys and configuration files; what is there already (keys, stores) is kept.
  // Starts nothing. FAILED_PRECONDITION, with nothing written, when another suite uses the
  // directory or it is another province's; and when a file cannot be written, a port is not to be
  // had or the programs are not found. Each refusal says what to do (advice.h).
  static absl::StatusOr<std::unique_ptr<LocalSuite>> Create(LocalSuiteOptions options);

  // The same on ports taken before; `options.first_port` has no meaning then.
  static absl::StatusOr<std::unique_ptr<LocalSuite>> Create(LocalSuiteOptions options,
                                                            PortBlock ports);

  // Starts one service, or all that do not run, and waits until each says it is ready.
  // FAILED_PRECONDITION with the end of its log when one does not get ready in 20 s.
  absl::Status Start(const std::string& service);
  absl::Status StartAll();

  // Ends a service at once, as a crash does (SIGKILL), or in order (SIGTERM).
  void Kill(const std::string& service);
  void Stop(const std::string& service);
  void StopAll();

  // Starts again what has ended by itself, with pauses that grow until it has run for a minute;
  // returns the names. For `onething up`, every now and then.
  std::vector<std::string> RestartDead();

  int pid(const std::string& service) const { return children_.at(service)->pid(); }
  const SuiteFile& file() const { return file_; }
  const LocalSuiteOptions& options() const { return options_; }

  // The public key of this suite's relay, PEM file.
  std::string relay_public_key_file() const;
  // The file that a service's output goes to.
  std::string LogFile(const std::string& service) const;

 private:
  LocalSuite(LocalSuiteOptions options, PortBlock ports);

  absl::Status Occupy();
  absl::Status Prepare();
  absl::Status Launch(const std::string& service);
  absl::Status WaitReady(const std::string& service);

  const LocalSuiteOptions options_;
  const PortBlock ports_;
  // Locked while this lives, so that no second suite writes into the directory.
  FileLock lock_;
  SuiteFile file_;
  std::string program_dir_;
  std::map<std::string, std::unique_ptr<ChildProcess>> children_;
  // How often a service died of late, and when it may be started again.
  struct Restarts {
    int count = 0;
    absl::Time not_before;
  };
  std::map<std::string, Restarts> restarts_;
};

// The offset that makes a clock show the start of a day within the calendars that are shipped, so
// that demo and bench go on working when those have ended.
int64_t OffsetToSampleTime();

// The folder `deploy` of the repository or installation this program belongs to; empty when not
// found.
std::string FindDeployDirectory();

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_LOCAL_SUITE_H_
