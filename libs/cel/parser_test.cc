#include "libs/cel/parser.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "libs/cel/test_expression.h"

namespace onething::cel {
namespace {

// The tree as text: calls and selects with their operands in parentheses.
std::string Tree(const Expr& expr) {
  std::string text;
  switch (expr.kind) {
    case ExprKind::kConstant:
      return Shown(expr.value);
    case ExprKind::kName:
      return expr.name;
    case ExprKind::kAnd:
      text = "and";
      break;
    case ExprKind::kOr:
      text = "or";
      break;
    case ExprKind::kConditional:
      text = "if";
      break;
    case ExprKind::kIndex:
      text = "index";
      break;
    case ExprKind::kHas:
      text = absl::StrCat("has ", expr.name);
      break;
    case ExprKind::kSelect:
      text = absl::StrCat("select ", expr.name);
      break;
    case ExprKind::kComprehension:
      text = absl::StrCat("over ", expr.name);
      break;
    default:
      text = expr.name;
  }
  std::string operands;
  for (const auto& operand : expr.operands)
    absl::StrAppend(&operands, operands.empty() ? "" : ", ", Tree(*operand));
  return absl::StrCat(text, "(", operands, ")");
}

TEST_CASE("operators bind as the language says") {
  struct Row {
    const char* source;
    const char* tree;
  };
  const Row rows[] = {
      {"1 + 2 * 3", "_+_(1, _*_(2, 3))"},
      {"1 - 2 - 3", "_-_(_-_(1, 2), 3)"},
      {"a || b && c || d", "or(a, and(b, c), d)"},
      {"a ? b : c ? d : e", "if(a, b, if(c, d, e))"},
      {"!a.b[1]", "!_(index(select b(a), 1))"},
      {"-a + -1", "_+_(-_(a), -1)"},
      {"a in b == c", "_==_(@in(a, b), c)"},
      {"a.b(1).c", "select c(b(a, 1))"},
      {"has(a.b.c)", "has c(select b(a))"},
      {"a.exists(x, x > 1)", "over x(a, _>_(x, 1))"},
      {"a.package", "select package(a)"},
      {"a.`b-c/d`", "select b-c/d(a)"},
      {"[1, 2,]", "(1, 2)"},
      {"{'a': 1, 'b': 2,}", "('a', 1, 'b', 2)"},
      {"- 1", "-1"},
      {"1-1", "_-_(1, 1)"},
      {"2.5e-3", "double 0.0025"},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    std::vector<Issue> issues;
    const auto expr = Parse(row.source, &issues);
    INFO(FormatIssues(issues));
    REQUIRE(expr != nullptr);
    CHECK(Tree(*expr) == row.tree);
  }
}

TEST_CASE("what is no expression is refused at its first fault") {
  struct Row {
    const char* source;
    const char* issue;
  };
  const Row rows[] = {
      {"", "第1行第1列：表达式不完整：此处应为值、变量或函数"},
      {"1 +", "第1行第4列：表达式不完整：此处应为值、变量或函数"},
      {"(1", "第1行第3列：表达式不完整：应为“)”"},
      {"1 2", "第1行第3列：“2”：此处多余"},
      {"f(1,)", "第1行第5列：“)”：逗号后应为参数"},
      {"a.1", "第1行第2列：“.1”：此处多余"},
      {"a.in", "第1行第3列：“in”：点号后应为字段名"},
      {"for", "第1行第1列：“for”：是保留字，不能作名称"},
      {"'abc", "第1行第1列：文字没有结束的引号"},
      {"'a\nb'", "第1行第1列：文字没有结束的引号"},
      {"'\\q'", "第1行第1列：不认识的转义符\\q"},
      {"'\\ud800'", "第1行第1列：转义符写的不是Unicode字符"},
      {"b'\\u0041'", "第1行第1列：字节串中不能用\\u和\\U转义"},
      {"'\\x4'", "第1行第1列：转义符\\x后的数字不完整"},
      {"9223372036854775808", "第1行第1列：“9223372036854775808”：整数超出范围"},
      {"99999999999999999999", "第1行第1列：整数超出范围"},
      {"1e999", "第1行第1列：小数超出范围"},
      {"12abc", "第1行第1列：数字后面紧跟着字母"},
      {"a @ b", "第1行第3列：不认识的字符“@”"},
      {"has(a)", "第1行第1列：has()中应为“对象.字段”的形式"},
      {"a.all(1, true)", "第1行第3列：all()的第一个参数应为变量名"},
      {"'甲' +\n'乙' 'x'", "第2行第5列：“'x'”：此处多余"},
      {"\xff", "第1行第1列：表达式不是UTF-8文字"},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    std::vector<Issue> issues;
    CHECK(Parse(row.source, &issues) == nullptr);
    CHECK(FormatIssues(issues) == row.issue);
  }
}

TEST_CASE("a place is counted in bytes and in characters") {
  const Position position = PositionAt("'一'\n 二x", 10);
  CHECK(position.offset == 10);
  CHECK(position.line == 2);
  CHECK(position.column == 3);
}

}  // namespace
}  // namespace onething::cel
