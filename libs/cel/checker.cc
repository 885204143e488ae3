#include "libs/cel/checker.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/cel/regex.h"
#include "libs/cel/unifier.h"
#include "libs/config/closest_word.h"

namespace onething::cel {
namespace {

// What an operator is called in a message: `+` for `_+_`.
std::string Shown(absl::string_view function) {
  std::string shown(function);
  const auto is_mark = [](char c) { return c == '_' || c == '@'; };
  const bool is_operator = is_mark(shown.front()) || shown.back() == '_';
  if (is_operator) shown.erase(std::remove_if(shown.begin(), shown.end(), is_mark), shown.end());
  return shown;
}

// The name that a chain of selects over a name writes: `a.b.c`; empty for anything else.
std::string NameOf(const Expr& expr) {
  if (expr.kind == ExprKind::kName) return expr.name;
  if (expr.kind != ExprKind::kSelect) return "";
  const std::string operand = NameOf(*expr.operands[0]);
  return operand.empty() ? "" : absl::StrCat(operand, ".", expr.name);
}

class Checker {
 public:
  Checker(absl::string_view source, const Environment& environment, std::vector<Issue>* issues)
      : source_(source), environment_(environment), issues_(issues) {}

  Type Run(Expr* root) {
    const Type type = Visit(root);
    std::stable_sort(issues_->begin(), issues_->end(), [](const Issue& a, const Issue& b) {
      return a.position.offset < b.position.offset;
    });
    return unifier_.Finish(type);
  }

 private:
  struct Local {
    std::string name;
    Type type;
  };

  Type Fault(const Expr& expr, absl::string_view sentence) {
    if (issues_->size() < kIssueCountMax) {
      issues_->push_back({PositionAt(source_, expr.offset), std::string(sentence)});
    }
    return Type::Dyn();
  }

  // A search for the nearest word costs time; what is not said is not searched for.
  std::string DidYouMean(absl::string_view word, const std::vector<std::string>& words) const {
    if (issues_->size() >= kIssueCountMax) return "";
    return config::DidYouMeanTail(word, words);
  }

  std::string Show(const Type& type) const { return unifier_.Finish(type).ToString(); }

  Type Visit(Expr* expr) {
    expr->type = VisitKind(expr);
    return expr->type;
  }

  Type VisitKind(Expr* expr) {
    switch (expr->kind) {
      case ExprKind::kConstant:
        return Type(expr->value.kind());
      case ExprKind::kName:
        return VisitName(expr);
      case ExprKind::kSelect:
        return VisitSelect(expr);
      case ExprKind::kHas:
        FieldOf(*expr, Visit(expr->operands[0].get()));
        return Type(Kind::kBool);
      case ExprKind::kIndex:
        return VisitIndex(expr);
      case ExprKind::kCall:
        return VisitCall(expr);
      case ExprKind::kAnd:
      case ExprKind::kOr:
        for (const auto& operand : expr->operands) Want(Kind::kBool, operand.get(), "逻辑运算");
        return Type(Kind::kBool);
      case ExprKind::kConditional:
        return VisitConditional(expr);
      case ExprKind::kList:
        return VisitList(expr);
      case ExprKind::kMap:
        return VisitMap(expr);
      case ExprKind::kComprehension:
        return VisitComprehension(expr);
      case ExprKind::kMessage:
        for (const auto& operand : expr->operands) Visit(operand.get());
        return Fault(*expr, absl::StrCat("不支持protobuf消息“", expr->name, "”"));
    }
    return Type::Dyn();
  }

  // Visits an operand that has to be of `kind`.
  void Want(Kind kind, Expr* operand, absl::string_view where) {
    const Type type = Visit(operand);
    if (!unifier_.Assign(Type(kind), type)) {
      Fault(*operand, absl::StrCat(where, "需要", KindName(kind), "，此处是", Show(type)));
    }
  }

  // Sets what `name` means; false when it means nothing.
  bool ResolveName(absl::string_view name, Expr* expr) {
    const auto local = std::find_if(locals_.rbegin(), locals_.rend(),
                                    [name](const Local& l) { return l.name == name; });
    if (local != locals_.rend()) {
      expr->meaning = Meaning::kLocal;
      expr->slot = static_cast<int>(std::distance(local, locals_.rend())) - 1;
      expr->type = local->type;
      return true;
    }
    for (const std::string& candidate : environment_.Candidates(name)) {
      if (const std::optional<int> slot = environment_.Find(candidate)) {
        expr->meaning = Meaning::kVariable;
        expr->slot = *slot;
        expr->type = environment_.type_of(*slot);
        return true;
      }
      if (const std::optional<Kind> kind = FindTypeName(candidate)) {
        expr->meaning = Meaning::kType;
        expr->type_kind = *kind;
        expr->type = Type::Of(Type(*kind));
        return true;
      }
    }
    return false;
  }

  Type VisitName(Expr* expr) {
    if (ResolveName(expr->name, expr)) return expr->type;
    std::vector<std::string> known = environment_.Names();
    for (const Local& local : locals_) known.push_back(local.name);
    return Fault(*expr, absl::StrCat("没有变量“", expr->name, "”", DidYouMean(expr->name, known)));
  }

  bool IsLocal(absl::string_view name) const {
    return std::any_of(locals_.begin(), locals_.end(),
                       [name](const Local& local) { return local.name == name; });
  }

  Type VisitSelect(Expr* expr) {
    // A variable or type with dots in its name goes before a field; a local before both.
    const std::string name = NameOf(*expr);
    const bool is_of_local = IsLocal(name.substr(0, name.find('.')));
    if (!name.empty() && !is_of_local && ResolveName(name, expr)) return expr->type;
    return FieldOf(*expr, Visit(expr->operands[0].get()));
  }

  // The type of the field expr.name of a value of type `operand`.
  Type FieldOf(const Expr& expr, const Type& operand) {
    const Type type = unifier_.Resolve(operand);
    switch (type.kind()) {
      case Kind::kRecord: {
        if (const Type* field = type.FindField(expr.name)) return *field;
        std::vector<std::string> known;
        for (const Type::Field& field : type.fields()) known.push_back(field.name);
        return Fault(expr, absl::StrCat("没有字段“", expr.name, "”", DidYouMean(expr.name, known)));
      }
      case Kind::kMap:
        if (!unifier_.Assign(type.key(), Type(Kind::kString))) {
          return Fault(expr, absl::StrCat(Show(type), "的键不是string，不能用点号取值"));
        }
        return type.value();
      case Kind::kDyn:
      case Kind::kVariable:
        return Type::Dyn();
      default:
        return Fault(expr, absl::StrCat(Show(type), "没有字段“", expr.name, "”"));
    }
  }

  Type VisitIndex(Expr* expr) {
    const Type operand = unifier_.Resolve(Visit(expr->operands[0].get()));
    const Expr& index = *expr->operands[1];
    const Type index_type = Visit(expr->operands[1].get());
    if (operand.kind() == Kind::kRecord && index.kind == ExprKind::kConstant &&
        index.value.kind() == Kind::kString) {
      Expr field;
      field.offset = index.offset;
      field.name = index.value.string_value();
      return FieldOf(field, operand);
    }
    const bool is_list = operand.kind() == Kind::kList;
    if (!is_list && operand.kind() != Kind::kMap && operand.kind() != Kind::kRecord) {
      const bool is_open = operand.is_dyn() || operand.kind() == Kind::kVariable;
      return is_open ? Type::Dyn() : Fault(*expr, absl::StrCat(Show(operand), "不能用下标取值"));
    }
    const Type wanted = is_list ? Type(Kind::kInt) : operand.key();
    if (!unifier_.Assign(wanted, index_type)) {
      Fault(index, absl::StrCat("下标需要", Show(wanted), "，此处是", Show(index_type)));
    }
    return is_list ? operand.element() : operand.value();
  }

  Type VisitConditional(Expr* expr) {
    Want(Kind::kBool, expr->operands[0].get(), "条件");
    const Type yes = Visit(expr->operands[1].get());
    const Type no = Visit(expr->operands[2].get());
    const bool is_open = unifier_.Resolve(yes).is_dyn() || unifier_.Resolve(no).is_dyn();
    if (!is_open && !unifier_.Assign(yes, no)) {
      return Fault(*expr, absl::StrCat("条件的两个结果类型不同：", Show(yes), "和", Show(no)));
    }
    return unifier_.Join(yes, no);
  }

  Type VisitList(Expr* expr) {
    if (expr->operands.empty()) return Type::List(unifier_.Fresh());
    std::optional<Type> element;
    for (const auto& operand : expr->operands) {
      const Type type = Visit(operand.get());
      element = element ? unifier_.Join(*element, type) : type;
    }
    return Type::List(*element);
  }

  Type VisitMap(Expr* expr) {
    if (expr->operands.empty()) return Type::Map(unifier_.Fresh(), unifier_.Fresh());
    std::optional<Type> key, value;
    for (size_t i = 0; i < expr->operands.size(); i += 2) {
      const Type key_type = Visit(expr->operands[i].get());
      const Kind kind = unifier_.Resolve(key_type).kind();
      if (!IsKeyKind(kind) && kind != Kind::kDyn && kind != Kind::kVariable) {
        Fault(*expr->operands[i], absl::StrCat(Show(key_type), "不能作键"));
      }
      const Type value_type = Visit(expr->operands[i + 1].get());
      key = key ? unifier_.Join(*key, key_type) : key_type;
      value = value ? unifier_.Join(*value, value_type) : value_type;
    }
    return Type::Map(*key, *value);
  }

  // What a variable of a macro over `range` is: an element of a list, a key of a map.
  Type ElementOf(const Expr& range_expr, const Type& range) {
    switch (range.kind()) {
      case Kind::kList:
        return range.element();
      case Kind::kMap:
      case Kind::kRecord:
        return range.key();
      case Kind::kDyn:
      case Kind::kVariable:
        return Type::Dyn();
      default:
        return Fault(range_expr, absl::StrCat("只能遍历list或map，此处是", Show(range)));
    }
  }

  Type VisitComprehension(Expr* expr) {
    Expr* range = expr->operands[0].get();
    const Type element = ElementOf(*range, unifier_.Resolve(Visit(range)));
    expr->slot = static_cast<int>(locals_.size());
    locals_.push_back({expr->name, element});
    const bool is_map = expr->macro == Macro::kMap;
    const size_t condition_count = expr->operands.size() - (is_map ? 2 : 1);
    for (size_t i = 1; i <= condition_count; ++i)
      Want(Kind::kBool, expr->operands[i].get(), "遍历的条件");
    const Type result = is_map ? Visit(expr->operands.back().get()) : element;
    locals_.pop_back();
    const bool is_list = is_map || expr->macro == Macro::kFilter;
    return is_list ? Type::List(result) : Type(Kind::kBool);
  }

  Type VisitCall(Expr* expr) {
    std::vector<Type> operands;
    for (const auto& operand : expr->operands) operands.push_back(Visit(operand.get()));
    const Function* function = FunctionTable::Standard().Find(expr->name, expr->is_receiver);
    if (function == nullptr) return UnknownFunction(*expr);
    std::optional<Type> result;
    const int base = unifier_.NewBase();
    for (const Overload& overload : function->overloads) {
      if (overload.parameters.size() != operands.size()) continue;
      const size_t mark = unifier_.Mark();
      if (!Matches(overload, base, operands)) continue;
      expr->overloads.push_back(&overload);
      const Type type = unifier_.Resolve(unifier_.Instantiate(overload.result, base));
      result = !result || *result == type ? type : Type::Dyn();
      if (IsDecided(overload, operands)) break;
      unifier_.UndoTo(mark);
    }
    CheckPattern(*expr);
    if (result) return *result;
    KeepAllOverloads(*function, expr);
    return NoOverload(*expr, operands);
  }

  // Without a fitting overload an unchecked expression still tries them all with its values.
  static void KeepAllOverloads(const Function& function, Expr* expr) {
    for (const Overload& overload : function.overloads) {
      if (overload.parameters.size() == expr->operands.size()) expr->overloads.push_back(&overload);
    }
  }

  bool Matches(const Overload& overload, int base, const std::vector<Type>& operands) {
    const size_t mark = unifier_.Mark();
    for (size_t i = 0; i < operands.size(); ++i) {
      if (!unifier_.Assign(unifier_.Instantiate(overload.parameters[i], base), operands[i])) {
        unifier_.UndoTo(mark);
        return false;
      }
    }
    return true;
  }

  // Whether no other overload can fit: the kind of every operand is known.
  bool IsDecided(const Overload& overload, const std::vector<Type>& operands) const {
    for (size_t i = 0; i < operands.size(); ++i) {
      const Kind wanted = overload.parameters[i].kind();
      const Kind given = unifier_.Resolve(operands[i]).kind();
      const bool is_record_map = wanted == Kind::kMap && given == Kind::kRecord;
      if (wanted != given && wanted != Kind::kVariable && wanted != Kind::kDyn && !is_record_map) {
        return false;
      }
    }
    return true;
  }

  Type NoOverload(const Expr& expr, const std::vector<Type>& operands) {
    const std::string shown = absl::StrJoin(
        operands, ", ", [this](std::string* out, const Type& type) { *out += Show(type); });
    return Fault(expr, absl::StrCat("“", Shown(expr.name), "”不适用于(", shown, ")"));
  }

  Type UnknownFunction(const Expr& expr) {
    const FunctionTable& table = FunctionTable::Standard();
    const bool is_other_way = table.Find(expr.name, !expr.is_receiver) != nullptr;
    if (is_other_way) {
      return Fault(expr, absl::StrCat("“", expr.name, "”应写作",
                                      expr.is_receiver ? "f(x)" : "x.f()", "的形式"));
    }
    return Fault(expr, absl::StrCat("没有函数“", expr.name, "”",
                                    DidYouMean(expr.name, table.Names(expr.is_receiver))));
  }

  void CheckPattern(const Expr& expr) {
    if (expr.name != "matches" || expr.operands.size() != 2) return;
    const Expr& pattern = *expr.operands[1];
    if (pattern.kind != ExprKind::kConstant || pattern.value.kind() != Kind::kString) return;
    const auto regex = CompileRegex(pattern.value.string_value());
    if (!regex.ok()) Fault(pattern, std::string(regex.status().message()));
  }

  const absl::string_view source_;
  const Environment& environment_;
  std::vector<Issue>* const issues_;
  Unifier unifier_;
  std::vector<Local> locals_;
};

}  // namespace

Type Check(absl::string_view source, const Environment& environment, Expr* root,
           std::vector<Issue>* issues) {
  return Checker(source, environment, issues).Run(root);
}

}  // namespace onething::cel
