// LoadYaml: the one way YAML becomes a protobuf message, for the config files of the services and
// for bundles. The schema is the message; there is no second one. It checks form and type and tells
// where; field rules (required, ranges, formats) are for libs/rpc's validator and for later checks,
// which find the places through SourceMap.
//
//   message        a map; its keys are the proto field names, exactly
//   repeated       a list
//   map<K, V>      a map
//   oneof          one of its members
//   string         any single value, taken literally: yes, 1.0 and 007 are text
//   numbers        decimal, without quotes, in the range of the type
//   bool           true or false, without quotes
//   enum           the name without the common prefix, lower case; - may stand for _: e-licence
//   Duration       30s, 200ms, 15m, 72h
//   Timestamp      RFC 3339: 2026-03-02T09:00:00+08:00
//   bytes          refused: what is no text belongs into a file that the config names
//
// Refused with its place, so that a file has one reading and no surprise: unknown and duplicate
// keys, two members of a oneof, null, anchors, aliases, tags, several or empty documents, tabs as
// indentation, text that is not UTF-8 or has control characters, and whatever is beyond
// LoadOptions.

#ifndef ONETHING_LIBS_CONFIG_LOAD_YAML_H_
#define ONETHING_LIBS_CONFIG_LOAD_YAML_H_

#include <google/protobuf/message.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/config/diagnostic.h"
#include "libs/config/load_options.h"
#include "libs/config/source_map.h"

namespace onething::config {

// Reads `text` into `out`, whose former content is dropped. `file_name` is what diagnostics call
// the text.
//
// INVALID_ARGUMENT when there is any error: its message is the list of all errors, one a line, as
// Diagnostic::Format writes them, and `out` is empty. A text that is no YAML yields the first such
// error, a text that is yields all. `diagnostics` (may be null) takes errors and warnings (a
// deprecated field), in the order of their places; `source_map` (may be null) the places of the
// fields, on error of those that were reached. Thread safe.
absl::Status LoadYaml(absl::string_view text, absl::string_view file_name,
                      const LoadOptions& options, google::protobuf::Message* out,
                      std::vector<Diagnostic>* diagnostics, SourceMap* source_map = nullptr);

// The same for the file at `path`, which also is its name in diagnostics. NOT_FOUND when there is
// none, FAILED_PRECONDITION when it is no regular file or cannot be read; `diagnostics` is then
// left alone. Of a file that is too large only the beginning is read.
absl::Status LoadYamlFile(absl::string_view path, const LoadOptions& options,
                          google::protobuf::Message* out, std::vector<Diagnostic>* diagnostics,
                          SourceMap* source_map = nullptr);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_LOAD_YAML_H_
