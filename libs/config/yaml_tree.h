// YAML text → a small tree with positions: the one wrapper of yaml-cpp. Takes the part of YAML that
// a reader sees through at once: one document of maps, lists and single values. Refuses anchors,
// aliases, tags and keys that are no text. Internal to this folder.

#ifndef ONETHING_LIBS_CONFIG_YAML_TREE_H_
#define ONETHING_LIBS_CONFIG_YAML_TREE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/config/diagnostic_log.h"
#include "libs/config/line_index.h"
#include "libs/config/load_options.h"

namespace onething::config {

struct Member;

// One value of the document, with what it contains. A value type; at most LoadOptions::depth_max
// deep.
struct YamlNode {
  enum class Kind {
    // No value: `key:`, `~`, `null`.
    kNull,
    // Already reported; checks nothing further.
    kRefused,
    kScalar,
    kList,
    kMap,
  };

  Kind kind = Kind::kNull;
  // First character of the value; of the key or dash that lacks one.
  Position position;
  // Of a scalar: written with quotes or as a block, so certainly text.
  bool quoted = false;
  std::string text;
  std::vector<YamlNode> items;
  std::vector<Member> members;
};

// A key of a map and its value.
struct Member {
  std::string key;
  Position key_position;
  YamlNode value;
};

// The tree of a text that has passed ScreenText. nullopt when the text is no YAML, empty or beyond
// the limits. The tree of a text with lesser faults (duplicate keys, anchors, aliases, tags) is
// returned, so that the rest can be checked too. Faults are in `log`.
std::optional<YamlNode> ParseTree(absl::string_view text, const LineIndex& lines,
                                  const LoadOptions& options, DiagnosticLog* log);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_YAML_TREE_H_
