#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/cel/conformance.h"
#include "tools/onething/commands.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

using cel::CaseOutcome;

const char* OutcomeName(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::kPassed:
      return "passed";
    case CaseOutcome::kFailed:
      return "failed";
    case CaseOutcome::kSkipped:
      return "skipped";
  }
  return "";
}

// The number of cases with each outcome, of a file or a section.
template <class Report>
nlohmann::json Counts(const Report& report) {
  nlohmann::json counts = {{"name", report.name}};
  for (const auto outcome : {CaseOutcome::kPassed, CaseOutcome::kFailed, CaseOutcome::kSkipped}) {
    counts[OutcomeName(outcome)] = report.Count(outcome);
  }
  return counts;
}

nlohmann::json ToDocument(const std::string& file, const cel::ConformanceReport& report) {
  nlohmann::json document = Counts(report);
  document["file"] = file;
  document["sections"] = nlohmann::json::array();
  for (const cel::SectionReport& section : report.sections) {
    nlohmann::json counts = Counts(section);
    counts["cases"] = nlohmann::json::array();
    for (const cel::CaseReport& test : section.cases) {
      counts["cases"].push_back(
          {{"name", test.name}, {"outcome", OutcomeName(test.outcome)}, {"reason", test.reason}});
    }
    document["sections"].push_back(counts);
  }
  return document;
}

template <class Report>
std::vector<std::string> Row(const std::string& name, const Report& report) {
  return {name, absl::StrCat(report.Count(CaseOutcome::kPassed)),
          absl::StrCat(report.Count(CaseOutcome::kFailed)),
          absl::StrCat(report.Count(CaseOutcome::kSkipped))};
}

void Print(const cel::ConformanceReport& report) {
  TextTable table({report.name, "通过", "失败", "跳过"});
  TextTable reasons({"未通过的用例", "结果", "原因"});
  for (const cel::SectionReport& section : report.sections) {
    table.AddRow(Row(section.name, section));
    for (const cel::CaseReport& test : section.cases) {
      if (test.outcome == CaseOutcome::kPassed) continue;
      const char* outcome = test.outcome == CaseOutcome::kFailed ? "失败" : "跳过";
      reasons.AddRow({absl::StrCat(section.name, "/", test.name), outcome, test.reason});
    }
  }
  table.AddRow(Row("合计", report));
  std::cout << table.ToString() << (reasons.empty() ? "" : reasons.ToString("  ", 100)) << "\n";
}

int RunFiles(const Session& session, const std::vector<std::string>& files) {
  nlohmann::json documents = nlohmann::json::array();
  bool passed = true;
  for (const std::string& file : files) {
    const auto report = cel::RunConformanceFile(file);
    if (!report.ok()) {
      return session.RefuseUsage(absl::StrCat(file, "：", std::string(report.status().message())));
    }
    passed = passed && report->Count(CaseOutcome::kFailed) == 0;
    documents.push_back(ToDocument(file, *report));
    if (!session.options().json) Print(*report);
  }
  session.ShowJson(nlohmann::json{{"passed", passed}, {"files", documents}}.dump(), [] {});
  return passed ? kDone : kRefused;
}

}  // namespace

void AddCelCommands(CLI::App& app, Program* program) {
  CLI::App* noun = app.add_subcommand("cel", "条件表达式（CEL）");
  noun->require_subcommand(1);
  AddVerb(noun, program, "conformance", "运行 CEL 一致性测试文件，不需要服务；有失败时退出码为 1",
          [=](CLI::App& verb) {
            // Shared because the option and what runs both hold it until the program ends.
            auto files = std::make_shared<std::vector<std::string>>();
            verb.add_option("files", *files, "SimpleTestFile 文本格式的文件，可写多个")
                ->required()
                ->type_name("FILE");
            return [=] { return RunFiles(program->session, *files); };
          });
}

}  // namespace onething::tool
