#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/cel/test_expression.h"

namespace onething::cel {
namespace {

std::string Repeated(absl::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) absl::StrAppend(&all, text);
  return all;
}

TEST_CASE("no nesting takes the parser deeper than its limit") {
  const std::string deep[] = {
      Repeated("(", 4999) + "1" + Repeated(")", 4999),
      Repeated("(", 10'000),
      Repeated("[", 10'000),
      Repeated("{1:", 3000),
      Repeated("!", 9999) + "a",
      Repeated("-", 9999) + "a",
      "a" + Repeated(".a", 4000),
      "a" + Repeated("[0]", 3000),
      "1" + Repeated("+1", 4000),
      Repeated("true?1:", 1400) + "1",
      Repeated("a ? ", 2000),
      Repeated("f(", 4000),
      "a" + Repeated(".f()", 2000),
      Repeated("[1].map(x,", 900) + "1" + Repeated(")", 900),
      Repeated("a{b:", 2000),
      Repeated("'", 9999),
      Repeated("\\", 9999),
  };
  for (const std::string& source : deep) {
    INFO(source.substr(0, 20));
    Environment environment;
    environment.Declare("a", Type::Dyn());
    const Compilation compiled = Compile(source, environment);
    CHECK_FALSE(compiled.program);
    CHECK_FALSE(compiled.issues.empty());
  }
}

TEST_CASE("what stays within the limits is no fault") {
  CHECK(Evaluated(Repeated("(", 90) + "1" + Repeated(")", 90)) == "1");
  CHECK(Evaluated("1" + Repeated(" + 1", 90)) == "91");
  CHECK(Evaluated("false" + Repeated(" || false", 1000) + " || true") == "true");
  CHECK(Evaluated(Repeated("true ? 1 : ", 90) + "2") == "1");
  CHECK(Evaluated(Repeated("!", 80) + "true") == "true");
}

TEST_CASE("an expression that is too long is refused") {
  CHECK(Evaluated("'" + Repeated("a", 9'999) + "'") ==
        "第1行第1列：表达式最长10000字节，实为10001字节");
  CHECK(absl::StrContains(Evaluated(Repeated(" ", 1'000'000)), "表达式最长10000字节"));
}

// What an expression with a large value in it costs.
Evaluation Run(absl::string_view source, Value value, int64_t budget = kDefaultBudget) {
  Environment environment;
  environment.Declare("x", Type::Dyn());
  const Compilation compiled = Compile(source, environment);
  INFO(FormatIssues(compiled.issues));
  REQUIRE(compiled.program);
  Activation activation(environment);
  activation.Set("x", std::move(value));
  return compiled.program->Evaluate(activation, budget);
}

TEST_CASE("what grows out of hand stops at the budget") {
  std::string doubled = "['x']";
  for (int i = 0; i < 30; ++i) doubled += ".map(s, s + s)";
  std::string lists = "[x]";
  for (int i = 0; i < 30; ++i) lists += ".map(s, s + s)";
  const std::string ten = "[0,1,2,3,4,5,6,7,8,9]";
  std::string product = "1";
  for (int i = 0; i < 9; ++i) product = absl::StrCat(ten, ".map(a", i, ", ", product, ")");
  const std::string all = absl::StrCat(ten, ".all(a, ", ten, ".all(b, ", ten, ".all(c, ", ten,
                                       ".all(d, ", ten, ".all(e, ", ten, ".all(f, true))))))");
  const std::string absorbed = absl::StrCat("true && (", product, " == [] || true)");
  for (const std::string& source : {doubled, lists, product, all, absorbed}) {
    INFO(source.substr(0, 60));
    const Evaluation result = Run(source, Value::OfList({Value::Int(1)}));
    CHECK(absl::IsResourceExhausted(result.value.status()));
    CHECK(result.value.status().message() == "表达式的计算超出限额100000");
    CHECK(result.cost == kDefaultBudget);
  }
}

TEST_CASE("work on large values costs in proportion") {
  const Value text = Value::String(std::string(1'000'000, 'a'));
  for (const char* source : {"x.size() > 0", "x.contains('b')", "x.matches('a*b')", "x == x + 'b'",
                             "x + x == x", "bytes(x) == b''", "x < x", "{x: 1} == {}", "x in {}",
                             "inRegion(x, '46')", "age('2000-01-01', x)"}) {
    INFO(source);
    const Evaluation result = Run(source, text, 1'000);
    CHECK(absl::IsResourceExhausted(result.value.status()));
  }
  CHECK(Run("x.startsWith('b')", Value::String("abc"), 100).cost < 10);
  const Value list = Value::OfList(List(10'000, Value::Int(1)));
  for (const char* source : {"2 in x", "x == x", "x + x == []", "x.all(e, e > 0)"}) {
    INFO(source);
    CHECK(absl::IsResourceExhausted(Run(source, list, 1'000).value.status()));
  }
}

TEST_CASE("a regular expression neither blows up nor takes all memory") {
  const Value text = Value::String(std::string(5'000, 'a'));
  const Evaluation slow = Run("x.matches('^(a+)+$')", text);
  REQUIRE(slow.value.ok());
  CHECK(slow.value->bool_value());
  CHECK(Evaluated("'a'.matches('((a{100}){100}){100}')") ==
        "第1行第13列：正则表达式有误：invalid repetition size: {100}");
  const Evaluation large = Run("'a'.matches(x)", Value::String(Repeated("x{900}", 100)));
  CHECK(absl::IsInvalidArgument(large.value.status()));
  const Evaluation long_pattern = Run("'a'.matches(x)", text);
  CHECK(absl::IsInvalidArgument(long_pattern.value.status()));
  CHECK(Run("'a'.matches(x)", Value::String("[")).value.status().message() ==
        "第1行第5列：正则表达式有误：missing ]: [");
}

TEST_CASE("a value nested deeper than any expression is not compared to its end") {
  Value deep = Value::OfList({});
  for (int i = 0; i < 5'000; ++i) deep = Value::OfList({deep});
  CHECK(absl::IsResourceExhausted(Run("x == x", deep).value.status()));
  CHECK(Run("size(x) == 1", deep).value.ok());
}

TEST_CASE("random text neither crashes nor hangs") {
  constexpr unsigned kSeed = 20261123;
  INFO("seed " << kSeed);
  const char* pieces[] = {"1",         "x",         "'a'",   "b'\\xff'", "1.5",     "2u",
                          "null",      "(",         ")",     "[",        "]",       "{",
                          "}",         ",",         ":",     "?",        ".",       "+",
                          "-",         "*",         "/",     "%",        "!",       "<",
                          "==",        "in",        "&&",    "||",       ".map(e,", ".all(e,",
                          "has(",      "e",         "size(", "type(",    "dyn(",    "timestamp(",
                          "duration(", ".matches(", "age(",  "int(",     "\xE4",    "'"};
  std::mt19937 random(kSeed);
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    const int count = 1 + static_cast<int>(random() % 12);
    for (int i = 0; i < count; ++i) source += pieces[random() % std::size(pieces)];
    const std::string checked = Evaluated(source, {{"x", Type::Dyn(), Value::Int(1)}});
    const std::string unchecked =
        Evaluated(source, {{"x", Type::Dyn(), Value::Int(1)}}, nullptr, false);
    CHECK((checked != "" && unchecked != ""));
  }
}

}  // namespace
}  // namespace onething::cel
