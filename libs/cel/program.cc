#include "libs/cel/program.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/cel/checker.h"
#include "libs/cel/code.h"
#include "libs/cel/evaluator.h"
#include "libs/cel/parser.h"
#include "libs/cel/unifier.h"

namespace onething::cel {

Activation::Activation(const Environment& environment)
    : environment_(environment), values_(static_cast<size_t>(environment.variable_count())) {}

bool Activation::Set(absl::string_view name, Value value) {
  const std::optional<int> slot = environment_.Find(name);
  if (!slot || static_cast<size_t>(*slot) >= values_.size()) return false;
  values_[static_cast<size_t>(*slot)] = std::move(value);
  return true;
}

Program::Program(std::shared_ptr<const Code> code, Type type)
    : code_(std::move(code)), type_(std::move(type)) {}

Evaluation Program::Evaluate(const Activation& activation, int64_t budget) const {
  Meter meter(budget);
  Value value = Evaluator(*code_, activation.values_, &meter).Run();
  const int64_t cost = budget - meter.left();
  if (meter.is_exhausted()) {
    return {absl::ResourceExhaustedError(absl::StrCat("表达式的计算超出限额", budget)), {}, cost};
  }
  if (!value.is_error()) return {std::move(value), {}, cost};
  const Error& error = value.error();
  const Issue issue = {PositionAt(code_->source, error.offset), error.sentence};
  return {absl::InvalidArgumentError(issue.Format()), issue.position, cost};
}

// The one who may make programs.
struct Compiler {
  static Program Make(absl::string_view source, const Environment& environment, const Expr& root,
                      Type type) {
    return Program(std::make_shared<const Code>(Generate(source, environment, root)),
                   std::move(type));
  }
};

Compilation Compile(absl::string_view source, const Environment& environment,
                    const CompileOptions& options) {
  Compilation result;
  const std::unique_ptr<Expr> root = Parse(source, &result.issues);
  if (root == nullptr) return result;
  Type type = Check(source, environment, root.get(), &result.issues);
  if (!options.is_checked) {
    result.issues.clear();
    type = Type::Dyn();
  }
  if (result.issues.empty() && !Unifier().Assign(options.result, type)) {
    result.issues.push_back(
        {PositionAt(source, root->offset),
         absl::StrCat("表达式的结果应为", options.result.ToString(), "，实为", type.ToString())});
  }
  if (result.issues.empty()) {
    result.program = Compiler::Make(source, environment, *root, std::move(type));
  }
  return result;
}

}  // namespace onething::cel
