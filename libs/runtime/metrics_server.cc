#include "libs/runtime/metrics_server.h"

#include <netdb.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/mutex.h"

namespace onething::runtime {
namespace {

constexpr int kKnockIntervalMs = 5;

// The host of host:port, without the brackets of IPv6.
std::string HostOf(absl::string_view address) {
  absl::string_view host = address.substr(0, address.rfind(':'));
  absl::ConsumePrefix(&host, "[");
  absl::ConsumeSuffix(&host, "]");
  return std::string(host);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const std::string& address,
                                                                    telemetry::Metrics* metrics) {
  const std::vector<std::string> options = {"listening_ports", address, "num_threads", "1"};
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(options);
    return absl::WrapUnique(new MetricsServer(HostOf(address), std::move(exposer), metrics));
  } catch (const std::exception&) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot listen for metrics on ", address, ": in use, or not an address of this machine"));
  }
}

MetricsServer::MetricsServer(std::string host, std::unique_ptr<prometheus::Exposer> exposer,
                             telemetry::Metrics* metrics)
    : host_(std::move(host)),
      metrics_(metrics, [](telemetry::Metrics*) {}),
      exposer_(std::move(exposer)) {
  exposer_->RegisterCollectable(metrics_);
}

// The HTTP server looks whether it is to end every two seconds, or when someone connects.
MetricsServer::~MetricsServer() {
  Mutex mutex;
  CondVar changed;
  bool ended = false;
  const int last_port = port();
  std::thread end([&] {
    exposer_.reset();
    MutexLock lock(&mutex);
    ended = true;
    changed.SignalAll();
  });
  {
    MutexLock lock(&mutex);
    while (!ended) {
      Knock(last_port);
      changed.WaitFor(&mutex, kKnockIntervalMs);
    }
  }
  end.join();
}

void MetricsServer::Knock(int port) const {
  const addrinfo hints = {.ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (getaddrinfo(host_.c_str(), absl::StrCat(port).c_str(), &hints, &found) != 0) {
    return;
  }
  const int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor >= 0) {
    // Whether it succeeds does not matter: it is the attempt that wakes.
    static_cast<void>(connect(descriptor, found->ai_addr, found->ai_addrlen));
    close(descriptor);
  }
  freeaddrinfo(found);
}

int MetricsServer::port() const { return exposer_->GetListeningPorts().front(); }

}  // namespace onething::runtime
