// SourceMap: where each field of a loaded message stands in its YAML text. It lets a check that
// runs on the message (the field rules of libs/rpc, bundle check) report file, line and column
// without knowing YAML.

#ifndef ONETHING_LIBS_CONFIG_SOURCE_MAP_H_
#define ONETHING_LIBS_CONFIG_SOURCE_MAP_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "libs/config/diagnostic.h"

namespace onething::config {

// Field path → position, for one file. A path is written as a person would:
//
//   path := part ( "." name | "[" index "]" | "[" '"' key '"' "]" )*      items[2].needs
//   labels["a.b"]   slots[7]
//
// An index counts from 0; a key of a map<string, …> is quoted, with \" and \\ for a quote and a
// backslash inside; other map keys stand bare. The empty path is the whole message.
//
// The position of a single value is its first character; that of a map or list is its key, or, as
// an element of a list, its first character. Built by the loader, immutable afterwards; copyable;
// safe to read from any thread.
class SourceMap {
 public:
  // A place in the map; kRoot is the whole message.
  using PlaceId = int;
  static constexpr PlaceId kRoot = 0;

  explicit SourceMap(absl::string_view file = {}, Position root = {});

  // The name of the file, as given to the loader.
  const std::string& file() const { return file_; }

  // Position of exactly this field; nullopt when the text does not write it.
  std::optional<Position> Find(absl::string_view path) const;

  // Position of the field or, when it is not written, of the nearest enclosing one that is: where a
  // missing field is missed.
  Position Nearest(absl::string_view path) const;

  // A diagnostic about the field of `path` at its nearest position: the way from a violation of a
  // field rule, or of any later check, to what is printed.
  Diagnostic At(absl::string_view path, absl::string_view message, absl::string_view hint = {},
                Severity severity = Severity::kError) const;

  // Adds a place below `parent`. `part` is a name, or an index or key in its brackets. For the
  // loader.
  PlaceId Add(PlaceId parent, std::string part, Position position);

  // The path of a place.
  std::string PathOf(PlaceId place) const;

  // The part of a path for an element of a list: `[2]`.
  static std::string IndexPart(int index);

  // The part of a path for a key of map<string, …>: `["a.b"]`.
  static std::string KeyPart(absl::string_view key);

 private:
  struct Place {
    PlaceId parent;
    std::string part;
    Position position;
  };

  // The deepest place on the way of `path`, and whether it is the end of it.
  std::pair<PlaceId, bool> Walk(absl::string_view path) const;

  std::string file_;
  std::vector<Place> places_;
  absl::flat_hash_map<std::pair<PlaceId, std::string>, PlaceId> children_;
};

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_SOURCE_MAP_H_
