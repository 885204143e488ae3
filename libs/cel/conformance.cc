#include "libs/cel/conformance.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/status.h"
#include "libs/cel/checker.h"
#include "libs/cel/conformance_values.h"
#include "libs/cel/parser.h"
#include "libs/cel/program.h"

namespace onething::cel {
namespace {

// A status of these functions says: UNIMPLEMENTED, skip the case; any other code, it failed.
absl::Status Skip(absl::string_view reason) { return absl::UnimplementedError(reason); }
absl::Status Failed(absl::string_view reason) { return absl::InternalError(reason); }

// What calls are named, and called on, that only extension libraries have.
constexpr absl::string_view kExtensionFunctions[] = {
    "base64",    "bind",           "block",      "charAt", "cidr",        "distinct",   "first",
    "flatten",   "format",         "getExt",     "hasExt", "hasValue",    "indexOf",    "ip",
    "isIP",      "isCIDR",         "join",       "last",   "lastIndexOf", "lowerAscii", "none",
    "of",        "ofNonZeroValue", "optFlatMap", "optMap", "or",          "orValue",    "quote",
    "range",     "replace",        "reverse",    "slice",  "sort",        "sortBy",     "split",
    "substring", "trim",           "upperAscii", "value"};
// Macros that, where they were left as calls, have two variables.
constexpr absl::string_view kTwoVariableMacros[] = {
    "all",           "exists",       "existsOne",        "exists_one",
    "transformList", "transformMap", "transformMapEntry"};
constexpr absl::string_view kExtensionNamespaces[] = {
    "math", "base64", "sets", "optional", "cel", "proto", "lists", "strings", "json", "net", "ip"};

template <size_t n>
bool IsOneOf(absl::string_view word, const absl::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool IsCapital(absl::string_view name) {
  return !name.empty() && absl::ascii_isupper(name.front());
}

absl::Status CheckCall(const Expr& call) {
  if (IsCapital(call.name)) return Skip(kNeedsMessage);
  if (FunctionTable::Standard().Find(call.name, call.is_receiver) != nullptr) {
    return absl::OkStatus();
  }
  const Expr* receiver = call.is_receiver ? call.operands[0].get() : nullptr;
  const bool is_in_namespace = receiver != nullptr && receiver->kind == ExprKind::kName &&
                               receiver->meaning == Meaning::kUnknown &&
                               IsOneOf(receiver->name, kExtensionNamespaces);
  if (is_in_namespace || IsOneOf(call.name, kExtensionFunctions)) return Skip(kNeedsExtension);
  if (IsOneOf(call.name, kTwoVariableMacros)) return Skip(kNeedsTwoVariables);
  return absl::OkStatus();
}

// Whether a checked expression uses what the subset does not have.
absl::Status CheckSubset(const Expr& expr) {
  if (expr.kind == ExprKind::kMessage) return Skip(kNeedsMessage);
  if (expr.kind == ExprKind::kCall) RETURN_IF_ERROR(CheckCall(expr));
  const bool is_name = expr.kind == ExprKind::kName || expr.kind == ExprKind::kSelect;
  if (is_name && expr.meaning != Meaning::kUnknown) return absl::OkStatus();
  if (expr.kind == ExprKind::kName) {
    const absl::string_view name = absl::StripPrefix(expr.name, ".");
    if (IsCapital(name) || name == "google" || name == "cel") return Skip(kNeedsMessage);
  }
  for (const auto& operand : expr.operands) RETURN_IF_ERROR(CheckSubset(*operand));
  return absl::OkStatus();
}

// One case, made ready.
struct Case {
  std::string source;
  Environment environment;
  std::vector<std::pair<std::string, Value>> bindings;
  bool is_checked = true;
  bool is_check_only = false;
  bool wants_error = false;
  Value wanted = Value::Bool(true);  // where the case does not say
  std::optional<Type> wanted_type;
};

absl::Status ReadDeclaration(const TextField& field, Case* test) {
  const TextField* ident = field.Find("ident");
  if (ident == nullptr) return Skip(kNeedsFunction);
  const TextField* type_field = ident->Find("type");
  if (type_field == nullptr) return Failed("a declaration without a type");
  ASSIGN_OR_RETURN(Type type, ReadConformanceType(*type_field));
  test->environment.Declare(field.Get("name"), std::move(type));
  return absl::OkStatus();
}

absl::Status ReadBinding(const TextField& field, Case* test) {
  const TextField* bound = field.Find("value");
  if (bound == nullptr) return Failed("a binding without a value");
  if (bound->Find("unknown") != nullptr) return Skip(kNeedsUnknown);
  const TextField* value_field = bound->Find("value");
  if (value_field == nullptr) return Skip("binds a variable to an error");
  ASSIGN_OR_RETURN(Value value, ReadConformanceValue(*value_field));
  test->bindings.emplace_back(std::string(field.Get("key")), std::move(value));
  return absl::OkStatus();
}

absl::Status ReadWanted(const TextField& field, Case* test) {
  if (absl::StrContains(field.name, "unknown")) return Skip(kNeedsUnknown);
  if (absl::StrContains(field.name, "eval_error")) test->wants_error = true;
  const TextField* value = field.name == "value" ? &field : nullptr;
  if (field.name == "typed_result") {
    value = field.Find("result");
    if (const TextField* type = field.Find("deduced_type")) {
      ASSIGN_OR_RETURN(test->wanted_type, ReadConformanceType(*type));
    }
  }
  if (value != nullptr) {
    ASSIGN_OR_RETURN(test->wanted, ReadConformanceValue(*value));
  }
  return absl::OkStatus();
}

absl::Status ReadCase(const TextField& field, Case* test) {
  test->source = std::string(field.Get("expr"));
  test->is_checked = !field.IsTrue("disable_check");
  test->is_check_only = field.IsTrue("check_only");
  if (field.IsTrue("disable_macros")) return Skip(kNeedsNoMacros);
  test->environment.set_container(field.Get("container"));
  for (const TextField& part : field.fields) {
    if (part.name == "type_env") RETURN_IF_ERROR(ReadDeclaration(part, test));
    if (part.name == "bindings") RETURN_IF_ERROR(ReadBinding(part, test));
    RETURN_IF_ERROR(ReadWanted(part, test));
  }
  for (const auto& [name, value] : test->bindings) test->environment.Declare(name, Type::Dyn());
  return absl::OkStatus();
}

absl::Status CheckParse(const Case& test) {
  for (const absl::string_view mark : {".?", "[?", "{?"}) {
    if (absl::StrContains(test.source, mark)) return Skip(kNeedsOptional);
  }
  std::vector<Issue> issues;
  const std::unique_ptr<Expr> root = Parse(test.source, &issues);
  if (root == nullptr) {
    // The blocks of the extension put calls where macros have their variables.
    if (absl::StrContains(test.source, "cel.iterVar(")) return Skip(kNeedsExtension);
    return Failed(absl::StrCat("does not parse: ", FormatIssues(issues)));
  }
  Check(test.source, test.environment, root.get(), &issues);
  return CheckSubset(*root);
}

absl::Status CheckType(const Case& test, const Type& type) {
  if (!test.wanted_type || test.wanted_type->ToString() == type.ToString()) return absl::OkStatus();
  return Failed(
      absl::StrCat("the type is ", type.ToString(), ", not ", test.wanted_type->ToString()));
}

absl::Status CheckEvaluation(const Case& test, const Program& program) {
  Activation activation(test.environment);
  for (const auto& [name, value] : test.bindings) activation.Set(name, value);
  const Evaluation result = program.Evaluate(activation);
  if (test.wants_error) {
    const bool is_error = absl::IsInvalidArgument(result.value.status());
    return is_error ? absl::OkStatus() : Failed("an error is expected");
  }
  if (!result.value.ok()) return Failed(std::string(result.value.status().message()));
  if (IsSameValue(*result.value, test.wanted)) return absl::OkStatus();
  return Failed(absl::StrCat("another value, of kind ", KindName(result.value->kind())));
}

absl::Status RunCase(const TextField& field) {
  Case test;
  RETURN_IF_ERROR(ReadCase(field, &test));
  RETURN_IF_ERROR(CheckParse(test));
  const Compilation compiled =
      Compile(test.source, test.environment, {.is_checked = test.is_checked});
  if (!compiled.program) {
    return Failed(absl::StrCat("is refused: ", FormatIssues(compiled.issues)));
  }
  if (test.is_checked) RETURN_IF_ERROR(CheckType(test, compiled.program->type()));
  return test.is_check_only ? absl::OkStatus() : CheckEvaluation(test, *compiled.program);
}

CaseReport Report(const TextField& field) {
  const absl::Status status = RunCase(field);
  const CaseOutcome outcome = status.ok()                     ? CaseOutcome::kPassed
                              : absl::IsUnimplemented(status) ? CaseOutcome::kSkipped
                                                              : CaseOutcome::kFailed;
  return {std::string(field.Get("name")), outcome, std::string(status.message())};
}

}  // namespace

int SectionReport::Count(CaseOutcome outcome) const {
  return static_cast<int>(
      std::count_if(cases.begin(), cases.end(),
                    [outcome](const CaseReport& report) { return report.outcome == outcome; }));
}

int ConformanceReport::Count(CaseOutcome outcome) const {
  int count = 0;
  for (const SectionReport& section : sections) count += section.Count(outcome);
  return count;
}

absl::StatusOr<ConformanceReport> RunConformance(absl::string_view text) {
  ASSIGN_OR_RETURN(const TextField file, ParseTextTree(text));
  ConformanceReport report;
  report.name = std::string(file.Get("name"));
  for (const TextField& section : file.fields) {
    if (section.name != "section") continue;
    SectionReport& section_report = report.sections.emplace_back();
    section_report.name = std::string(section.Get("name"));
    for (const TextField& test : section.fields) {
      if (test.name == "test") section_report.cases.push_back(Report(test));
    }
  }
  return report;
}

absl::StatusOr<ConformanceReport> RunConformanceFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError("无法读取");
  return RunConformance(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace onething::cel
