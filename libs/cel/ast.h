// The tree of an expression as the parser makes it, with the macros already replaced. The checker
// adds what the names mean and the types; compile.h turns the result into a program.

#ifndef ONETHING_LIBS_CEL_AST_H_
#define ONETHING_LIBS_CEL_AST_H_

#include <memory>
#include <string>
#include <vector>

#include "libs/cel/function_table.h"
#include "libs/cel/type.h"
#include "libs/cel/value.h"

namespace onething::cel {

enum class ExprKind {
  kConstant,       // value
  kName,           // name, with a leading dot when written so
  kSelect,         // operands[0].name
  kHas,            // has(operands[0].name)
  kIndex,          // operands[0][operands[1]]
  kCall,           // name(operands…), or operands[0].name(…) when is_receiver
  kAnd,            // operands, two or more
  kOr,             // operands, two or more
  kConditional,    // operands[0] ? operands[1] : operands[2]
  kList,           // operands
  kMap,            // operands: key, value, key, value, …
  kComprehension,  // a macro over operands[0], see Macro
  kMessage,        // name{…}: a protobuf message, which is not in the subset
};

// The macros that go over a list, or over the keys of a map, and how their operands stand.
enum class Macro {
  kAll,        // range, condition
  kExists,     // range, condition
  kExistsOne,  // range, condition
  kFilter,     // range, condition
  kMap,        // range, result, or range, condition, result
};

// What a name turned out to mean.
enum class Meaning { kUnknown, kVariable, kLocal, kType };

// A node. Its operands are its own.
struct Expr {
  ExprKind kind = ExprKind::kConstant;
  int offset = 0;  // in the source: of the operator, else of the first character
  int height = 1;  // levels of nodes from here down, at most kDepthMax
  std::string name;
  bool is_receiver = false;
  Macro macro = Macro::kAll;
  Value value;
  std::vector<std::unique_ptr<Expr>> operands;

  // Set by the checker.
  Meaning meaning = Meaning::kUnknown;  // of a name, or of a select that is a name with dots
  int slot = 0;                         // of a variable or local; for a comprehension its local
  Kind type_kind = Kind::kNull;         // of a name that is a type
  Type type;
  std::vector<const Overload*> overloads;  // of a call: those its operands may fit
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_AST_H_
