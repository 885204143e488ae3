// The data directory of the demo, which begins with an empty one: what it may clear away and what
// it must not touch.

#ifndef ONETHING_TOOLS_ONETHING_DEMO_DIRECTORY_H_
#define ONETHING_TOOLS_ONETHING_DEMO_DIRECTORY_H_

#include <string>

#include "absl/status/status.h"

namespace onething::tool {

// Makes `directory` ready for the demo: one that is not there or empty is left so, what an earlier
// demo left in it is removed. FAILED_PRECONDITION with what to do, and nothing is removed, when it
// holds anything else, when a suite runs in it, or when it cannot be cleared.
absl::Status ClearDemoDirectory(const std::string& directory);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_DEMO_DIRECTORY_H_
