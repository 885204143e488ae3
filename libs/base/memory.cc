#include "libs/base/memory.h"

// Of tcmalloc; absent in builds with a sanitizer, which bring their own allocator.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace onething {

void ReturnFreeMemory() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) {
    MallocExtension_ReleaseFreeMemory();
  }
}

}  // namespace onething
