#include "libs/cel/parser.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/cel/lexer.h"
#include "libs/cel/macros.h"

namespace onething::cel {
namespace {

using ExprPtr = std::unique_ptr<Expr>;

// Words that are no names. The first four are operators and constants; the others are kept free by
// the language definition, and may be fields.
constexpr absl::string_view kKeywords[] = {"false", "in", "null", "true"};
constexpr absl::string_view kReserved[] = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

template <size_t n>
bool IsOneOf(absl::string_view word, const absl::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// The operators with two operands, the loosest first; equal levels bind to the left.
struct BinaryOperator {
  absl::string_view text;
  int level;
  absl::string_view function;
};
constexpr int kOrLevel = 1, kAndLevel = 2;
constexpr BinaryOperator kBinaryOperators[] = {
    {"||", kOrLevel, ""}, {"&&", kAndLevel, ""}, {"==", 3, "_==_"}, {"!=", 3, "_!=_"},
    {"<", 3, "_<_"},      {"<=", 3, "_<=_"},     {">", 3, "_>_"},   {">=", 3, "_>=_"},
    {"in", 3, "@in"},     {"+", 4, "_+_"},       {"-", 4, "_-_"},   {"*", 5, "_*_"},
    {"/", 5, "_/_"},      {"%", 5, "_%_"},
};

// Every function returns a null pointer once a fault was found; the first one is kept.
class Parser {
 public:
  Parser(absl::string_view source, std::vector<Token> tokens, std::vector<Issue>* issues)
      : source_(source), tokens_(std::move(tokens)), issues_(issues) {}

  ExprPtr Run() {
    ExprPtr expr = ParseExpr();
    if (expr != nullptr && Peek().kind != TokenKind::kEnd) return FaultHere("此处多余");
    return expr;
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& Next() {
    const Token& token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool IsOperator(absl::string_view text) const {
    return Peek().kind == TokenKind::kOperator && Peek().text == text;
  }
  bool TakeOperator(absl::string_view text) {
    if (!IsOperator(text)) return false;
    Next();
    return true;
  }

  ExprPtr Fault(int offset, absl::string_view sentence) {
    if (!has_fault_) issues_->push_back({PositionAt(source_, offset), std::string(sentence)});
    has_fault_ = true;
    return nullptr;
  }
  ExprPtr FaultHere(absl::string_view sentence) {
    const Token& token = Peek();
    return Fault(token.offset, token.kind == TokenKind::kEnd
                                   ? absl::StrCat("表达式不完整：", sentence)
                                   : absl::StrCat("“", token.text, "”：", sentence));
  }
  bool Expect(absl::string_view text) {
    if (TakeOperator(text)) return true;
    FaultHere(absl::StrCat("应为“", text, "”"));
    return false;
  }

  // A node above `operands`; a null pointer when one of those is, or when it stands too high.
  ExprPtr Make(ExprKind kind, int offset, std::vector<ExprPtr> operands) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->offset = offset;
    for (const ExprPtr& operand : operands) {
      if (operand == nullptr) return nullptr;
      expr->height = std::max(expr->height, operand->height + 1);
    }
    expr->operands = std::move(operands);
    if (expr->height > kDepthMax) return TooDeep(offset);
    return expr;
  }
  template <class... Operands>
  ExprPtr MakeOf(ExprKind kind, int offset, Operands... operands) {
    std::vector<ExprPtr> all;
    (all.push_back(std::move(operands)), ...);
    return Make(kind, offset, std::move(all));
  }
  ExprPtr Named(ExprPtr expr, absl::string_view name) {
    if (expr != nullptr) expr->name = std::string(name);
    return expr;
  }
  ExprPtr TooDeep(int offset) {
    return Fault(offset, absl::StrCat("表达式嵌套过深，最多", kDepthMax, "层"));
  }

  // expr = binary ["?" binary ":" expr]
  ExprPtr ParseExpr() {
    if (depth_ >= kDepthMax) return TooDeep(Peek().offset);
    ++depth_;
    ExprPtr expr = ParseBinary(kOrLevel);
    const int offset = Peek().offset;
    if (expr != nullptr && TakeOperator("?")) {
      ExprPtr yes = ParseBinary(kOrLevel);
      ExprPtr no = yes != nullptr && Expect(":") ? ParseExpr() : nullptr;
      expr = MakeOf(ExprKind::kConditional, offset, std::move(expr), std::move(yes), std::move(no));
    }
    --depth_;
    return expr;
  }

  const BinaryOperator* PeekBinary(int level_min) const {
    for (const BinaryOperator& op : kBinaryOperators) {
      const bool is_word = op.text == "in" && Peek().kind == TokenKind::kName;
      const bool is_here =
          Peek().text == op.text && (is_word || Peek().kind == TokenKind::kOperator);
      if (is_here) return op.level >= level_min ? &op : nullptr;
    }
    return nullptr;
  }

  // binary = unary {operator binary}, by levels
  ExprPtr ParseBinary(int level_min) {
    ExprPtr left = ParseUnary();
    while (left != nullptr) {
      const BinaryOperator* op = PeekBinary(level_min);
      if (op == nullptr) break;
      const int offset = Next().offset;
      ExprPtr right = ParseBinary(op->level + 1);
      left = op->level <= kAndLevel
                 ? Join(op->level == kOrLevel ? ExprKind::kOr : ExprKind::kAnd, offset,
                        std::move(left), std::move(right))
                 : Named(MakeOf(ExprKind::kCall, offset, std::move(left), std::move(right)),
                         op->function);
    }
    return left;
  }

  // a || b || c is one node: a long row of conditions is not deep.
  ExprPtr Join(ExprKind kind, int offset, ExprPtr left, ExprPtr right) {
    if (right == nullptr) return nullptr;
    const bool is_row = left->kind == kind;
    if (!is_row) return MakeOf(kind, offset, std::move(left), std::move(right));
    left->height = std::max(left->height, right->height + 1);
    if (left->height > kDepthMax) return TooDeep(offset);
    left->operands.push_back(std::move(right));
    return left;
  }

  // unary = {"!"} member | {"-"} member; two of a kind cancel each other by evaluation only
  ExprPtr ParseUnary() {
    if (!IsOperator("!") && !IsOperator("-")) return ParseMember();
    const Token& op = Next();
    if (op.text == "-" && IsNumber(Peek())) return ParsePostfix(ParseNegativeNumber(op.offset));
    if (depth_ >= kDepthMax) return TooDeep(op.offset);
    ++depth_;
    ExprPtr operand = ParseUnary();
    --depth_;
    return Named(MakeOf(ExprKind::kCall, op.offset, std::move(operand)),
                 op.text == "!" ? "!_" : "-_");
  }

  static bool IsNumber(const Token& token) {
    return token.kind == TokenKind::kMinimum ||
           (token.kind == TokenKind::kLiteral &&
            (token.value.kind() == Kind::kInt || token.value.kind() == Kind::kDouble));
  }

  // member = primary {"." name ["(" args ")"] | "[" expr "]"}
  ExprPtr ParseMember() { return ParsePostfix(ParsePrimary()); }

  ExprPtr ParsePostfix(ExprPtr expr) {
    while (expr != nullptr) {
      const int offset = Peek().offset;
      if (TakeOperator(".")) {
        expr = ParseDot(offset, std::move(expr));
      } else if (TakeOperator("[")) {
        ExprPtr index = ParseExpr();
        if (index != nullptr && !Expect("]")) return nullptr;
        expr = MakeOf(ExprKind::kIndex, offset, std::move(expr), std::move(index));
      } else {
        break;
      }
    }
    return expr;
  }

  ExprPtr ParseDot(int offset, ExprPtr operand) {
    const Token& name = Peek();
    const bool is_quoted = name.kind == TokenKind::kQuotedName;
    if (!is_quoted && (name.kind != TokenKind::kName || IsOneOf(name.text, kKeywords))) {
      return FaultHere("点号后应为字段名");
    }
    Next();
    if (is_quoted || !TakeOperator("(")) {
      return Named(MakeOf(ExprKind::kSelect, offset, std::move(operand)), name.text);
    }
    std::vector<ExprPtr> operands;
    operands.push_back(std::move(operand));
    return ParseCall(name.offset, name.text, /*is_receiver=*/true, std::move(operands));
  }

  // The rest of a call behind its opening parenthesis.
  ExprPtr ParseCall(int offset, absl::string_view name, bool is_receiver,
                    std::vector<ExprPtr> operands) {
    if (!ParseList(")", &operands)) return nullptr;
    ExprPtr call = Named(Make(ExprKind::kCall, offset, std::move(operands)), name);
    if (call == nullptr) return nullptr;
    call->is_receiver = is_receiver;
    const std::string fault = ExpandMacro(&call);
    return fault.empty() ? std::move(call) : Fault(offset, fault);
  }

  // Expressions with commas between, the last comma allowed where brackets close, and `close`.
  bool ParseList(absl::string_view close, std::vector<ExprPtr>* out) {
    while (!TakeOperator(close)) {
      out->push_back(ParseExpr());
      if (out->back() == nullptr) return false;
      const bool has_comma = TakeOperator(",");
      if (has_comma && (close != ")" || !IsOperator(close))) continue;
      if (has_comma || !Expect(close)) {
        FaultHere("逗号后应为参数");
        return false;
      }
      return true;
    }
    return true;
  }

  ExprPtr ParseMapLiteral(int offset) {
    std::vector<ExprPtr> operands;
    while (!TakeOperator("}")) {
      operands.push_back(ParseExpr());
      if (operands.back() == nullptr || !Expect(":")) return nullptr;
      operands.push_back(ParseExpr());
      if (operands.back() == nullptr) return nullptr;
      if (TakeOperator(",")) continue;
      if (!Expect("}")) return nullptr;
      break;
    }
    return Make(ExprKind::kMap, offset, std::move(operands));
  }

  ExprPtr Constant(int offset, Value value) {
    ExprPtr expr = Make(ExprKind::kConstant, offset, {});
    expr->value = std::move(value);
    return expr;
  }

  ExprPtr ParseNegativeNumber(int offset) {
    const Token& token = Next();
    if (token.kind == TokenKind::kMinimum) return Constant(offset, Value::Int(INT64_MIN));
    if (token.value.kind() == Kind::kDouble) {
      return Constant(offset, Value::Double(-token.value.double_value()));
    }
    return Constant(offset, Value::Int(-token.value.int_value()));
  }

  ExprPtr ParsePrimary() {
    const Token& token = Peek();
    if (token.kind == TokenKind::kMinimum) return FaultHere("整数超出范围");
    if (token.kind == TokenKind::kLiteral) return Constant(Next().offset, token.value);
    if (token.kind == TokenKind::kName) return ParseName("");
    if (TakeOperator(".")) return ParseName(".");
    if (TakeOperator("(")) {
      ExprPtr expr = ParseExpr();
      if (expr == nullptr || !Expect(")")) return nullptr;
      return expr;
    }
    if (TakeOperator("[")) {
      std::vector<ExprPtr> operands;
      if (!ParseList("]", &operands)) return nullptr;
      return Make(ExprKind::kList, token.offset, std::move(operands));
    }
    if (TakeOperator("{")) return ParseMapLiteral(token.offset);
    return FaultHere("此处应为值、变量或函数");
  }

  // A constant word, a variable, a call, or the name of a message before its fields.
  ExprPtr ParseName(absl::string_view dot) {
    const Token& token = Peek();
    if (token.kind != TokenKind::kName) return FaultHere("点号后应为名称");
    const absl::string_view word = token.text;
    if (word == "in" || IsOneOf(word, kReserved)) return FaultHere("是保留字，不能作名称");
    Next();
    if (dot.empty() && word == "null") return Constant(token.offset, Value());
    if (dot.empty() && (word == "true" || word == "false")) {
      return Constant(token.offset, Value::Bool(word == "true"));
    }
    if (TakeOperator("(")) return ParseCall(token.offset, word, /*is_receiver=*/false, {});
    if (IsMessage()) return ParseMessage(token, dot);
    return Named(Make(ExprKind::kName, token.offset, {}), absl::StrCat(dot, word));
  }

  // Whether, after a name, more of it and an opening brace follow: `.b.C{`.
  bool IsMessage() const {
    size_t ahead = 0;
    while (Peek(ahead).text == "." && Peek(ahead + 1).kind == TokenKind::kName) ahead += 2;
    return Peek(ahead).kind == TokenKind::kOperator && Peek(ahead).text == "{";
  }

  // Reads the fields as well, so that the refusal is the checker's and a reader of foreign
  // expressions can tell them apart.
  ExprPtr ParseMessage(const Token& first, absl::string_view dot) {
    std::string name = absl::StrCat(dot, first.text);
    while (!TakeOperator("{")) absl::StrAppend(&name, Next().text);
    std::vector<ExprPtr> operands;
    while (!TakeOperator("}")) {
      const TokenKind kind = Next().kind;
      if (kind != TokenKind::kName && kind != TokenKind::kQuotedName) {
        return FaultHere("此处应为字段名");
      }
      if (!Expect(":")) return nullptr;
      operands.push_back(ParseExpr());
      if (operands.back() == nullptr) return nullptr;
      if (TakeOperator(",")) continue;
      if (!Expect("}")) return nullptr;
      break;
    }
    return Named(Make(ExprKind::kMessage, first.offset, std::move(operands)), name);
  }

  const absl::string_view source_;
  const std::vector<Token> tokens_;
  std::vector<Issue>* const issues_;
  size_t at_ = 0;
  int depth_ = 0;  // of calls of ParseExpr and ParseUnary
  bool has_fault_ = false;
};

}  // namespace

std::unique_ptr<Expr> Parse(absl::string_view source, std::vector<Issue>* issues) {
  std::vector<Token> tokens = Tokenize(source, issues);
  if (!issues->empty()) return nullptr;
  return Parser(source, std::move(tokens), issues).Run();
}

}  // namespace onething::cel
