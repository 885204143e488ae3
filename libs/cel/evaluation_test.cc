#include <catch2/catch.hpp>
#include <thread>

#include "libs/cel/test_expression.h"

namespace onething::cel {
namespace {

struct Row {
  const char* source;
  const char* result;
};

template <size_t n>
void CheckRows(const Row (&rows)[n], const std::vector<Bound>& variables = {},
               bool is_checked = true) {
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(Evaluated(row.source, variables, nullptr, is_checked) == row.result);
  }
}

TEST_CASE("integers overflow into errors and doubles into infinities") {
  const Row rows[] = {
      {"9223372036854775807 + 1", "第1行第21列：整数运算超出范围"},
      {"-9223372036854775808 - 1", "第1行第22列：整数运算超出范围"},
      {"-(-9223372036854775808)", "第1行第1列：整数运算超出范围"},
      {"-9223372036854775808 / -1", "第1行第22列：整数运算超出范围"},
      {"-9223372036854775808 % -1", "第1行第22列：整数运算超出范围"},
      {"5000000000 * 5000000000", "第1行第12列：整数运算超出范围"},
      {"0u - 1u", "第1行第4列：整数运算超出范围"},
      {"18446744073709551615u + 1u", "第1行第23列：整数运算超出范围"},
      {"1 / 0", "第1行第3列：除数为零"},
      {"1u % 0u", "第1行第4列：除数为零"},
      {"-7 / 2", "-3"},
      {"-7 % 2", "-1"},
      {"1.0 / 0.0", "double inf"},
      {"-1.0 / 0.0", "double -inf"},
      {"0.0 / 0.0 == 0.0 / 0.0", "false"},
      {"- 5", "-5"},
      {"0xFF + 0x01", "256"},
      {"1 + 2 * 3 - 4", "3"},
  };
  CheckRows(rows);
}

TEST_CASE("conditions absorb the errors the other side decides") {
  const Row rows[] = {
      {"true || 1 / 0 > 0", "true"},
      {"1 / 0 > 0 || true", "true"},
      {"1 / 0 > 0 || false", "第1行第3列：除数为零"},
      {"1 / 0 > 0 && false", "false"},
      {"1 / 0 > 0 && true", "第1行第3列：除数为零"},
      {"false || false || 1 / 0 > 0 || true", "true"},
      {"true ? 1 : 1 / 0", "1"},
      {"1 / 0 > 0 ? 1 : 2", "第1行第3列：除数为零"},
      {"[0, 1].exists(x, 1 / x == 1)", "true"},
      {"[0, 1].all(x, 1 / x == 2)", "false"},
      {"[0].all(x, 1 / x == 2)", "第1行第14列：除数为零"},
      {"[1, 0].exists_one(x, 1 / x == 1)", "第1行第24列：除数为零"},
  };
  CheckRows(rows);
}

TEST_CASE("numbers of different kinds are compared by their value") {
  const Row rows[] = {
      {"dyn(1) == 1.0", "true"},
      {"dyn(1u) == 1", "true"},
      {"1 < 1.5", "true"},
      {"-1 < 0u", "true"},
      {"dyn(18446744073709551615u) > 9223372036854775807", "true"},
      {"dyn(1) == '1'", "false"},
      {"dyn(3) in [1.0, 3.0]", "true"},
      {"{1: 'a'}[dyn(1u)]", "'a'"},
      {"{1u: 'a'}[dyn(1.0)]", "'a'"},
      {"dyn(1.5) in {1: 'a'}", "false"},
      {"dyn(-1) in {18446744073709551615u: 'a'}", "false"},
      {"[1, 2] == dyn([1.0, 2u])", "true"},
      {"{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"},
      {"{dyn(1): 1, dyn(1u): 2}", "第1行第1列：键重复"},
      {"{'a': 1, 'a': 2}", "第1行第1列：键重复"},
  };
  CheckRows(rows);
}

TEST_CASE("text counts in characters and bytes in bytes") {
  const Row rows[] = {
      {"size('办成一件事')", "5"},
      {"size(b'办')", "3"},
      {"'一件事'.size()", "3"},
      {"'高效办成一件事'.contains('一件')", "true"},
      {"'abc'.matches('^a.c$')", "true"},
      {"matches('abc', 'd')", "false"},
      {"'a' + 'b'", "'ab'"},
      {"string(b'\\xff')", "第1行第1列：字节串不是UTF-8文字"},
      {"b'a' + b'\\x62'", "b'ab'"},
      {"'\\u4e00' == '一'", "true"},
      {"r'\\n'.size()", "2"},
      {"'''a'b'''", "'a'b'"},
      {"\"a\" // rest", "'a'"},
  };
  CheckRows(rows);
}

TEST_CASE("conversions refuse what they cannot hold") {
  const Row rows[] = {
      {"int('-42')", "-42"},
      {"int(' 42')", "第1行第1列：不能转换为int：值超出范围或写法有误"},
      {"int(9223372036854775808u)", "第1行第1列：不能转换为int：值超出范围或写法有误"},
      {"int(1e99)", "第1行第1列：不能转换为int：值超出范围或写法有误"},
      {"int(-3.9)", "-3"},
      {"uint(-1)", "第1行第1列：不能转换为uint：值超出范围或写法有误"},
      {"uint('7')", "7u"},
      {"double('2.5')", "double 2.5"},
      {"double('x')", "第1行第1列：不能转换为double：值超出范围或写法有误"},
      {"double('1e999')", "第1行第1列：不能转换为double：值超出范围或写法有误"},
      {"bool('True')", "true"},
      {"bool('yes')", "第1行第1列：不能转换为bool：值超出范围或写法有误"},
      {"string(1.5)", "'1.5'"},
      {"string(true)", "'true'"},
      {"string(duration('1h30m0.5s'))", "'5400.5s'"},
      {"string(duration('-1.5s'))", "'-1.5s'"},
      {"duration('1µs2µs') == duration('3us')", "true"},
      {"string(timestamp(0))", "'1970-01-01T00:00:00Z'"},
      {"type(1)", "int"},
      {"type(type(1)) == type", "true"},
      {"timestamp('2026-03-02')", "第1行第1列：不能转换为timestamp：值超出范围或写法有误"},
      {"timestamp('2026-02-30T00:00:00Z')",
       "第1行第1列：不能转换为timestamp：值超出范围或写法有误"},
      {"duration('inf')", "第1行第1列：不能转换为duration：值超出范围或写法有误"},
  };
  CheckRows(rows);
}

TEST_CASE("parts of times are those of the zone") {
  const Row rows[] = {
      {"timestamp('2026-03-01T20:00:00Z').getDate('Asia/Shanghai')", "2"},
      {"timestamp('2026-03-01T20:00:00Z').getDate('+08:00')", "2"},
      {"timestamp('2026-03-01T20:00:00Z').getHours('08:00')", "4"},
      {"timestamp('2026-03-01T20:00:00Z').getDayOfWeek()", "0"},
      {"timestamp('2026-03-01T20:00:00Z').getDate('../../etc/passwd')",
       "第1行第35列：没有这个时区"},
      {"timestamp('2026-03-01T20:00:00Z').getDate('+25:00')", "第1行第35列：没有这个时区"},
      {"timestamp('2026-03-01T00:00:00Z') - timestamp('2026-02-28T00:00:00Z') == "
       "duration('24h')",
       "true"},
      {"duration('90m').getHours()", "1"},
  };
  CheckRows(rows);
}

TEST_CASE("macros go over lists and the keys of maps") {
  const Row rows[] = {
      {"[1, 2, 3].filter(x, x > 1)", "[2, 3]"},
      {"[1, 2, 3].map(x, x * x)", "[1, 4, 9]"},
      {"[1, 2, 3].map(x, x > 1, x * x)", "[4, 9]"},
      {"{'a': 1, 'b': 2}.map(k, k)", "['a', 'b']"},
      {"[[1, 2], [3]].map(x, x.map(x, x + 1))", "[[2, 3], [4]]"},
      {"[1, 2].exists(x, [2, 3].exists(y, x == y))", "true"},
      {"has({'a': 1}.a) && !has({'a': 1}.b)", "true"},
      {"{'a': {'b': 3}}.a.b", "3"},
      {"{'a': 1}.b", "第1行第9列：没有键“b”"},
      {"[1][1]", "第1行第4列：下标超出范围"},
      {"[[1, 2], [3]][0].map(x, [x])[1][0]", "2"},
  };
  CheckRows(rows);
}

TEST_CASE("a variable may be anything its caller gives it, and none at all") {
  const std::vector<Bound> variables = {
      {"n", Type(Kind::kInt), Value::String("not a number")},
      {"form", Type::Dyn(), Value::OfMap({{"name", Value::String("张三")}})},
  };
  CheckRows({{"n + 1", "第1行第3列：“_+_”不适用于这些值的类型"}}, variables);
  CheckRows({{"form.name.size()", "2"}, {"form.age > 18 || form.name == '张三'", "true"}},
            variables);
  CHECK(Evaluated("n.x", variables, nullptr, false) == "第1行第2列：只有map能用点号取值");
  Environment environment;
  environment.Declare("x", Type(Kind::kInt));
  const Compilation compiled = Compile("x > 1", environment);
  REQUIRE(compiled.program);
  const Evaluation result = compiled.program->Evaluate(Activation(environment));
  CHECK(absl::IsInvalidArgument(result.value.status()));
  CHECK(result.value.status().message() == "第1行第1列：变量没有值");
}

TEST_CASE("an unchecked expression fails where it goes wrong, not before") {
  CheckRows({{"unknown || true", "true"},
             {"f(1) || true", "true"},
             {"'a' && 'b'", "第1行第5列：逻辑运算需要bool"},
             {"1.0 == 1", "true"},
             {"!0", "第1行第1列：“!_”不适用于这些值的类型"},
             {"f(1)", "第1行第1列：没有函数“f”"}},
            {}, /*is_checked=*/false);
}

TEST_CASE("names with dots and containers are found, the longest first") {
  Environment environment;
  environment.set_container("a.b");
  environment.Declare("a.b.x", Type(Kind::kInt));
  environment.Declare("a.x", Type(Kind::kInt));
  environment.Declare("y", Type(Kind::kInt));
  Activation activation(environment);
  activation.Set("a.b.x", Value::Int(1));
  activation.Set("a.x", Value::Int(2));
  activation.Set("y", Value::Int(3));
  for (const Row& row : {Row{"x", "1"}, {"a.x", "2"}, {".a.x", "2"}, {".y", "3"}, {"y", "3"}}) {
    INFO(row.source);
    const Compilation compiled = Compile(row.source, environment);
    INFO(FormatIssues(compiled.issues));
    REQUIRE(compiled.program);
    CHECK(Shown(*compiled.program->Evaluate(activation).value) == row.result);
  }
}

TEST_CASE("a program is evaluated by several threads at once") {
  Environment environment;
  environment.Declare("n", Type(Kind::kInt));
  const Compilation compiled =
      Compile("['a', 'b'].map(x, x + string(n)).exists(x, x.matches('a[0-9]+'))", environment);
  REQUIRE(compiled.program);
  std::vector<std::thread> threads;
  std::vector<int> counts(4);
  for (int& count : counts) {
    threads.emplace_back([&] {
      Activation activation(environment);
      for (int i = 0; i < 200; ++i) {
        activation.Set("n", Value::Int(i));
        if (compiled.program->Evaluate(activation).value->bool_value()) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : counts) CHECK(count == 200);
}

}  // namespace
}  // namespace onething::cel
