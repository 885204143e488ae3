// What gRPC shares within a process and is decided once, before its first server or channel. Called
// by those of this folder; a program that uses gRPC on its own calls it first.

#ifndef ONETHING_LIBS_RPC_PROCESS_SETUP_H_
#define ONETHING_LIBS_RPC_PROCESS_SETUP_H_

namespace onething::rpc {

// Idempotent, safe from any thread. In a release build it ends the search for deadlocks that
// Debian's Abseil makes at every lock of gRPC, under one lock of the whole process; a build with
// assertions keeps it.
void SetUpProcess();

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_PROCESS_SETUP_H_
