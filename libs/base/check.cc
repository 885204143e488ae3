#include "libs/base/check.h"

#include <cstdlib>
#include <iostream>

namespace onething {

void CheckFailed(const char* file, int line, const char* condition) {
  std::cerr << file << ":" << line << ": CHECK failed: " << condition << std::endl;
  std::abort();
}

}  // namespace onething
