#include "libs/base/ids.h"

#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace onething {

std::string RandomId() {
  thread_local std::random_device device;
  const auto word = [] { return uint64_t{device()} << 32 | device(); };
  const uint64_t high = word();
  return absl::StrFormat("%016x%016x", high, word());
}

}  // namespace onething
