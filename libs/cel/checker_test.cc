#include "libs/cel/checker.h"

#include <catch2/catch.hpp>

#include "libs/cel/program.h"

namespace onething::cel {
namespace {

Environment FormEnvironment() {
  Environment environment;
  environment.Declare(
      "form", Type::Record({{"name", Type(Kind::kString)},
                            {"birth_date", Type(Kind::kString)},
                            {"children", Type::List(Type::Record({{"age", Type(Kind::kInt)}}))}}));
  environment.Declare("now", Type(Kind::kTimestamp));
  environment.Declare("anything", Type::Dyn());
  return environment;
}

TEST_CASE("the type of an expression is found out") {
  struct Row {
    const char* source;
    const char* type;
  };
  const Row rows[] = {
      {"1 + 2", "int"},
      {"[]", "list(dyn)"},
      {"[1, 2]", "list(int)"},
      {"[1, 'a']", "list(dyn)"},
      {"[] + [1]", "list(int)"},
      {"[[], [1]]", "list(list(int))"},
      {"{'a': 1}", "map(string, int)"},
      {"{}", "map(dyn, dyn)"},
      {"form.name", "string"},
      {"form['name']", "string"},
      {"form.children[0].age", "int"},
      {"form.children.map(c, c.age * 2)", "list(int)"},
      {"form.children.filter(c, c.age > 18).size()", "int"},
      {"anything.a.b", "dyn"},
      {"anything + 1", "int"},
      {"now - duration('1h')", "google.protobuf.Timestamp"},
      {"now - now", "google.protobuf.Duration"},
      {"type(1)", "type(int)"},
      {"true ? [] : ['a']", "list(string)"},
      {"'name' in form", "bool"},
      {"size(form)", "int"},
  };
  const Environment environment = FormEnvironment();
  for (const Row& row : rows) {
    INFO(row.source);
    const Compilation compiled = Compile(row.source, environment);
    INFO(FormatIssues(compiled.issues));
    REQUIRE(compiled.program);
    CHECK(compiled.program->type().ToString() == row.type);
  }
}

TEST_CASE("what does not fit is refused with its place and the nearest name") {
  struct Row {
    const char* source;
    const char* issues;
  };
  const Row rows[] = {
      {"form.nane == 'x'", "第1行第5列：没有字段“nane”；是否想写“name”？"},
      {"form['nane']", "第1行第6列：没有字段“nane”；是否想写“name”？"},
      {"has(form.nome)", "第1行第9列：没有字段“nome”；是否想写“name”？"},
      {"from.name == ''", "第1行第1列：没有变量“from”；是否想写“form”？"},
      {"form.name == 1", "第1行第11列：“==”不适用于(string, int)"},
      {"form.name + 1", "第1行第11列：“+”不适用于(string, int)"},
      {"!form.name", "第1行第1列：“!”不适用于(string)"},
      {"1 && true", "第1行第1列：逻辑运算需要bool，此处是int"},
      {"form.name ? 1 : 2", "第1行第5列：条件需要bool，此处是string"},
      {"true ? 1 : 'a'", "第1行第6列：条件的两个结果类型不同：int和string"},
      {"form.name.startWith('a')", "第1行第11列：没有函数“startWith”；是否想写“startsWith”？"},
      {"contains('a', 'b')", "第1行第1列：“contains”应写作x.f()的形式"},
      {"form.name[0]", "第1行第10列：string不能用下标取值"},
      {"form.children['a']", "第1行第15列：下标需要int，此处是string"},
      {"form.name.all(x, true)", "第1行第5列：只能遍历list或map，此处是string"},
      {"[1].filter(x, x)", "第1行第15列：遍历的条件需要bool，此处是int"},
      {"[1].map(x, x) && y",
       "第1行第5列：逻辑运算需要bool，此处是list(int)\n"
       "第1行第18列：没有变量“y”"},
      {"form.name.matches('a(')", "第1行第19列：正则表达式有误：missing ): a("},
      {"{1.5: 2}", "第1行第2列：double不能作键"},
      {"a.B{c: 1}", "第1行第1列：不支持protobuf消息“a.B”"},
      {"办 == 1", "第1行第1列：不认识的字符“办”"},
      {"'一二' ==\n  form.x", "第2行第7列：没有字段“x”"},
      {"age(form.birth_date)", "第1行第1列：“age”不适用于(string)"},
  };
  const Environment environment = FormEnvironment();
  for (const Row& row : rows) {
    INFO(row.source);
    const Compilation compiled = Compile(row.source, environment);
    CHECK_FALSE(compiled.program);
    CHECK(FormatIssues(compiled.issues) == row.issues);
  }
}

TEST_CASE("a condition has to be a bool") {
  const Environment environment = FormEnvironment();
  const CompileOptions condition = {.result = Type(Kind::kBool)};
  CHECK(Compile("form.name == ''", environment, condition).program);
  CHECK(Compile("anything", environment, condition).program);
  CHECK(FormatIssues(Compile("form.name", environment, condition).issues) ==
        "第1行第5列：表达式的结果应为bool，实为string");
}

TEST_CASE("a text with very many faults gives a few of them") {
  std::string source = "form.a0";
  for (int i = 1; i < 500; ++i) source += " || form.b" + std::to_string(i);
  CHECK(Compile(source, FormEnvironment()).issues.size() == kIssueCountMax);
}

}  // namespace
}  // namespace onething::cel
