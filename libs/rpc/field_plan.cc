#include "libs/rpc/field_plan.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"

namespace onething::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using options::v1::FieldRules;

constexpr uint32_t kTextLengthDefault = 256;
constexpr uint32_t kBytesLengthDefault = 65536;
constexpr uint32_t kItemsDefault = 100;

constexpr char kFieldMask[] = "google.protobuf.FieldMask";

void Require(bool condition, const FieldDescriptor& field, absl::string_view what) {
  if (!condition) {
    const std::string message = absl::StrCat(field.full_name(), ": ", what);
    CheckFailed(__FILE__, __LINE__, message.c_str());
  }
}

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return true;
    default:
      return false;
  }
}

ValuePlan CompileValue(const FieldDescriptor& field, const FieldRules& rules, MessagePlans* plans) {
  const bool text = field.type() == FieldDescriptor::TYPE_STRING;
  const bool bytes = field.type() == FieldDescriptor::TYPE_BYTES;
  ValuePlan plan{.field = &field, .length_min = rules.length_min(), .format = rules.format()};
  Require(text || rules.length_min() == 0, field, "length_min is for strings");
  Require(text || rules.pattern().empty(), field, "pattern is for strings");
  Require(text || rules.format() == options::v1::FORMAT_UNSPECIFIED, field,
          "format is for strings");
  Require(text || bytes || rules.length_max() == 0, field, "length_max is for strings and bytes");
  if (text || bytes) {
    plan.length_max = rules.length_max() != 0 ? rules.length_max()
                      : text                  ? kTextLengthDefault
                                              : kBytesLengthDefault;
    Require(plan.length_min <= plan.length_max, field, "length_min is above length_max");
  }
  if (!rules.pattern().empty()) {
    plan.pattern = std::make_unique<const RE2>(rules.pattern(), RE2::Quiet);
    Require(plan.pattern->ok(), field, plan.pattern->error());
  }
  Require(IsNumber(field) || (!rules.has_minimum() && !rules.has_maximum()), field,
          "minimum and maximum are for numbers");
  if (rules.has_minimum()) {
    plan.minimum = rules.minimum();
  }
  if (rules.has_maximum()) {
    plan.maximum = rules.maximum();
  }
  Require(plan.minimum.value_or(INT64_MIN) <= plan.maximum.value_or(INT64_MAX), field,
          "minimum is above maximum");
  if (field.message_type() != nullptr) {
    plan.message = CompilePlan(*field.message_type(), plans);
  }
  return plan;
}

FieldPlan CompileField(const FieldDescriptor& field, MessagePlans* plans) {
  const FieldRules& rules = field.options().GetExtension(options::v1::field);
  FieldPlan plan{.field = &field,
                 .required = rules.required(),
                 .output_only = rules.output_only(),
                 .sensitive = rules.sensitive(),
                 .items_min = rules.items_min()};
  Require(field.is_repeated() || (rules.items_min() == 0 && rules.items_max() == 0), field,
          "items_min and items_max are for lists and maps");
  Require(!rules.required() || !rules.output_only(), field,
          "a field cannot be required and output_only");
  Require(!rules.required() || field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL ||
              field.is_repeated() || field.has_presence(),
          field, "a required bool must be optional, so that false can be said");
  if (field.is_repeated()) {
    plan.items_max = rules.items_max() != 0 ? rules.items_max() : kItemsDefault;
    Require(plan.items_min <= plan.items_max, field, "items_min is above items_max");
  }
  const FieldDescriptor& value = field.is_map() ? *field.message_type()->map_value() : field;
  plan.value = CompileValue(value, rules, plans);
  return plan;
}

bool CanHoldFault(const FieldPlan& plan) {
  if (plan.required || plan.output_only || plan.items_max != 0 || plan.value.length_max != 0 ||
      plan.value.minimum.has_value() || plan.value.maximum.has_value()) {
    return true;
  }
  return plan.value.field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
         plan.value.message != nullptr;
}

void FindResource(const Descriptor& type, MessagePlan* plan) {
  const FieldDescriptor* mask = type.FindFieldByName("update_mask");
  if (mask == nullptr || mask->is_repeated() || mask->message_type() == nullptr ||
      mask->message_type()->full_name() != kFieldMask) {
    return;
  }
  plan->update_mask = mask;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (&field != mask && field.message_type() != nullptr && !field.is_repeated()) {
      Require(plan->resource == nullptr, field,
              "a request with update_mask has one other singular message field, the resource");
      plan->resource = &field;
    }
  }
  Require(plan->resource != nullptr, *mask, "there is no resource to update");
}

}  // namespace

const MessagePlan* CompilePlan(const Descriptor& type, MessagePlans* plans) {
  const auto [entry, inserted] = plans->try_emplace(&type, nullptr);
  if (!inserted) {
    return entry->second.get();
  }
  entry->second = std::make_unique<MessagePlan>();
  // Compiling the fields adds to `plans` and moves its entries, not the plan.
  MessagePlan* const plan = entry->second.get();
  if (type.full_name() == "google.protobuf.Timestamp") {
    plan->kind = MessagePlan::Kind::kTimestamp;
  } else if (type.full_name() == "google.protobuf.Duration") {
    plan->kind = MessagePlan::Kind::kDuration;
  }
  for (int i = 0; i < type.field_count(); ++i) {
    FieldPlan field = CompileField(*type.field(i), plans);
    if (CanHoldFault(field)) {
      plan->fields.push_back(std::move(field));
    }
  }
  FindResource(type, plan);
  return plan;
}

}  // namespace onething::rpc
