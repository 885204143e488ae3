#include "libs/cel/conformance.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/cel/conformance_values.h"

namespace onething::cel {
namespace {

constexpr const char* kFiles[] = {"basic", "comparisons", "integer_math", "lists",
                                  "logic", "macros",      "string",       "timestamps"};

std::string SampleFolder() {
  const char* folder = std::getenv("ONETHING_SAMPLES");
  return folder != nullptr ? folder : "../shared/samples/cel";
}

TEST_CASE("every case of the samples passes, but for those that need protobuf messages") {
  if (!std::filesystem::is_directory(SampleFolder())) {
    WARN("skipped: there is no folder " << SampleFolder());
    return;
  }
  for (const char* name : kFiles) {
    const auto report = RunConformanceFile(absl::StrCat(SampleFolder(), "/", name, ".textproto"));
    INFO(name << ": " << report.status().message());
    REQUIRE(report.ok());
    CHECK(report->name == name);
    CHECK(report->Count(CaseOutcome::kPassed) > 0);
    for (const SectionReport& section : report->sections) {
      for (const CaseReport& test : section.cases) {
        INFO(section.name << "/" << test.name << ": " << test.reason);
        CHECK(test.outcome != CaseOutcome::kFailed);
        if (test.outcome == CaseOutcome::kSkipped) CHECK(test.reason == kNeedsMessage);
      }
    }
  }
}

}  // namespace
}  // namespace onething::cel
