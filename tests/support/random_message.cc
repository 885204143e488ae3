#include "tests/support/random_message.h"

#include <string>

namespace onething::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDepthMax = 4;
constexpr int kElementsMax = 3;
constexpr size_t kLongText = 5000;

// Texts that are right somewhere, and texts that are right nowhere.
const char* const kTexts[] = {
    "",
    "a",
    "测试",
    "11010519491231002X",
    "12441500196720244T",
    "11430000006122244L",
    "442199806006",
    "12441500196720244T3442199806006",
    "360100",
    "36",
    "2026-03-02",
    "2026-13-45",
    "13800138000",
    "items/12441500196720244T3442199806006",
    "bundles/newborn",
    "cases/36-2026-0000001",
    "tasks/1",
    "transfers/36-33-36-2026-0000001-1",
    "ratings/36-2026-0000001-1",
    "licenses/1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "11100000000013661B001",
    "510",
    "0123456789abcdef",
    "../../etc/passwd",
    "' OR 1=1 --",
    "\x01\x02"};

std::string RandomText(std::mt19937& random) {
  const size_t choice = random() % (std::size(kTexts) + 1);
  return choice < std::size(kTexts) ? kTexts[choice] : std::string(kLongText, 'x');
}

int64_t RandomNumber(std::mt19937& random) {
  const int64_t numbers[] = {0, 1, 2, 3, 5, 10, 50, 201, -1, 1000000, INT32_MAX, INT32_MIN};
  return numbers[random() % std::size(numbers)];
}

void SetScalar(std::mt19937& random, Message* message, const FieldDescriptor* field) {
  const Reflection* reflection = message->GetReflection();
  const bool add = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      add ? reflection->AddString(message, field, RandomText(random))
          : reflection->SetString(message, field, RandomText(random));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      add ? reflection->AddBool(message, field, random() % 2 != 0)
          : reflection->SetBool(message, field, random() % 2 != 0);
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection->SetInt32(message, field, static_cast<int32_t>(RandomNumber(random)));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->SetInt64(message, field, RandomNumber(random));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection->SetUInt32(message, field, static_cast<uint32_t>(RandomNumber(random)));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      reflection->SetUInt64(message, field, static_cast<uint64_t>(RandomNumber(random)));
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int value = static_cast<int>(random() % 8);
      add ? reflection->AddEnumValue(message, field, value)
          : reflection->SetEnumValue(message, field, value);
      break;
    }
    default:
      break;
  }
}

}  // namespace

void FillRandomly(std::mt19937& random, Message* message, int depth) {
  const Reflection* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (random() % 4 == 0) {
      continue;
    }
    const int elements = field->is_repeated() ? 1 + static_cast<int>(random() % kElementsMax) : 1;
    for (int element = 0; element < elements; ++element) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        SetScalar(random, message, field);
      } else if (depth < kDepthMax) {
        FillRandomly(random,
                     field->is_repeated() ? reflection->AddMessage(message, field)
                                          : reflection->MutableMessage(message, field),
                     depth + 1);
      }
    }
  }
}

}  // namespace onething::testing
