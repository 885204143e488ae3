// The gRPC server: puts the methods of a Router on a port, with health and reflection. It
// authenticates (certificate or, in development on loopback, the caller's word), turns deadlines
// and bytes into an Inbound and answers into gRPC statuses; everything else happens in the router.
// With client.cc the only place where gRPC's own types occur.

#ifndef ONETHING_LIBS_RPC_SERVER_H_
#define ONETHING_LIBS_RPC_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/router.h"
#include "onething/config/v1/server.pb.h"

namespace onething::rpc {

// A listening server. Made and stopped by one thread.
class Server {
 public:
  // Listens on config.listen_address; not ready yet. The router has all its methods and outlives
  // the server. FAILED_PRECONDITION: neither TLS nor development_plaintext, plain text off
  // loopback, a certificate file that cannot be read, the address in use.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const config::v1::ServerConfig& config,
                                                       Router* router);

  // Stops at once if Stop was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port that is listened on.
  int port() const;

  // Sets the health of "", "readiness" and each service; "liveness" serves from Start to Stop.
  // Calls are answered either way.
  void SetReady(bool ready);

  // Refuses new calls, waits up to `grace` for those in flight, cancels the rest. The router must
  // still be able to answer: stop its executor and its loop afterwards.
  void Stop(absl::Duration grace);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_SERVER_H_
