#include "libs/cel/environment.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace onething::cel {

bool Environment::Declare(absl::string_view name, Type type) {
  if (!slots_.emplace(std::string(name), variable_count()).second) return false;
  variables_.push_back({std::string(name), std::move(type)});
  return true;
}

std::optional<int> Environment::Find(absl::string_view name) const {
  const auto found = slots_.find(std::string(name));
  if (found == slots_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Environment::Candidates(absl::string_view name) const {
  if (absl::ConsumePrefix(&name, ".")) return {std::string(name)};
  std::vector<std::string> candidates;
  for (absl::string_view prefix = container_; !prefix.empty();) {
    candidates.push_back(absl::StrCat(prefix, ".", name));
    const size_t dot = prefix.rfind('.');
    prefix = dot == absl::string_view::npos ? "" : prefix.substr(0, dot);
  }
  candidates.emplace_back(name);
  return candidates;
}

std::vector<std::string> Environment::Names() const {
  std::vector<std::string> names;
  for (const Variable& variable : variables_) names.push_back(variable.name);
  return names;
}

std::optional<Kind> FindTypeName(absl::string_view name) {
  static constexpr Kind kNamed[] = {Kind::kNull,   Kind::kBool,      Kind::kInt,      Kind::kUint,
                                    Kind::kDouble, Kind::kString,    Kind::kBytes,    Kind::kList,
                                    Kind::kMap,    Kind::kTimestamp, Kind::kDuration, Kind::kType};
  for (const Kind kind : kNamed) {
    if (KindName(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace onething::cel
