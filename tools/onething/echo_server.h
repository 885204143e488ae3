// The ceiling of every benchmark: an empty handler behind bare gRPC, as its generated callback
// service has it, without anything of ours.

#ifndef ONETHING_TOOLS_ONETHING_ECHO_SERVER_H_
#define ONETHING_TOOLS_ONETHING_ECHO_SERVER_H_

#include <string>

namespace onething::tool {

// Serves onething.testing.v1.Samples/Echo and health on `address` until the process is ended. 1
// when the address is not to be had.
int ServeEcho(const std::string& address);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_ECHO_SERVER_H_
