// CHECK: assertions of our own reasoning, on in every build. Never for what a caller, the disk or
// the network may do wrong; that is an absl::Status.

#ifndef ONETHING_LIBS_BASE_CHECK_H_
#define ONETHING_LIBS_BASE_CHECK_H_

namespace onething {

// Writes `file:line: CHECK failed: condition` to the error output and aborts. Called by CHECK only.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace onething

// Aborts the process, naming the place, when the condition does not hold.
#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::onething::CheckFailed(__FILE__, __LINE__, #condition))

#endif  // ONETHING_LIBS_BASE_CHECK_H_
