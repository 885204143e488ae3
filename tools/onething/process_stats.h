// What the kernel knows of a process on this machine, and of the machine: for the figures of the
// benchmark.

#ifndef ONETHING_TOOLS_ONETHING_PROCESS_STATS_H_
#define ONETHING_TOOLS_ONETHING_PROCESS_STATS_H_

#include <cstdint>
#include <string>

namespace onething::tool {

// Milliseconds of processor time, user and system, since its start; 0 when there is no such
// process.
int64_t CpuMillis(int pid);

// Resident bytes; 0 when there is no such process.
int64_t ResidentBytes(int pid);

// Bytes of all files below `directory`.
uint64_t DirectoryBytes(const std::string& directory);

// `2 × Intel(R) Xeon(R) …, Linux 6.1`.
std::string MachineName();

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_PROCESS_STATS_H_
