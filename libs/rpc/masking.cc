#include "libs/rpc/masking.h"

#include <memory>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "libs/codes/citizen_number.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/mask.h"
#include "onething/options/v1/options.pb.h"

namespace onething::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using options::v1::FieldRules;

constexpr size_t kTextMax = 2000;
constexpr char kHidden[] = "***";

std::string MaskText(const FieldRules& rules, absl::string_view text) {
  switch (rules.format()) {
    case options::v1::FORMAT_CITIZEN_NUMBER:
      return codes::MaskCitizenNumber(text);
    case options::v1::FORMAT_PHONE:
      return codes::MaskPhone(text);
    default:
      return kHidden;
  }
}

// A list or map says only that it is not empty, a text what its format allows, anything else
// nothing.
void Hide(const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    reflection.ClearField(message, &field);
  } else if (field.is_repeated()) {
    reflection.ClearField(message, &field);
    reflection.AddString(message, &field, kHidden);
  } else {
    const FieldRules& rules = field.options().GetExtension(options::v1::field);
    reflection.SetString(message, &field, MaskText(rules, reflection.GetString(*message, &field)));
  }
}

void HideSensitive(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->options().GetExtension(options::v1::field).sensitive()) {
      Hide(*field, message);
    } else if (field->message_type() == nullptr) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        HideSensitive(reflection.MutableRepeatedMessage(message, field, i));
      }
    } else {
      HideSensitive(reflection.MutableMessage(message, field));
    }
  }
}

// Cuts at a character, so that what is left is well-formed.
void CutTo(size_t size_max, std::string* text) {
  if (text->size() <= size_max) {
    return;
  }
  size_t size = size_max;
  while (size > 0 && (static_cast<unsigned char>((*text)[size]) & 0xC0) == 0x80) {
    --size;
  }
  text->resize(size);
  text->append("…");
}

}  // namespace

std::string MaskSubject(absl::string_view code) {
  if (code.empty()) {
    return "";
  }
  if (codes::CitizenNumber::Parse(code).ok()) {
    return codes::MaskCitizenNumber(code);
  }
  return codes::CreditCode::Parse(code).ok() ? std::string(code) : kHidden;
}

std::string MaskedText(const Message& message) {
  const std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  copy->DiscardUnknownFields();
  HideSensitive(copy.get());
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(*copy, &text);
  CutTo(kTextMax, &text);
  return text;
}

}  // namespace onething::rpc
