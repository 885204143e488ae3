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

// The report of one case with these lines.
CaseReport RunOne(const std::string& lines) {
  const auto report = RunConformance(
      absl::StrCat("name: 'file' section { name: 'section' test { name: 'case' ", lines, " } }"));
  INFO(report.status().message());
  REQUIRE(report.ok());
  REQUIRE(report->sections.size() == 1);
  REQUIRE(report->sections[0].cases.size() == 1);
  return report->sections[0].cases[0];
}

TEST_CASE("a case passes when the value is the one it names, of its kind") {
  struct Row {
    const char* lines;
    CaseOutcome outcome;
  };
  const Row rows[] = {
      {"expr: '1 < 2'", CaseOutcome::kPassed},
      {"expr: '1 > 2'", CaseOutcome::kFailed},
      {"expr: '1' value { int64_value: 1 }", CaseOutcome::kPassed},
      {"expr: '1' value { uint64_value: 1 }", CaseOutcome::kFailed},
      {"expr: '[1, 2]' value { list_value { values { int64_value: 1 } } }", CaseOutcome::kFailed},
      {"expr: '0.0 / 0.0' value { double_value: nan }", CaseOutcome::kPassed},
      {"expr: '{1: 2}' value { map_value { entries { key { int64_value: 1 } "
       "value { int64_value: 2 } } } }",
       CaseOutcome::kPassed},
      {"expr: '1 / 0' eval_error { errors { message: 'divide by zero' } }", CaseOutcome::kPassed},
      {"expr: '1 / 1' eval_error { errors { message: 'divide by zero' } }", CaseOutcome::kFailed},
      {"expr: '1 / 0'", CaseOutcome::kFailed},
      {"expr: '1 +'", CaseOutcome::kFailed},
      {"expr: '1.0 == 1'", CaseOutcome::kFailed},
      {"expr: '1.0 == 1' disable_check: true", CaseOutcome::kPassed},
      {"expr: 'x' value { int64_value: 3 } type_env { name: 'x' ident { type { primitive: INT64 } "
       "} } bindings { key: 'x' value { value { int64_value: 3 } } }",
       CaseOutcome::kPassed},
      {"expr: '[]' check_only: true typed_result { deduced_type { list_type { elem_type { dyn {} } "
       "} } }",
       CaseOutcome::kPassed},
      {"expr: '[1]' check_only: true typed_result { deduced_type { primitive: STRING } }",
       CaseOutcome::kFailed},
      {"expr: 'true' a_field_of_next_year { [type.googleapis.com/a.B] { c: <d: [1, 2.5e3]> } }",
       CaseOutcome::kPassed},
  };
  for (const Row& row : rows) {
    INFO(row.lines);
    const CaseReport report = RunOne(row.lines);
    INFO(report.reason);
    CHECK(report.outcome == row.outcome);
    CHECK(report.reason.empty() == (row.outcome == CaseOutcome::kPassed));
  }
}

TEST_CASE("a case that needs more than the subset is skipped with the reason") {
  struct Row {
    const char* lines;
    const char* reason;
  };
  const Row rows[] = {
      {"expr: 'a.B{c: 1} == 1'", kNeedsMessage},
      {"expr: 'TestAllTypes.NestedEnum.BAR'", kNeedsMessage},
      {"expr: 'google.protobuf.Any'", kNeedsMessage},
      {"expr: 'x' type_env { name: 'x' ident { type { message_type: 'a.B' } } }", kNeedsMessage},
      {"expr: 'x' type_env { name: 'x' ident { type { wrapper: INT64 } } }", kNeedsMessage},
      {"expr: 'x' value { object_value { [type.googleapis.com/a.B] { c: 1 } } }", kNeedsMessage},
      {"expr: '1' value { enum_value { type: 'a.B' value: 1 } }", kNeedsMessage},
      {"expr: 'x' bindings { key: 'x' value { unknown {} } }", kNeedsUnknown},
      {"expr: 'x' any_unknowns {}", kNeedsUnknown},
      {"expr: '{}.?a'", kNeedsOptional},
      {"expr: 'math.greatest(1, 2)'", kNeedsExtension},
      {"expr: '\\'a\\'.charAt(0)'", kNeedsExtension},
      {"expr: '[1].all(i, v, v > 0)'", kNeedsTwoVariables},
      {"expr: 'f(1)' type_env { name: 'f' function { overloads { overload_id: 'f' } } }",
       kNeedsFunction},
      {"expr: 'x' type_env { name: 'x' ident { type { abstract_type { name: 'set' } } } }",
       kNeedsAbstractType},
      {"expr: '[].exists(x, x)' disable_macros: true", kNeedsNoMacros},
  };
  for (const Row& row : rows) {
    INFO(row.lines);
    const CaseReport report = RunOne(row.lines);
    CHECK(report.outcome == CaseOutcome::kSkipped);
    CHECK(report.reason == row.reason);
  }
}

TEST_CASE("what is not the text format is refused with its line") {
  for (const char* text :
       {"name: 'a'\nsection {", "name: 'a'\nname: 'b", "a: b\n}", "a\n: [1", "a: 1\n= 2"}) {
    INFO(text);
    const auto report = RunConformance(text);
    CHECK(absl::IsInvalidArgument(report.status()));
    CHECK(report.status().message().substr(0, 6) == "line 2");
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "a {";
  CHECK(absl::IsInvalidArgument(RunConformance(deep).status()));
  CHECK(absl::IsNotFound(RunConformanceFile("/nowhere").status()));
}

}  // namespace
}  // namespace onething::cel
