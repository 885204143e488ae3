// Functions of text and of sizes: size contains startsWith endsWith matches.

#include <string.h>

#include "absl/strings/match.h"
#include "libs/cel/function_table.h"
#include "libs/cel/regex.h"
#include "libs/cel/source.h"

namespace onething::cel {
namespace {

Value SizeOfText(const CallContext& context, const Value* v) {
  const std::string& text = v[0].string_value();
  context.meter.ChargeBytes(text.size());
  return Value::Int(static_cast<int64_t>(CountCharacters(text)));
}

Value SizeOf(size_t size) { return Value::Int(static_cast<int64_t>(size)); }

bool ContainsText(absl::string_view text, absl::string_view part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

using TextTest = bool (*)(absl::string_view text, absl::string_view part);

template <TextTest test>
Value RunTest(const CallContext& context, const Value* v) {
  const std::string& text = v[0].string_value();
  const std::string& part = v[1].string_value();
  if (!context.meter.ChargeBytes(text.size() + part.size())) return Value();
  return Value::Bool(test(text, part));
}

bool StartsWith(absl::string_view text, absl::string_view part) {
  return absl::StartsWith(text, part);
}
bool EndsWith(absl::string_view text, absl::string_view part) { return absl::EndsWith(text, part); }

// A pattern that is only known now; one that is written out was compiled with the program.
Value RunMatches(const CallContext& context, const Value* v) {
  const std::string& text = v[0].string_value();
  const std::string& pattern = v[1].string_value();
  constexpr int64_t kCompilationCost = 500;
  if (!context.meter.Charge(kCompilationCost)) return Value();
  const absl::StatusOr<Regex> regex = CompileRegex(pattern);
  if (!regex.ok()) return context.Fail(std::string(regex.status().message()));
  const size_t weight = static_cast<size_t>(MatchWeight(**regex));
  if (!context.meter.ChargeBytes(text.size() * weight)) return Value();
  return Value::Bool(Matches(**regex, text));
}

void AddBoth(FunctionTable* table, const char* name, const std::vector<Overload>& overloads) {
  table->Add({name, false, overloads});
  table->Add({name, true, overloads});
}

}  // namespace

void AddTextFunctions(FunctionTable* table) {
  const Type text(Kind::kString), truth(Kind::kBool), number(Kind::kInt);
  const Type a = Type::Variable(0), b = Type::Variable(1);
  AddBoth(table, "size",
          {{{text}, number, SizeOfText},
           {{Type(Kind::kBytes)},
            number,
            [](const CallContext&, const Value* v) { return SizeOf(v[0].bytes_value().size()); }},
           {{Type::List(a)},
            number,
            [](const CallContext&, const Value* v) { return SizeOf(v[0].list_value().size()); }},
           {{Type::Map(a, b)}, number, [](const CallContext&, const Value* v) {
              return SizeOf(v[0].map_value().size());
            }}});
  table->Add({"contains", true, {{{text, text}, truth, RunTest<ContainsText>}}});
  table->Add({"startsWith", true, {{{text, text}, truth, RunTest<StartsWith>}}});
  table->Add({"endsWith", true, {{{text, text}, truth, RunTest<EndsWith>}}});
  AddBoth(table, "matches", {{{text, text}, truth, RunMatches}});
}

}  // namespace onething::cel
