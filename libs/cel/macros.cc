#include "libs/cel/macros.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace onething::cel {
namespace {

struct MacroRow {
  absl::string_view name;
  Macro macro;
  size_t operand_count;  // with the range and the variable
};

constexpr MacroRow kMacros[] = {
    {"all", Macro::kAll, 3},       {"exists", Macro::kExists, 3},
    {"filter", Macro::kFilter, 3}, {"exists_one", Macro::kExistsOne, 3},
    {"map", Macro::kMap, 3},       {"existsOne", Macro::kExistsOne, 3},
    {"map", Macro::kMap, 4},
};

const MacroRow* FindMacro(const Expr& call) {
  for (const MacroRow& row : kMacros) {
    if (row.name == call.name && row.operand_count == call.operands.size()) return &row;
  }
  return nullptr;
}

std::string ExpandHas(Expr* call) {
  Expr& field = *call->operands[0];
  if (field.kind != ExprKind::kSelect) return "has()中应为“对象.字段”的形式";
  field.kind = ExprKind::kHas;
  return "";
}

std::string ExpandComprehension(const MacroRow& row, Expr* call) {
  const Expr& variable = *call->operands[1];
  if (variable.kind != ExprKind::kName || variable.name.front() == '.') {
    return absl::StrCat(row.name, "()的第一个参数应为变量名");
  }
  call->kind = ExprKind::kComprehension;
  call->macro = row.macro;
  call->name = variable.name;
  call->operands.erase(call->operands.begin() + 1);
  return "";
}

}  // namespace

std::string ExpandMacro(std::unique_ptr<Expr>* call) {
  Expr& expr = **call;
  if (!expr.is_receiver && expr.name == "has" && expr.operands.size() == 1) {
    std::string fault = ExpandHas(&expr);
    if (fault.empty()) *call = std::move(expr.operands[0]);
    return fault;
  }
  const MacroRow* row = expr.is_receiver ? FindMacro(expr) : nullptr;
  return row == nullptr ? "" : ExpandComprehension(*row, &expr);
}

}  // namespace onething::cel
