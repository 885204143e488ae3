#include "libs/cel/conformance_values.h"

#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/cel/compare.h"
#include "libs/cel/environment.h"

namespace onething::cel {
namespace {

absl::Status Unread(const TextField& field) {
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", field.name, " ", field.scalar));
}

absl::StatusOr<int64_t> ReadInt(absl::string_view text) {
  int64_t value = 0;
  if (text.empty() || absl::SimpleAtoi(text, &value)) return value;
  if (absl::StartsWith(text, "0x") && absl::SimpleHexAtoi(text, &value)) return value;
  return absl::InvalidArgumentError(absl::StrCat("not an int64: ", text));
}

absl::StatusOr<Value> ReadUint(const TextField& field) {
  uint64_t value = 0;
  if (absl::SimpleAtoi(field.scalar, &value) || absl::SimpleHexAtoi(field.scalar, &value)) {
    return Value::Uint(value);
  }
  return Unread(field);
}

absl::StatusOr<Value> ReadDouble(const TextField& field) {
  double value = 0;
  if (!absl::SimpleAtod(field.scalar, &value)) return Unread(field);
  return Value::Double(value);
}

absl::StatusOr<Value> ReadTypeValue(const TextField& field) {
  const std::optional<Kind> kind = FindTypeName(field.scalar);
  if (!kind) return absl::UnimplementedError(kNeedsMessage);
  return Value::Type(*kind);
}

// Timestamps and durations are the only messages that are values here.
absl::StatusOr<Value> ReadObject(const TextField& field) {
  if (field.fields.empty()) return Unread(field);
  const TextField& object = field.fields[0];
  const bool is_time = absl::StrContains(object.name, "/google.protobuf.Timestamp]");
  const bool is_duration = absl::StrContains(object.name, "/google.protobuf.Duration]");
  if (!is_time && !is_duration) return absl::UnimplementedError(kNeedsMessage);
  ASSIGN_OR_RETURN(const int64_t seconds, ReadInt(object.Get("seconds")));
  ASSIGN_OR_RETURN(const int64_t nanos, ReadInt(object.Get("nanos")));
  const absl::Duration duration = absl::Seconds(seconds) + absl::Nanoseconds(nanos);
  if (is_time) return Value::Timestamp(absl::UnixEpoch() + duration);
  return Value::Duration(duration);
}

absl::StatusOr<Value> ReadList(const TextField& field) {
  List list;
  for (const TextField& element : field.fields) {
    if (element.name != "values") continue;
    ASSIGN_OR_RETURN(Value value, ReadConformanceValue(element));
    list.push_back(std::move(value));
  }
  return Value::OfList(std::move(list));
}

absl::StatusOr<Value> ReadMap(const TextField& field) {
  Map map;
  for (const TextField& entry : field.fields) {
    const TextField* key_field = entry.Find("key");
    const TextField* value_field = entry.Find("value");
    if (key_field == nullptr || value_field == nullptr) return Unread(entry);
    ASSIGN_OR_RETURN(Value key, ReadConformanceValue(*key_field));
    ASSIGN_OR_RETURN(Value value, ReadConformanceValue(*value_field));
    if (!map.Insert(std::move(key), std::move(value))) return Unread(entry);
  }
  return Value::OfMap(std::move(map));
}

absl::StatusOr<Type> ReadPrimitive(const TextField& field) {
  struct Row {
    absl::string_view name;
    Kind kind;
  };
  constexpr Row kRows[] = {
      {"BOOL", Kind::kBool},     {"INT64", Kind::kInt},           {"UINT64", Kind::kUint},
      {"DOUBLE", Kind::kDouble}, {"STRING", Kind::kString},       {"BYTES", Kind::kBytes},
      {"ANY", Kind::kDyn},       {"TIMESTAMP", Kind::kTimestamp}, {"DURATION", Kind::kDuration},
  };
  for (const Row& row : kRows) {
    if (field.scalar == row.name) return Type(row.kind);
  }
  return Unread(field);
}

absl::StatusOr<Type> ReadMessageType(const TextField& field) {
  const std::optional<Kind> kind = FindTypeName(field.scalar);
  if (!kind) return absl::UnimplementedError(kNeedsMessage);
  return Type(*kind);
}

absl::StatusOr<Type> ReadPart(const TextField& field, absl::string_view name) {
  const TextField* part = field.Find(name);
  return part == nullptr ? Type::Dyn() : ReadConformanceType(*part);
}

bool IsSameList(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!IsSameValue(a[i], b[i])) return false;
  }
  return true;
}

bool IsSameMap(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const Map::Entry& entry : a.entries()) {
    const Value* other = b.Find(entry.key);
    if (other == nullptr || !IsSameValue(entry.value, *other)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Value> ReadConformanceValue(const TextField& message) {
  if (message.fields.empty()) return Unread(message);
  const TextField& field = message.fields[0];
  if (field.name == "null_value") return Value();
  if (field.name == "bool_value") return Value::Bool(field.scalar == "true");
  if (field.name == "int64_value") {
    ASSIGN_OR_RETURN(const int64_t value, ReadInt(field.scalar));
    return Value::Int(value);
  }
  if (field.name == "uint64_value") return ReadUint(field);
  if (field.name == "double_value") return ReadDouble(field);
  if (field.name == "string_value") return Value::String(field.scalar);
  if (field.name == "bytes_value") return Value::Bytes(field.scalar);
  if (field.name == "list_value") return ReadList(field);
  if (field.name == "map_value") return ReadMap(field);
  if (field.name == "type_value") return ReadTypeValue(field);
  if (field.name == "object_value") return ReadObject(field);
  if (field.name == "enum_value") return absl::UnimplementedError(kNeedsMessage);
  return Unread(field);
}

absl::StatusOr<Type> ReadConformanceType(const TextField& message) {
  if (message.fields.empty()) return Type::Dyn();
  const TextField& field = message.fields[0];
  if (field.name == "dyn") return Type::Dyn();
  if (field.name == "null") return Type(Kind::kNull);
  if (field.name == "primitive" || field.name == "well_known") return ReadPrimitive(field);
  if (field.name == "message_type") return ReadMessageType(field);
  if (field.name == "wrapper") return absl::UnimplementedError(kNeedsMessage);
  if (field.name == "list_type") {
    ASSIGN_OR_RETURN(Type element, ReadPart(field, "elem_type"));
    return Type::List(std::move(element));
  }
  if (field.name == "map_type") {
    ASSIGN_OR_RETURN(Type key, ReadPart(field, "key_type"));
    ASSIGN_OR_RETURN(Type value, ReadPart(field, "value_type"));
    return Type::Map(std::move(key), std::move(value));
  }
  if (field.name == "type") {
    ASSIGN_OR_RETURN(Type inner, ReadConformanceType(field));
    return Type::Of(std::move(inner));
  }
  return absl::UnimplementedError(kNeedsAbstractType);
}

bool IsSameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.kind() == Kind::kList) return IsSameList(a.list_value(), b.list_value());
  if (a.kind() == Kind::kMap) return IsSameMap(a.map_value(), b.map_value());
  if (a.kind() == Kind::kDouble && std::isnan(a.double_value()))
    return std::isnan(b.double_value());
  Meter meter(1'000'000);
  return Equal(a, b, &meter);
}

}  // namespace onething::cel
