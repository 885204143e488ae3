// Code: a compiled expression as the evaluator walks it. Names are places, constants are folded,
// regular expressions that are written out are compiled. For program.cc and its helpers only.

#ifndef ONETHING_LIBS_CEL_CODE_H_
#define ONETHING_LIBS_CEL_CODE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "libs/cel/ast.h"
#include "libs/cel/environment.h"
#include "libs/cel/function_table.h"
#include "libs/cel/regex.h"
#include "libs/cel/value.h"

namespace onething::cel {

// A call has at most so many operands; no function of the table takes more.
inline constexpr size_t kOperandCountMax = 3;

enum class Op : uint8_t {
  kConstant,       // value
  kVariable,       // slot of the activation
  kLocal,          // slot of the locals
  kSelect,         // operand . value
  kHas,            // has(operand . value)
  kIndex,          // operand [ operand ]
  kCall,           // overloads; value: the sentence when none takes the operands
  kMatches,        // operand, regex
  kAnd,            // operands
  kOr,             // operands
  kConditional,    // three operands
  kList,           // operands
  kMap,            // operands: key, value, …
  kComprehension,  // macro, slot; operands as in ast.h
  kFail,           // value: the sentence
};

// One step. Operands are places in Code::nodes, all smaller than the step's own.
struct Node {
  Op op = Op::kConstant;
  Macro macro = Macro::kAll;
  int offset = 0;
  int slot = 0;
  Value value;
  std::vector<uint32_t> operands;
  std::vector<const Overload*> overloads;
  Regex regex;
};

// The whole; the last node is the root. Constant once made, safe to read from several threads.
struct Code {
  std::string source;
  const calendar::Calendar* calendar = nullptr;
  std::vector<Node> nodes;
  int local_count = 0;
};

// The code of a checked expression. What the checker found no meaning for fails when it is reached.
Code Generate(absl::string_view source, const Environment& environment, const Expr& root);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_CODE_H_
