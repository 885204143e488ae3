#include "libs/cel/function_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace onething::cel {
namespace {

FunctionTable MakeStandard() {
  FunctionTable table;
  AddOperators(&table);
  AddTextFunctions(&table);
  AddConversions(&table);
  AddTimeFunctions(&table);
  AddTradeFunctions(&table);
  return table;
}

bool Fits(Kind parameter, Kind operand) {
  return parameter == operand || parameter == Kind::kDyn || parameter == Kind::kVariable;
}

}  // namespace

bool Overload::Takes(const Value* operands) const {
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!Fits(parameters[i].kind(), operands[i].kind())) return false;
  }
  return true;
}

const FunctionTable& FunctionTable::Standard() {
  static const FunctionTable kTable = MakeStandard();
  return kTable;
}

const Function* FunctionTable::Find(absl::string_view name, bool is_receiver) const {
  const auto& functions = is_receiver ? receivers_ : functions_;
  const auto found = functions.find(std::string(name));
  return found == functions.end() ? nullptr : &found->second;
}

std::vector<std::string> FunctionTable::Names(bool is_receiver) const {
  std::vector<std::string> names;
  for (const auto& [name, function] : is_receiver ? receivers_ : functions_) {
    if (absl::ascii_isalpha(name.front())) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void FunctionTable::Add(Function function) {
  auto& functions = function.is_receiver ? receivers_ : functions_;
  const std::string name = function.name;
  const auto [row, is_new] = functions.try_emplace(name, std::move(function));
  if (is_new) return;
  auto& overloads = row->second.overloads;
  std::move(function.overloads.begin(), function.overloads.end(), std::back_inserter(overloads));
}

}  // namespace onething::cel
