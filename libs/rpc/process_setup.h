// What a process that serves or calls decides once, before its first thread: main() calls it first.

#ifndef ONETHING_LIBS_RPC_PROCESS_SETUP_H_
#define ONETHING_LIBS_RPC_PROCESS_SETUP_H_

namespace onething::rpc {

// Idempotent.
//
// The scheduler is told that throughput matters more than the instant of a wake-up (SCHED_BATCH):
// a thread that gets work while both cores are busy does not push the one that gave it aside, which
// halves the switches between threads under load. A thread wakes as fast as ever on an idle core.
//
// In a release build it ends the search for deadlocks that Debian's Abseil makes at every lock of
// gRPC, under one lock of the whole process; a build with assertions keeps it.
void SetUpProcess();

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_PROCESS_SETUP_H_
