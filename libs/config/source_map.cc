#include "libs/config/source_map.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace onething::config {
namespace {

// Cuts the first part off `rest`: a name, or brackets with what is in them.
std::string TakePart(absl::string_view* rest) {
  const bool bracket = (*rest)[0] == '[';
  bool quoted = false;
  size_t end = 1;
  for (; end < rest->size(); ++end) {
    const char c = (*rest)[end];
    if (quoted && c == '\\') {
      ++end;
    } else if (bracket && c == '"') {
      quoted = !quoted;
    } else if (bracket && !quoted && c == ']') {
      ++end;
      break;
    } else if (!bracket && (c == '.' || c == '[')) {
      break;
    }
  }
  end = std::min(end, rest->size());
  std::string part(rest->substr(0, end));
  rest->remove_prefix(end);
  if (rest->size() > 1 && (*rest)[0] == '.') {
    rest->remove_prefix(1);
  }
  return part;
}

}  // namespace

SourceMap::SourceMap(absl::string_view file, Position root) : file_(file) {
  places_.push_back({.parent = kRoot, .part = "", .position = root});
}

std::optional<Position> SourceMap::Find(absl::string_view path) const {
  const auto [place, whole] = Walk(path);
  return whole ? std::make_optional(places_[static_cast<size_t>(place)].position) : std::nullopt;
}

Position SourceMap::Nearest(absl::string_view path) const {
  return places_[static_cast<size_t>(Walk(path).first)].position;
}

Diagnostic SourceMap::At(absl::string_view path, absl::string_view message, absl::string_view hint,
                         Severity severity) const {
  const Position position = Nearest(path);
  return {.file = file_,
          .line = position.line,
          .column = position.column,
          .severity = severity,
          .message = std::string(message),
          .hint = std::string(hint),
          .path = std::string(path)};
}

SourceMap::PlaceId SourceMap::Add(PlaceId parent, std::string part, Position position) {
  const PlaceId place = static_cast<PlaceId>(places_.size());
  children_.emplace(std::make_pair(parent, part), place);
  places_.push_back({.parent = parent, .part = std::move(part), .position = position});
  return place;
}

std::string SourceMap::PathOf(PlaceId place) const {
  std::vector<absl::string_view> parts;
  for (; place != kRoot; place = places_[static_cast<size_t>(place)].parent) {
    parts.push_back(places_[static_cast<size_t>(place)].part);
  }
  std::string path;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    absl::StrAppend(&path, path.empty() || (*part)[0] == '[' ? "" : ".", *part);
  }
  return path;
}

std::string SourceMap::IndexPart(int index) { return absl::StrCat("[", index, "]"); }

std::string SourceMap::KeyPart(absl::string_view key) {
  std::string part = "[\"";
  for (const char c : key) {
    if (c == '"' || c == '\\') {
      part += '\\';
    }
    part += c;
  }
  return part + "\"]";
}

std::pair<SourceMap::PlaceId, bool> SourceMap::Walk(absl::string_view path) const {
  PlaceId place = kRoot;
  while (!path.empty()) {
    const auto child = children_.find({place, TakePart(&path)});
    if (child == children_.end()) {
      return {place, false};
    }
    place = child->second;
  }
  return {place, true};
}

}  // namespace onething::config
