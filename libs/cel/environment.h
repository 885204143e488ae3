// Environment: what an expression may speak of: its variables with their types, and the calendar
// of the working days. The values come with each evaluation (Activation in program.h).

#ifndef ONETHING_LIBS_CEL_ENVIRONMENT_H_
#define ONETHING_LIBS_CEL_ENVIRONMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/calendar/calendar.h"
#include "libs/cel/type.h"

namespace onething::cel {

// The names known to expressions. Filled once, then only read; an environment outlives its
// programs' compilation, the calendar outlives the programs.
class Environment {
 public:
  // `calendar` is what workingDays() counts by; without one every call of it is an error.
  explicit Environment(const calendar::Calendar* calendar = nullptr) : calendar_(calendar) {}

  // Declares the variable `name`, which may have dots in it. False when it is declared already.
  bool Declare(absl::string_view name, Type type);

  // The name `a.b` before which names are looked up first: in it `c` may be `a.b.c`, `a.c` or `c`.
  void set_container(absl::string_view container) { container_ = std::string(container); }

  // The place of a variable by its full name, counted from 0; nullopt where it is not declared.
  std::optional<int> Find(absl::string_view name) const;

  // The full names that `name` may stand for, the nearest first. One with a leading dot stands for
  // itself only.
  std::vector<std::string> Candidates(absl::string_view name) const;

  const Type& type_of(int slot) const { return variables_[static_cast<size_t>(slot)].type; }
  const std::string& name_of(int slot) const { return variables_[static_cast<size_t>(slot)].name; }
  int variable_count() const { return static_cast<int>(variables_.size()); }
  std::vector<std::string> Names() const;
  const calendar::Calendar* calendar() const { return calendar_; }

 private:
  struct Variable {
    std::string name;
    Type type;
  };

  const calendar::Calendar* const calendar_;
  std::string container_;
  std::vector<Variable> variables_;
  absl::flat_hash_map<std::string, int> slots_;
};

// The kind that the name of a type stands for, such as `int` and `google.protobuf.Duration`;
// nullopt for any other name.
std::optional<Kind> FindTypeName(absl::string_view name);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_ENVIRONMENT_H_
