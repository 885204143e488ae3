// Which build this is. Written by the build system, shown by --version, diagnostics, metrics and
// backups.

#ifndef ONETHING_LIBS_RUNTIME_BUILD_INFO_H_
#define ONETHING_LIBS_RUNTIME_BUILD_INFO_H_

namespace onething::runtime {

// Version of the suite, e.g. `0.1.0`.
const char* BuildVersion();

// Abbreviated commit of the sources when the build was configured; empty when it was not a work
// tree.
const char* BuildCommit();

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_BUILD_INFO_H_
