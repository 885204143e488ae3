// Configuration and keys of two provinces, 36 and 33, in a folder of this test run, as `onething
// up` writes them. Nothing is started.

#ifndef ONETHING_TESTS_SUPPORT_SCRATCH_SUITE_H_
#define ONETHING_TESTS_SUPPORT_SCRATCH_SUITE_H_

#include <string>

namespace onething::testing {

// Made once a process, removed at its end.
class ScratchSuite {
 public:
  static const ScratchSuite& Shared();

  // The configuration file of a service of `province`.
  std::string ConfigFile(const std::string& service, const std::string& province = "36") const;

  ~ScratchSuite();
  ScratchSuite(const ScratchSuite&) = delete;
  ScratchSuite& operator=(const ScratchSuite&) = delete;

 private:
  ScratchSuite();

  std::string folder_;
};

}  // namespace onething::testing

#endif  // ONETHING_TESTS_SUPPORT_SCRATCH_SUITE_H_
