#include "libs/runtime/overrides.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/config/diagnostic.h"
#include "libs/config/load_yaml.h"

namespace onething::runtime {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Quoted(absl::string_view key) {
  return absl::StrCat("\"", absl::StrReplaceAll(key, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// The keys of the path as YAML writes them. A name that the message does not have is left to the
// loader, which knows what was meant; the rest of the path goes with it.
std::vector<std::string> YamlKeys(absl::string_view path, const Descriptor* type) {
  std::vector<std::string> keys;
  while (!path.empty()) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(path, absl::MaxSplits('.', 1));
    keys.emplace_back(parts.first);
    path = parts.second;
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(parts.first));
    type = field != nullptr && !field->is_repeated() ? field->message_type() : nullptr;
    if (field != nullptr && field->is_map() && !path.empty()) {
      const bool text = field->message_type()->map_key()->type() == FieldDescriptor::TYPE_STRING;
      keys.push_back(text ? Quoted(path) : std::string(path));
      break;
    }
  }
  return keys;
}

std::string Nested(const std::vector<std::string>& keys, absl::string_view value) {
  std::string yaml;
  for (size_t depth = 0; depth < keys.size(); ++depth) {
    absl::StrAppend(&yaml, depth == 0 ? "" : "\n", std::string(2 * depth, ' '), keys[depth], ":");
  }
  absl::StrAppend(&yaml, " ", value, "\n");
  return yaml;
}

// Clears the field that the path ends at, so that what is merged replaces it. A key of a map is
// replaced by merging.
void ClearAt(absl::string_view path, Message* message) {
  while (true) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(path, absl::MaxSplits('.', 1));
    const FieldDescriptor* field =
        message->GetDescriptor()->FindFieldByName(std::string(parts.first));
    if (field == nullptr || (field->is_map() && !parts.second.empty())) {
      return;
    }
    if (parts.second.empty()) {
      message->GetReflection()->ClearField(message, field);
      return;
    }
    if (field->is_repeated() || field->message_type() == nullptr) {
      return;
    }
    message = message->GetReflection()->MutableMessage(message, field);
    path = parts.second;
  }
}

}  // namespace

absl::Status ApplyOverride(absl::string_view assignment, Message* config) {
  const size_t equals = assignment.find('=');
  const auto refusal = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("--set ", assignment.substr(0, equals), "：", why));
  };
  if (equals == absl::string_view::npos || equals == 0 ||
      std::any_of(assignment.begin(), assignment.end(), absl::ascii_iscntrl)) {
    return refusal("应为一行的 路径=值");
  }
  const absl::string_view path = assignment.substr(0, equals);
  const absl::string_view value = absl::StripAsciiWhitespace(assignment.substr(equals + 1));
  if (path.back() == '.' || path.front() == '.' || absl::StrContains(path, "..")) {
    return refusal("路径中有空的名称");
  }
  const std::unique_ptr<Message> change(config->New());
  // Nothing as a value is checked for its path only: a null leaves the field unset.
  const config::LoadOptions options = {.allow_null = value.empty()};
  std::vector<config::Diagnostic> findings;
  const absl::Status loaded =
      config::LoadYaml(Nested(YamlKeys(path, config->GetDescriptor()), value), "--set", options,
                       change.get(), &findings);
  if (!loaded.ok()) {
    return refusal(findings.front().Sentence());
  }
  ClearAt(path, config);
  config->MergeFrom(*change);
  return absl::OkStatus();
}

}  // namespace onething::runtime
