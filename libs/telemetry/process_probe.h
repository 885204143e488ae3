// Reads what the kernel knows of this process. Linux only: /proc.

#ifndef ONETHING_LIBS_TELEMETRY_PROCESS_PROBE_H_
#define ONETHING_LIBS_TELEMETRY_PROCESS_PROBE_H_

#include <cstdint>

#include "libs/telemetry/metrics.h"

namespace onething::telemetry {

// Sets memory, processor time, start time, threads and open files of `metrics`; leaves alone what
// cannot be read. Made to be a probe: calls do not overlap.
void SampleProcess(const ProcessMetrics& metrics);

// Bytes of memory that the process holds; 0 when they cannot be read.
uint64_t ResidentBytes();

}  // namespace onething::telemetry

#endif  // ONETHING_LIBS_TELEMETRY_PROCESS_PROBE_H_
