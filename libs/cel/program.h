// Program: an expression compiled once and evaluated often. The way in for users of this library:
// declare an Environment, Compile, fill an Activation, Evaluate.

#ifndef ONETHING_LIBS_CEL_PROGRAM_H_
#define ONETHING_LIBS_CEL_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/cel/environment.h"
#include "libs/cel/source.h"
#include "libs/cel/type.h"
#include "libs/cel/value.h"

namespace onething::cel {

struct Code;

// What one evaluation may cost where the caller does not say: a few milliseconds and at most a
// few megabytes. A condition of ten operations costs about thirty.
inline constexpr int64_t kDefaultBudget = 100'000;

// The values of an environment's variables for one evaluation. Not for use from two threads while
// it is filled.
class Activation {
 public:
  // No variable has a value yet. The environment is the one the programs are compiled with, and
  // outlives this.
  explicit Activation(const Environment& environment);

  // Gives a variable its value. False when it is not declared. A value of another type than the
  // declared one is no crash: what it does not fit is an error when it is reached.
  bool Set(absl::string_view name, Value value);

 private:
  friend class Program;

  const Environment& environment_;
  std::vector<std::optional<Value>> values_;
};

// What an evaluation came to.
struct Evaluation {
  // The value. INVALID_ARGUMENT when the expression's value is an error, such as a division by zero
  // that no `||` absorbed; RESOURCE_EXHAUSTED when the budget was used up. The message is
  // `第1行第5列：…`.
  absl::StatusOr<Value> value;
  // Where the error happened; the begin when there is none.
  Position position;
  // What was used of the budget.
  int64_t cost = 0;
};

// A compiled expression. Immutable; copies share it; safe to use from several threads.
class Program {
 public:
  // The type of the values it has; dyn where only the values decide.
  const Type& type() const { return type_; }

  // The value for these variables. It depends on them, and on the calendar and time zone data,
  // only: what is to know the time is given it as a variable.
  Evaluation Evaluate(const Activation& activation, int64_t budget = kDefaultBudget) const;

 private:
  friend struct Compiler;

  Program(std::shared_ptr<const Code> code, Type type);

  std::shared_ptr<const Code> code_;  // shared by the copies
  Type type_;
};

struct CompileOptions {
  // The type the value must have, dyn for any.
  Type result = Type::Dyn();
  // Without the check, what is unknown or does not fit is an error when it is reached. For the
  // conformance suite; bundles are always checked.
  bool is_checked = true;
};

// A program, or else what is wrong.
struct Compilation {
  std::optional<Program> program;
  std::vector<Issue> issues;  // in the order of the text; empty when there is a program
};

// Compiles `source` for the variables of `environment`. Time and memory are in proportion to the
// length of the text, at most kSourceSizeMax.
Compilation Compile(absl::string_view source, const Environment& environment,
                    const CompileOptions& options = {});

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_PROGRAM_H_
