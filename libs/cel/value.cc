#include "libs/cel/value.h"

#include <cmath>
#include <limits>

#include "libs/base/check.h"

namespace onething::cel {

absl::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null_type";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kDouble:
      return "double";
    case Kind::kString:
      return "string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "list";
    case Kind::kMap:
    case Kind::kRecord:
      return "map";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kType:
      return "type";
    case Kind::kError:
      return "error";
    case Kind::kDyn:
    case Kind::kVariable:
      return "dyn";
  }
  return "dyn";
}

bool IsInRange(absl::Time time) {
  static constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
  static constexpr int64_t kEndSecond = 253402300800;    // 10000-01-01T00:00:00Z
  return time >= absl::FromUnixSeconds(kFirstSecond) && time < absl::FromUnixSeconds(kEndSecond);
}

bool IsInRange(absl::Duration duration) {
  return duration >= absl::Nanoseconds(std::numeric_limits<int64_t>::min()) &&
         duration <= absl::Nanoseconds(std::numeric_limits<int64_t>::max());
}

Value Value::String(absl::string_view text) {
  return Value(Payload(Text{std::make_shared<const std::string>(text)}));
}

Value Value::Bytes(absl::string_view bytes) {
  return Value(Payload(Octets{std::make_shared<const std::string>(bytes)}));
}

Value Value::OfList(List elements) {
  return Value(Payload(std::make_shared<const List>(std::move(elements))));
}

Value Value::OfMap(Map map) { return Value(Payload(std::make_shared<const Map>(std::move(map)))); }

Value Value::OfError(Error error) {
  return Value(Payload(std::make_shared<const Error>(std::move(error))));
}

void Value::WrongKind() {
  CHECK(!"the value is of another kind");
  __builtin_unreachable();
}

bool IsKeyKind(Kind kind) {
  return kind == Kind::kBool || kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kString;
}

Map::Map(std::initializer_list<std::pair<absl::string_view, Value>> entries) {
  for (const auto& [key, value] : entries) Insert(Value::String(key), value);
}

Map::ScalarKey Map::ScalarKeyOf(const Value& key) {
  switch (key.kind()) {
    case Kind::kBool:
      return {KeyClass::kBool, key.bool_value() ? 1 : 0};
    case Kind::kInt:
      return {key.int_value() < 0 ? KeyClass::kNegative : KeyClass::kNatural,
              static_cast<uint64_t>(key.int_value())};
    case Kind::kUint:
      return {KeyClass::kNatural, key.uint_value()};
    case Kind::kDouble: {
      const double number = key.double_value();
      if (!(std::trunc(number) == number)) return {KeyClass::kNone, 0};
      if (number >= 0 && number < 0x1p64) {
        return {KeyClass::kNatural, static_cast<uint64_t>(number)};
      }
      if (number < 0 && number >= -0x1p63) {
        return {KeyClass::kNegative, static_cast<uint64_t>(static_cast<int64_t>(number))};
      }
      return {KeyClass::kNone, 0};
    }
    default:
      return {KeyClass::kNone, 0};
  }
}

bool Map::Insert(Value key, Value value) {
  const auto place = static_cast<uint32_t>(entries_.size());
  if (key.kind() == Kind::kString) {
    if (!by_text_.emplace(key.string_value(), place).second) return false;
  } else if (!IsKeyKind(key.kind()) || !by_scalar_.emplace(ScalarKeyOf(key), place).second) {
    return false;
  }
  entries_.push_back({std::move(key), std::move(value)});
  return true;
}

const Value* Map::Find(const Value& key) const {
  if (key.kind() == Kind::kString) return Find(key.string_value());
  const auto found = by_scalar_.find(ScalarKeyOf(key));
  return found == by_scalar_.end() ? nullptr : &entries_[found->second].value;
}

const Value* Map::Find(absl::string_view key) const {
  const auto found = by_text_.find(key);
  return found == by_text_.end() ? nullptr : &entries_[found->second].value;
}

}  // namespace onething::cel
