#include "libs/config/message_mapper.h"

#include <google/protobuf/descriptor.pb.h>

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/check.h"
#include "libs/config/closest_word.h"
#include "libs/config/scalars.h"

namespace onething::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

// Keys named in a hint when none is near.
constexpr size_t kKnownKeyCountMax = 12;

bool IsDuration(const Descriptor& type) { return type.full_name() == "google.protobuf.Duration"; }
bool IsTimestamp(const Descriptor& type) { return type.full_name() == "google.protobuf.Timestamp"; }

// Written as a single value though protobuf has a message for it.
bool IsScalarMessage(const Descriptor& type) { return IsDuration(type) || IsTimestamp(type); }

absl::string_view NameOf(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kList:
      return "列表";
    case YamlNode::Kind::kMap:
      return "键值对";
    case YamlNode::Kind::kScalar:
      return "单个值";
    case YamlNode::Kind::kNull:
    case YamlNode::Kind::kRefused:
      break;
  }
  return "空";
}

// Sets the field, or adds to it when it is a list.
template <class T, class Setter, class Adder>
void Store(Message* message, const FieldDescriptor& field, T value, Setter set, Adder add) {
  const Reflection& reflection = *message->GetReflection();
  if (field.is_repeated()) {
    (reflection.*add)(message, &field, std::move(value));
  } else {
    (reflection.*set)(message, &field, std::move(value));
  }
}

template <class T>
std::string RangeOf() {
  if constexpr (std::is_integral_v<T>) {
    return absl::StrCat("从", std::numeric_limits<T>::min(), "到", std::numeric_limits<T>::max(),
                        "的整数");
  }
  return "数";
}

std::string IsNot(const YamlNode& scalar, absl::string_view wanted) {
  return absl::StrCat(Quote(scalar.text), "不是", wanted);
}

std::string Available(const std::vector<std::string>& words) {
  return absl::StrCat("可用：", absl::StrJoin(words, "、"));
}

// Both messages have seconds as field 1 and nanos as field 2; `message` may be a dynamic one.
template <class Time>
void StoreTime(const Time& time, Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  const Reflection& reflection = *message->GetReflection();
  reflection.SetInt64(message, type.FindFieldByNumber(Time::kSecondsFieldNumber), time.seconds());
  reflection.SetInt32(message, type.FindFieldByNumber(Time::kNanosFieldNumber), time.nanos());
}

}  // namespace

MessageMapper::MessageMapper(const LoadOptions& options, DiagnosticLog* log, SourceMap* source_map)
    : options_(options), log_(log), source_map_(source_map) {}

void MessageMapper::Map(const YamlNode& root, Message* message) {
  if (Expect(YamlNode::Kind::kMap, root, SourceMap::kRoot)) {
    MapMessage(root, SourceMap::kRoot, message);
  }
}

void MessageMapper::MapMessage(const YamlNode& map, SourceMap::PlaceId place, Message* message) {
  absl::flat_hash_map<const OneofDescriptor*, const Member*> chosen;
  for (const Member& member : map.members) {
    const FieldDescriptor* const field = message->GetDescriptor()->FindFieldByName(member.key);
    if (field == nullptr) {
      FailUnknownKey(member, place, *message);
      continue;
    }
    const bool single = member.value.kind == YamlNode::Kind::kScalar;
    const SourceMap::PlaceId field_place =
        source_map_->Add(place, member.key, single ? member.value.position : member.key_position);
    if (member.value.kind == YamlNode::Kind::kNull && options_.allow_null) {
      continue;
    }
    if (field->options().deprecated()) {
      log_->Warning({.position = member.key_position,
                     .message = absl::StrCat(Quote(member.key), "已弃用"),
                     .path = source_map_->PathOf(field_place)});
    }
    if (const OneofDescriptor* const oneof = field->real_containing_oneof()) {
      const auto [first, is_new] = chosen.emplace(oneof, &member);
      if (!is_new) {
        log_->Error(
            {.position = member.key_position,
             .message = absl::StrCat(Quote(member.key), "与", Quote(first->second->key), "（",
                                     Describe(first->second->key_position), "）不能并存"),
             .hint = "请只写其中一个",
             .path = source_map_->PathOf(field_place)});
        continue;
      }
    }
    MapField(member.value, field_place, *field, message);
  }
}

void MessageMapper::MapField(const YamlNode& node, SourceMap::PlaceId place, const Field& field,
                             Message* message) {
  if (field.is_map()) {
    MapEntries(node, place, field, message);
  } else if (field.is_repeated()) {
    MapList(node, place, field, message);
  } else {
    MapValue(node, place, field, message);
  }
}

void MessageMapper::MapList(const YamlNode& list, SourceMap::PlaceId place, const Field& field,
                            Message* message) {
  if (!Expect(YamlNode::Kind::kList, list, place)) {
    return;
  }
  for (size_t i = 0; i < list.items.size(); ++i) {
    const YamlNode& item = list.items[i];
    MapValue(item,
             source_map_->Add(place, SourceMap::IndexPart(static_cast<int>(i)), item.position),
             field, message);
  }
}

void MessageMapper::MapEntries(const YamlNode& map, SourceMap::PlaceId place, const Field& field,
                               Message* message) {
  if (!Expect(YamlNode::Kind::kMap, map, place)) {
    return;
  }
  const FieldDescriptor& key_field = *field.message_type()->map_key();
  const bool text_key = key_field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  for (const Member& member : map.members) {
    const bool single = member.value.kind == YamlNode::Kind::kScalar;
    const SourceMap::PlaceId entry_place = source_map_->Add(
        place, text_key ? SourceMap::KeyPart(member.key) : absl::StrCat("[", member.key, "]"),
        single ? member.value.position : member.key_position);
    Message* const entry = message->GetReflection()->AddMessage(message, &field);
    const YamlNode key = {
        .kind = YamlNode::Kind::kScalar, .position = member.key_position, .text = member.key};
    MapValue(key, entry_place, key_field, entry);
    MapValue(member.value, entry_place, *field.message_type()->map_value(), entry);
  }
}

void MessageMapper::MapValue(const YamlNode& node, SourceMap::PlaceId place, const Field& field,
                             Message* message) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    MapSubmessage(node, place, field, message);
    return;
  }
  if (!Expect(YamlNode::Kind::kScalar, node, place)) {
    return;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return MapNumber<int32_t>(node, place, field, message, &Reflection::SetInt32,
                                &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return MapNumber<int64_t>(node, place, field, message, &Reflection::SetInt64,
                                &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return MapNumber<uint32_t>(node, place, field, message, &Reflection::SetUInt32,
                                 &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return MapNumber<uint64_t>(node, place, field, message, &Reflection::SetUInt64,
                                 &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return MapNumber<double>(node, place, field, message, &Reflection::SetDouble,
                               &Reflection::AddDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return MapNumber<float>(node, place, field, message, &Reflection::SetFloat,
                              &Reflection::AddFloat);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (node.quoted || (node.text != "true" && node.text != "false")) {
        return Fail(node, place, IsNot(node, "真假值"), "请写 true 或 false，不加引号");
      }
      return Store(message, field, node.text == "true", &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM:
      return MapEnum(node, place, field, message);
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        return Fail(node, place, "YAML 中不能写二进制内容", "请改为指明存放它的文件");
      }
      return Store(message, field, node.text, &Reflection::SetString, &Reflection::AddString);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  CHECK(false);
}

void MessageMapper::MapSubmessage(const YamlNode& node, SourceMap::PlaceId place,
                                  const Field& field, Message* message) {
  const Descriptor& type = *field.message_type();
  if (!Expect(IsScalarMessage(type) ? YamlNode::Kind::kScalar : YamlNode::Kind::kMap, node,
              place)) {
    return;
  }
  const Reflection& reflection = *message->GetReflection();
  Message* const submessage = field.is_repeated() ? reflection.AddMessage(message, &field)
                                                  : reflection.MutableMessage(message, &field);
  if (IsDuration(type)) {
    if (const auto duration = ParseDuration(node.text)) {
      return StoreTime(*duration, submessage);
    }
    return Fail(node, place, IsNot(node, "时长"), "请写整数加 ms、s、m 或 h，如 30s");
  }
  if (IsTimestamp(type)) {
    if (const auto time = ParseTimestamp(node.text)) {
      return StoreTime(*time, submessage);
    }
    return Fail(node, place, IsNot(node, "时间"), "请写成 2026-03-02T09:00:00+08:00 的形式");
  }
  MapMessage(node, place, submessage);
}

void MessageMapper::MapEnum(const YamlNode& scalar, SourceMap::PlaceId place, const Field& field,
                            Message* message) {
  if (const EnumValueDescriptor* const value = ParseEnumWord(*field.enum_type(), scalar.text)) {
    return Store(message, field, value, &Reflection::SetEnum, &Reflection::AddEnum);
  }
  std::string hint;
  if (!log_->full()) {
    const std::vector<std::string> words = EnumWords(*field.enum_type());
    hint = DidYouMean(scalar.text, words);
    absl::StrAppend(&hint, Available(words));
  }
  Fail(scalar, place, absl::StrCat("没有取值", Quote(scalar.text)), hint);
}

template <class T, class Setter, class Adder>
void MessageMapper::MapNumber(const YamlNode& scalar, SourceMap::PlaceId place, const Field& field,
                              Message* message, Setter set, Adder add) {
  const std::optional<T> number = ParseNumber<T>(scalar.text);
  if (number.has_value() && !scalar.quoted) {
    return Store(message, field, *number, set, add);
  }
  if (number.has_value()) {
    return Fail(scalar, place, absl::StrCat("此处应为数，不是文本", Quote(scalar.text)),
                "请去掉引号");
  }
  Fail(scalar, place, IsNot(scalar, RangeOf<T>()), "");
}

bool MessageMapper::Expect(YamlNode::Kind kind, const YamlNode& node, SourceMap::PlaceId place) {
  if (node.kind == kind) {
    return true;
  }
  if (node.kind == YamlNode::Kind::kRefused || log_->full()) {
    // An error is already there, and the log counts no more.
    return false;
  }
  const std::string name = place == SourceMap::kRoot ? "文档" : Quote(source_map_->PathOf(place));
  if (node.kind == YamlNode::Kind::kNull) {
    Fail(node, place, absl::StrCat(name, "没有值"),
         kind == YamlNode::Kind::kScalar ? "不填请删去，空文本请写 \"\"" : "不填请删去");
    return false;
  }
  Fail(node, place, absl::StrCat(name, "应为", NameOf(kind), "，不是", NameOf(node.kind)),
       kind == YamlNode::Kind::kList ? "每个元素请写在“- ”之后" : "");
  return false;
}

void MessageMapper::Fail(const YamlNode& node, SourceMap::PlaceId place, std::string message,
                         std::string hint) {
  log_->Error({.position = node.position,
               .message = std::move(message),
               .hint = std::move(hint),
               .path = source_map_->PathOf(place)});
}

void MessageMapper::FailUnknownKey(const Member& member, SourceMap::PlaceId place,
                                   const Message& message) {
  std::string hint;
  if (!log_->full()) {
    const Descriptor& type = *message.GetDescriptor();
    std::vector<std::string> names;
    names.reserve(static_cast<size_t>(type.field_count()));
    for (int i = 0; i < type.field_count(); ++i) {
      names.push_back(type.field(i)->name());
    }
    hint = DidYouMean(member.key, names);
    if (hint.empty() && names.size() <= kKnownKeyCountMax) {
      hint = Available(names);
    }
  }
  log_->Error({.position = member.key_position,
               .message = absl::StrCat("没有键", Quote(member.key)),
               .hint = std::move(hint),
               .path = source_map_->PathOf(place)});
}

}  // namespace onething::config
