#include "libs/cel/code.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"
#include "libs/cel/evaluator.h"

namespace onething::cel {
namespace {

// What folding one node may cost; dearer ones are left to the evaluation.
constexpr int64_t kFoldingBudget = 1000;

class Generator {
 public:
  explicit Generator(Code* code) : code_(*code) {}

  uint32_t Visit(const Expr& expr) {
    Node node;
    node.offset = expr.offset;
    if (!IsLeaf(expr)) {
      for (const auto& operand : expr.operands) {
        const bool is_local_scope = expr.kind == ExprKind::kComprehension;
        if (is_local_scope) code_.local_count = std::max(code_.local_count, expr.slot + 1);
        node.operands.push_back(Visit(*operand));
      }
    }
    Fill(expr, &node);
    return Add(std::move(node));
  }

 private:
  // Whether the operands, if there are any, are but part of a name, or of a call that must fail.
  static bool IsLeaf(const Expr& expr) {
    const bool is_lost_call = expr.kind == ExprKind::kCall && expr.overloads.empty();
    return expr.meaning != Meaning::kUnknown || expr.kind == ExprKind::kMessage || is_lost_call;
  }

  static void Fail(absl::string_view sentence, Node* node) {
    node->op = Op::kFail;
    node->value = Value::String(sentence);
  }

  static void FillName(const Expr& expr, Node* node) {
    node->slot = expr.slot;
    switch (expr.meaning) {
      case Meaning::kVariable:
        node->op = Op::kVariable;
        return;
      case Meaning::kLocal:
        node->op = Op::kLocal;
        return;
      case Meaning::kType:
        node->value = Value::Type(expr.type_kind);
        return;
      case Meaning::kUnknown:
        return Fail(absl::StrCat("没有变量“", expr.name, "”"), node);
    }
  }

  void FillCall(const Expr& expr, Node* node) const {
    if (expr.overloads.empty()) return Fail(absl::StrCat("没有函数“", expr.name, "”"), node);
    CHECK(expr.operands.size() <= kOperandCountMax);
    node->op = Op::kCall;
    node->overloads = expr.overloads;
    node->value = Value::String(absl::StrCat("“", expr.name, "”不适用于这些值的类型"));
    if (expr.name != "matches") return;
    const Node& pattern = code_.nodes[node->operands[1]];
    if (pattern.op != Op::kConstant || pattern.value.kind() != Kind::kString) return;
    absl::StatusOr<Regex> regex = CompileRegex(pattern.value.string_value());
    if (!regex.ok()) return Fail(std::string(regex.status().message()), node);
    node->op = Op::kMatches;
    node->regex = *std::move(regex);
    node->operands.pop_back();
  }

  void Fill(const Expr& expr, Node* node) const {
    switch (expr.kind) {
      case ExprKind::kConstant:
        node->value = expr.value;
        return;
      case ExprKind::kName:
        return FillName(expr, node);
      case ExprKind::kSelect:
        if (expr.meaning != Meaning::kUnknown) return FillName(expr, node);
        node->op = Op::kSelect;
        node->value = Value::String(expr.name);
        return;
      case ExprKind::kHas:
        node->op = Op::kHas;
        node->value = Value::String(expr.name);
        return;
      case ExprKind::kIndex:
        node->op = Op::kIndex;
        return;
      case ExprKind::kCall:
        return FillCall(expr, node);
      case ExprKind::kAnd:
        node->op = Op::kAnd;
        return;
      case ExprKind::kOr:
        node->op = Op::kOr;
        return;
      case ExprKind::kConditional:
        node->op = Op::kConditional;
        return;
      case ExprKind::kList:
        node->op = Op::kList;
        return;
      case ExprKind::kMap:
        node->op = Op::kMap;
        return;
      case ExprKind::kComprehension:
        node->op = Op::kComprehension;
        node->macro = expr.macro;
        node->slot = expr.slot;
        return;
      case ExprKind::kMessage:
        return Fail("不支持protobuf消息", node);
    }
  }

  bool IsFoldable(const Node& node) const {
    const bool is_leaf = node.op == Op::kConstant || node.op == Op::kVariable ||
                         node.op == Op::kLocal || node.op == Op::kFail;
    return !is_leaf && node.op != Op::kComprehension &&
           std::all_of(node.operands.begin(), node.operands.end(), [this](uint32_t operand) {
             return code_.nodes[operand].op == Op::kConstant;
           });
  }

  uint32_t Add(Node node) {
    const bool is_foldable = IsFoldable(node);
    code_.nodes.push_back(std::move(node));
    if (is_foldable) Fold();
    return static_cast<uint32_t>(code_.nodes.size()) - 1;
  }

  // Replaces the last node and its constant operands by its value, if it has one.
  void Fold() {
    Meter meter(kFoldingBudget);
    Value value = Evaluator(code_, {}, &meter).Run();
    if (meter.is_exhausted() || value.is_error()) return;
    Node constant;
    constant.offset = code_.nodes.back().offset;
    constant.value = std::move(value);
    // The operands were made just before, one node each.
    code_.nodes.resize(code_.nodes.size() - 1 - code_.nodes.back().operands.size());
    code_.nodes.push_back(std::move(constant));
  }

  Code& code_;
};

}  // namespace

Code Generate(absl::string_view source, const Environment& environment, const Expr& root) {
  Code code;
  code.source = std::string(source);
  code.calendar = environment.calendar();
  Generator(&code).Visit(root);
  return code;
}

}  // namespace onething::cel
