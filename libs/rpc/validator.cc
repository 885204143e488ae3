#include "libs/rpc/validator.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/util/time_util.h"
#include "libs/base/error.h"
#include "libs/config/source_map.h"
#include "libs/rpc/format.h"
#include "libs/rpc/update_mask.h"

namespace onething::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A map key longer than this is not shown in a path.
constexpr size_t kKeyShownMax = 64;

constexpr char kSentence[] = "请求不符合接口约定";

// One step of the way from the request down to a value. Steps live on the stack and are linked
// upwards, so that a request without faults costs no path.
struct Step {
  const Step* above = nullptr;
  const FieldDescriptor* field = nullptr;
  // The element of a list.
  int index = -1;
  // The entry of a map, as it stands in a path with its brackets; empty for none.
  absl::string_view entry = {};
};

std::string PathOf(const Step* step) {
  if (step == nullptr) {
    return "";
  }
  std::string path = PathOf(step->above);
  absl::StrAppend(&path, path.empty() ? "" : ".", step->field->name());
  if (step->index >= 0) {
    absl::StrAppend(&path, config::SourceMap::IndexPart(step->index));
  } else {
    absl::StrAppend(&path, step->entry);
  }
  return path;
}

// The paths of an update mask as a tree. What is not in it keeps its stored value and need not be
// there.
struct MaskNode {
  // The mask names this field: all of it changes.
  bool named = false;
  // The resource itself: must be there, of its fields those that the mask names.
  bool is_resource = false;
  std::map<std::string, MaskNode, std::less<>> children;

  const MaskNode* Find(const std::string& name) const {
    const auto child = children.find(name);
    return child == children.end() ? nullptr : &child->second;
  }
};

MaskNode TreeOf(const FieldMask& mask) {
  MaskNode root;
  for (const std::string& path : mask.paths()) {
    MaskNode* node = &root;
    for (const absl::string_view name : absl::StrSplit(path, '.')) {
      node = &node->children[std::string(name)];
    }
    node->named = true;
  }
  return root;
}

// Characters of well-formed UTF-8, which the parser has seen to.
size_t CountCharacters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

template <class Number>
bool IsBelow(Number value, int64_t minimum) {
  if constexpr (std::is_floating_point_v<Number>) {
    return !(static_cast<double>(value) >= static_cast<double>(minimum));
  } else {
    return std::cmp_less(value, minimum);
  }
}

template <class Number>
bool IsAbove(Number value, int64_t maximum) {
  if constexpr (std::is_floating_point_v<Number>) {
    return !(static_cast<double>(value) <= static_cast<double>(maximum));
  } else {
    return std::cmp_greater(value, maximum);
  }
}

bool TimeInRange(const Message& message) {
  const auto& time = static_cast<const google::protobuf::Timestamp&>(message);
  return time.seconds() >= google::protobuf::util::TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= google::protobuf::util::TimeUtil::kTimestampMaxSeconds &&
         time.nanos() >= 0 && time.nanos() < 1'000'000'000;
}

bool DurationInRange(const Message& message) {
  const auto& duration = static_cast<const google::protobuf::Duration&>(message);
  const bool signs_agree = duration.seconds() == 0 || duration.nanos() == 0 ||
                           (duration.seconds() < 0) == (duration.nanos() < 0);
  return duration.seconds() >= google::protobuf::util::TimeUtil::kDurationMinSeconds &&
         duration.seconds() <= google::protobuf::util::TimeUtil::kDurationMaxSeconds &&
         duration.nanos() > -1'000'000'000 && duration.nanos() < 1'000'000'000 && signs_agree;
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    return reflection.FieldSize(message, &field) > 0;
  }
  if (!reflection.HasField(message, &field)) {
    return false;
  }
  std::string scratch;
  return field.cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
         !reflection.GetStringReference(message, &field, &scratch).empty();
}

// Characters that a reader does not see and a terminal obeys: controls but tab and line ends (to
// U+001F, U+007F … U+009F), and the marks that turn the direction of text (U+202A … U+202E,
// U+2066 … U+2069).
bool HasHiddenCharacter(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
      return true;
    }
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
    if (c == 0xE2 && i + 2 < text.size()) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const auto third = static_cast<unsigned char>(text[i + 2]);
      if ((second == 0x80 && third >= 0xAA && third <= 0xAE) ||
          (second == 0x81 && third >= 0xA6 && third <= 0xA9)) {
        return true;
      }
    }
  }
  return false;
}

// One check of one message.
class Walk {
 public:
  const common::v1::BadRequest& faults() const { return faults_; }

  void Fault(const Step* at, absl::string_view description) {
    if (!full()) {
      auto* fault = faults_.add_field_violations();
      fault->set_field(PathOf(at));
      fault->set_description(description.data(), description.size());
    }
  }

  // `mask`: null where everything required must be there; else what of this message is to change.
  void CheckMessage(const MessagePlan& plan, const Message& message, const Step* at,
                    const MaskNode* mask) {
    if ((plan.kind == MessagePlan::Kind::kTimestamp && !TimeInRange(message)) ||
        (plan.kind == MessagePlan::Kind::kDuration && !DurationInRange(message))) {
      Fault(at, "超出时间范围");
    }
    for (const FieldPlan& field : plan.fields) {
      if (full()) {
        return;
      }
      const Step step{.above = at, .field = field.field};
      if (mask == nullptr) {
        CheckField(field, message, step, true, nullptr);
      } else {
        const MaskNode* child = mask->Find(field.field->name());
        if (child == nullptr) {
          child = &none_;
        }
        CheckField(field, message, step, child->named || child->is_resource,
                   child->named ? nullptr : child);
      }
    }
  }

 private:
  bool full() const { return faults_.field_violations_size() >= kViolationsMax; }

  // `whole`: whether the field must be there if it is required.
  void CheckField(const FieldPlan& plan, const Message& message, const Step& step, bool whole,
                  const MaskNode* mask) {
    const bool set = IsSet(message, *plan.field);
    if (plan.output_only) {
      if (set ||
          (plan.field->has_presence() && message.GetReflection()->HasField(message, plan.field))) {
        Fault(&step, "由系统填写，请求中不能给出");
      }
      return;
    }
    if (plan.required && whole && !IsGiven(plan, message, set)) {
      Fault(&step, "必填");
      return;
    }
    if (plan.field->is_map()) {
      CheckMap(plan, message, step, whole);
    } else if (plan.field->is_repeated()) {
      CheckList(plan, message, step, whole);
    } else if (plan.value.message != nullptr) {
      // Of a message that is not there, what the mask names in it may still be missing.
      if (set || mask != nullptr) {
        const Message& inner = message.GetReflection()->GetMessage(message, plan.field);
        CheckMessage(*plan.value.message, inner, &step, mask);
      }
    } else if (set) {
      CheckValue(plan.value, message, step);
    }
  }

  // Zero of an enum means that nothing was said, also where the field has presence.
  static bool IsGiven(const FieldPlan& plan, const Message& message, bool set) {
    return set &&
           (plan.field->is_repeated() || plan.field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM ||
            message.GetReflection()->GetEnumValue(message, plan.field) != 0);
  }

  void CheckCount(const FieldPlan& plan, int count, const Step& step, bool whole) {
    if (std::cmp_greater(count, plan.items_max)) {
      Fault(&step, absl::StrCat("不能多于", plan.items_max, "项，实为", count, "项"));
    } else if (whole && std::cmp_less(count, plan.items_min)) {
      Fault(&step, absl::StrCat("不能少于", plan.items_min, "项，实为", count, "项"));
    }
  }

  void CheckList(const FieldPlan& plan, const Message& message, const Step& step, bool whole) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, plan.field);
    CheckCount(plan, count, step, whole);
    // Elements over the limit are not looked at: the limit is there to bound the work.
    const int checked =
        std::min(count, static_cast<int>(std::min<uint32_t>(plan.items_max, INT32_MAX)));
    for (int i = 0; i < checked && !full(); ++i) {
      const Step element{.above = step.above, .field = step.field, .index = i};
      if (plan.value.message != nullptr) {
        CheckMessage(*plan.value.message, reflection.GetRepeatedMessage(message, plan.field, i),
                     &element, nullptr);
      } else {
        CheckValue(plan.value, message, element);
      }
    }
  }

  void CheckMap(const FieldPlan& plan, const Message& message, const Step& step, bool whole) {
    const Reflection& reflection = *message.GetReflection();
    const int count = reflection.FieldSize(message, plan.field);
    CheckCount(plan, count, step, whole);
    const FieldDescriptor* key_field = plan.field->message_type()->map_key();
    const int checked =
        std::min(count, static_cast<int>(std::min<uint32_t>(plan.items_max, INT32_MAX)));
    for (int i = 0; i < checked && !full(); ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, plan.field, i);
      const std::string key = KeyText(entry, *key_field);
      const std::string part = PartOf(key, plan, *key_field);
      const Step element{.above = step.above, .field = step.field, .entry = part};
      if (CountCharacters(key) > kKeyLengthMax) {
        Fault(&element, absl::StrCat("键不能多于", kKeyLengthMax, "个字符"));
      }
      if (plan.value.message != nullptr) {
        CheckMessage(*plan.value.message,
                     entry.GetReflection()->GetMessage(entry, plan.value.field), &element, nullptr);
      } else if (IsSet(entry, *plan.value.field)) {
        CheckValue(plan.value, entry, element);
      }
    }
  }

  // The entry in a path; `[*]` for a key that is not to be shown. A word of a configuration, as the
  // keys of a form are, tells nothing of a person.
  static std::string PartOf(const std::string& key, const FieldPlan& plan,
                            const FieldDescriptor& key_field) {
    static const RE2 kWord("[a-z][a-z_-]*[0-9]{0,2}");
    const bool secret =
        plan.sensitive && !RE2::FullMatch(re2::StringPiece(key.data(), key.size()), kWord);
    if (secret || key.empty() || key.size() > kKeyShownMax) {
      return "[*]";
    }
    return key_field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? config::SourceMap::KeyPart(key)
                                                                   : absl::StrCat("[", key, "]");
  }

  static std::string KeyText(const Message& entry, const FieldDescriptor& key) {
    const Reflection& reflection = *entry.GetReflection();
    switch (key.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.GetString(entry, &key);
      case FieldDescriptor::CPPTYPE_INT32:
        return absl::StrCat(reflection.GetInt32(entry, &key));
      case FieldDescriptor::CPPTYPE_INT64:
        return absl::StrCat(reflection.GetInt64(entry, &key));
      case FieldDescriptor::CPPTYPE_UINT32:
        return absl::StrCat(reflection.GetUInt32(entry, &key));
      case FieldDescriptor::CPPTYPE_UINT64:
        return absl::StrCat(reflection.GetUInt64(entry, &key));
      default:
        return reflection.GetBool(entry, &key) ? "true" : "false";
    }
  }

  // A singular value, an element of a list (step.index) or the value of a map's entry.
  void CheckValue(const ValuePlan& plan, const Message& holder, const Step& step) {
    const Reflection& reflection = *holder.GetReflection();
    const FieldDescriptor* field = plan.field;
    const int index = step.index;
    const bool element = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        CheckText(plan,
                  element ? reflection.GetRepeatedStringReference(holder, field, index, &scratch)
                          : reflection.GetStringReference(holder, field, &scratch),
                  step);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = element ? reflection.GetRepeatedEnumValue(holder, field, index)
                                   : reflection.GetEnumValue(holder, field);
        if (field->enum_type()->FindValueByNumber(number) == nullptr) {
          Fault(&step, "不是约定的取值");
        }
        break;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedInt32(holder, field, index)
                            : reflection.GetInt32(holder, field),
                    step);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedInt64(holder, field, index)
                            : reflection.GetInt64(holder, field),
                    step);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedUInt32(holder, field, index)
                            : reflection.GetUInt32(holder, field),
                    step);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedUInt64(holder, field, index)
                            : reflection.GetUInt64(holder, field),
                    step);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedDouble(holder, field, index)
                            : reflection.GetDouble(holder, field),
                    step);
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        CheckNumber(plan,
                    element ? reflection.GetRepeatedFloat(holder, field, index)
                            : reflection.GetFloat(holder, field),
                    step);
        break;
      default:
        break;
    }
  }

  template <class Number>
  void CheckNumber(const ValuePlan& plan, Number value, const Step& step) {
    if (plan.minimum.has_value() && IsBelow(value, *plan.minimum)) {
      Fault(&step, absl::StrCat("不能小于", *plan.minimum));
    } else if (plan.maximum.has_value() && IsAbove(value, *plan.maximum)) {
      Fault(&step, absl::StrCat("不能大于", *plan.maximum));
    }
  }

  void CheckText(const ValuePlan& plan, const std::string& text, const Step& step) {
    if (plan.field->type() == FieldDescriptor::TYPE_BYTES) {
      if (text.size() > plan.length_max) {
        Fault(&step, absl::StrCat("不能多于", plan.length_max, "字节，实为", text.size(), "字节"));
      }
      return;
    }
    if (HasHiddenCharacter(text)) {
      Fault(&step, "含有控制字符或改变文字方向的字符");
      return;
    }
    // What the format says of a length is more to the point than the default limit.
    if (plan.format != options::v1::FORMAT_UNSPECIFIED) {
      if (const std::string fault = FormatFault(plan.format, text); !fault.empty()) {
        Fault(&step, fault);
        return;
      }
    }
    // No text has more characters than bytes: most are settled without counting.
    if (text.size() > plan.length_max && CountCharacters(text) > plan.length_max) {
      Fault(&step, absl::StrCat("不能多于", plan.length_max, "个字符，实为", CountCharacters(text),
                                "个字符"));
      return;
    }
    if (plan.length_min > 0 && CountCharacters(text) < plan.length_min) {
      Fault(&step, absl::StrCat("不能少于", plan.length_min, "个字符"));
      return;
    }
    if (plan.pattern != nullptr &&
        !RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *plan.pattern)) {
      Fault(&step, absl::StrCat("应符合 ", plan.pattern->pattern()));
    }
  }

  static constexpr size_t kKeyLengthMax = 256;

  const MaskNode none_;
  common::v1::BadRequest faults_;
};

}  // namespace

Validator::Validator(const google::protobuf::Descriptor& type)
    : root_(CompilePlan(type, &plans_)) {}

absl::Status Validator::Check(const Message& message) const {
  Walk walk;
  absl::Status mask_status;
  if (root_->update_mask == nullptr ||
      !message.GetReflection()->HasField(message, root_->update_mask)) {
    walk.CheckMessage(*root_, message, nullptr, nullptr);
  } else {
    const auto& mask = static_cast<const FieldMask&>(
        message.GetReflection()->GetMessage(message, root_->update_mask));
    mask_status = CheckMask(mask, *root_->resource->message_type());
    MaskNode tree;
    for (const FieldPlan& field : root_->fields) {
      tree.children[field.field->name()].named = true;
    }
    MaskNode& resource = tree.children[root_->resource->name()];
    resource = TreeOf(mask);
    resource.is_resource = true;
    walk.CheckMessage(*root_, message, nullptr, &tree);
  }
  if (walk.faults().field_violations().empty()) {
    return mask_status;
  }
  if (!mask_status.ok()) {
    const Step step{.field = root_->update_mask};
    walk.Fault(&step, mask_status.message());
  }
  return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                             common::v1::ERROR_REASON_FIELD_INVALID, kSentence, walk.faults());
}

}  // namespace onething::rpc
