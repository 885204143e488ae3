#include "libs/runtime/build_info.h"

namespace onething::runtime {

const char* BuildVersion() { return ONETHING_VERSION; }

const char* BuildCommit() { return ONETHING_COMMIT; }

}  // namespace onething::runtime
