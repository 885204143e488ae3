// Names of the gRPC metadata that the suite reads and writes. Lower case, as HTTP/2 wants them.

#ifndef ONETHING_LIBS_RPC_METADATA_H_
#define ONETHING_LIBS_RPC_METADATA_H_

namespace onething::rpc {

// Who calls. Read only by a server without TLS, which runs on loopback in development.
inline constexpr char kIdentityMetadata[] = "onething-identity";
// The subject for whom the caller acts.
inline constexpr char kOnBehalfOfMetadata[] = "onething-on-behalf-of";
// Names the call in the logs of all services.
inline constexpr char kTraceIdMetadata[] = "onething-trace-id";

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_METADATA_H_
