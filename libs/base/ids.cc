#include "libs/base/ids.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace onething {

std::string RandomId() {
  thread_local absl::BitGen generator;
  const auto word = [] { return absl::Hex(absl::Uniform<uint64_t>(generator), absl::kZeroPad16); };
  const absl::Hex high = word();
  return absl::StrCat(high, word());
}

}  // namespace onething
