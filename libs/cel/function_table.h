// The functions and operators an expression may call: one table of names, overloads, types and
// implementations. Adding a function is adding a row; nothing else needs to know it.

#ifndef ONETHING_LIBS_CEL_FUNCTION_TABLE_H_
#define ONETHING_LIBS_CEL_FUNCTION_TABLE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/calendar/calendar.h"
#include "libs/cel/meter.h"
#include "libs/cel/type.h"
#include "libs/cel/value.h"

namespace onething::cel {

// What a function is given beside its operands.
struct CallContext {
  Meter& meter;
  const calendar::Calendar* calendar;  // null pointer where the environment has none
  int offset;                          // of the call, for errors

  // The error of this call with a Chinese sentence.
  Value Fail(absl::string_view sentence) const {
    return Value::OfError({std::string(sentence), offset});
  }
};

// Works on operands of the kinds of its overload, as many as that has. It is pure: the result
// depends on the operands and the calendar only. Where the meter is exhausted the result does not
// matter.
using Implementation = Value (*)(const CallContext& context, const Value* operands);

// One signature of a function. In it Type::Variable(0) and (1) are any types, the same everywhere.
struct Overload {
  std::vector<Type> parameters;
  Type result;
  Implementation run;

  // Whether `operands`, as many as there are parameters, are of the kinds this takes.
  bool Takes(const Value* operands) const;
};

// One row: a function under a name, called f(x) or, as a receiver, x.f().
struct Function {
  std::string name;
  bool is_receiver = false;
  std::vector<Overload> overloads;
};

// The table. Constant after construction and safe to read from several threads.
class FunctionTable {
 public:
  // All there are: the standard ones of CEL and those of the trade.
  static const FunctionTable& Standard();

  // The row, null pointer when there is none.
  const Function* Find(absl::string_view name, bool is_receiver) const;

  // The names that may be written f(x), or x.f(), operators left out; sorted.
  std::vector<std::string> Names(bool is_receiver) const;

  // Adds a row, or the overloads to the row that is there. For the files of functions only.
  void Add(Function function);

 private:
  absl::flat_hash_map<std::string, Function> functions_;
  absl::flat_hash_map<std::string, Function> receivers_;
};

// The files of functions; each adds its rows.
void AddOperators(FunctionTable* table);
void AddTextFunctions(FunctionTable* table);
void AddConversions(FunctionTable* table);
void AddTimeFunctions(FunctionTable* table);
void AddTradeFunctions(FunctionTable* table);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_FUNCTION_TABLE_H_
