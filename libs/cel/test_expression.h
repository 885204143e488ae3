// For tests of this folder only: an expression compiled and evaluated in one line.

#ifndef ONETHING_LIBS_CEL_TEST_EXPRESSION_H_
#define ONETHING_LIBS_CEL_TEST_EXPRESSION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/cel/program.h"

namespace onething::cel {

// A variable with its type and value.
struct Bound {
  std::string name;
  Type type;
  Value value;
};

// What the expression comes to with these variables: a value of CEL as text (`3`, `'a'`, `[1]`),
// or the sentence of its first fault or its error.
inline std::string Shown(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Kind::kInt:
      return absl::StrCat(value.int_value());
    case Kind::kUint:
      return absl::StrCat(value.uint_value(), "u");
    case Kind::kDouble:
      return absl::StrCat("double ", value.double_value());
    case Kind::kString:
      return absl::StrCat("'", value.string_value(), "'");
    case Kind::kBytes:
      return absl::StrCat("b'", value.bytes_value(), "'");
    case Kind::kType:
      return std::string(KindName(value.type_value()));
    case Kind::kList: {
      std::string text = "[";
      for (const Value& element : value.list_value())
        absl::StrAppend(&text, text.size() > 1 ? ", " : "", Shown(element));
      return text + "]";
    }
    default:
      return std::string(KindName(value.kind()));
  }
}

inline std::string Evaluated(absl::string_view source, const std::vector<Bound>& variables = {},
                             const calendar::Calendar* calendar = nullptr, bool is_checked = true) {
  Environment environment(calendar);
  for (const Bound& bound : variables) environment.Declare(bound.name, bound.type);
  const Compilation compiled = Compile(source, environment, {.is_checked = is_checked});
  if (!compiled.program) return FormatIssues(compiled.issues);
  Activation activation(environment);
  for (const Bound& bound : variables) activation.Set(bound.name, bound.value);
  const Evaluation result = compiled.program->Evaluate(activation);
  return result.value.ok() ? Shown(*result.value) : std::string(result.value.status().message());
}

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_TEST_EXPRESSION_H_
