// The /metrics port: prometheus-cpp's HTTP server over one Metrics. It answers nothing else and
// asks nobody who they are; the metrics hold no personal data, and the address is the operator's
// choice.

#ifndef ONETHING_LIBS_RUNTIME_METRICS_SERVER_H_
#define ONETHING_LIBS_RUNTIME_METRICS_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/telemetry/metrics.h"

namespace prometheus {
class Exposer;
}

namespace onething::runtime {

// A listening server, with one thread that accepts and one that answers.
class MetricsServer {
 public:
  // Listens on `address` (host:port, port 0 for a free one). `metrics` outlives the server.
  // FAILED_PRECONDITION when the address is in use or is none.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const std::string& address,
                                                              telemetry::Metrics* metrics);

  // Ends after the request at hand.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // The port that is listened on.
  int port() const;

 private:
  MetricsServer(std::string host, std::unique_ptr<prometheus::Exposer> exposer,
                telemetry::Metrics* metrics);

  void Knock(int port) const;

  const std::string host_;
  // Shared because the exposer asks for it; it does not own the metrics.
  const std::shared_ptr<telemetry::Metrics> metrics_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_METRICS_SERVER_H_
