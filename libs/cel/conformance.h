// Runs files of the conformance suite of CEL (SimpleTestFile, text format). A case that needs what
// the subset does not have is skipped with the reason; nothing in a file keeps the others from
// being run.

#ifndef ONETHING_LIBS_CEL_CONFORMANCE_H_
#define ONETHING_LIBS_CEL_CONFORMANCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace onething::cel {

enum class CaseOutcome { kPassed, kFailed, kSkipped };

// One case.
struct CaseReport {
  std::string name;
  CaseOutcome outcome = CaseOutcome::kPassed;
  std::string reason;  // of a failure or a skip, in plain English
};

struct SectionReport {
  std::string name;
  std::vector<CaseReport> cases;

  int Count(CaseOutcome outcome) const;
};

struct ConformanceReport {
  std::string name;  // the file's own
  std::vector<SectionReport> sections;

  int Count(CaseOutcome outcome) const;
};

// Runs all cases of the text of a file. INVALID_ARGUMENT with the line when it is not the text
// format.
absl::StatusOr<ConformanceReport> RunConformance(absl::string_view text);

// The same for the file at `path`; NOT_FOUND when it cannot be read.
absl::StatusOr<ConformanceReport> RunConformanceFile(const std::string& path);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_CONFORMANCE_H_
