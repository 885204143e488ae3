// What the allocator keeps of memory that is free again.

#ifndef ONETHING_LIBS_BASE_MEMORY_H_
#define ONETHING_LIBS_BASE_MEMORY_H_

namespace onething {

// Gives free memory back to the system, where the allocator of this build can: called once what
// only the start needed is gone. Takes milliseconds.
void ReturnFreeMemory();

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_MEMORY_H_
