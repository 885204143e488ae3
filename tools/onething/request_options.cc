#include "tools/onething/request_options.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/check.h"
#include "libs/base/status.h"
#include "libs/config/closest_word.h"
#include "onething/options/v1/options.pb.h"
#include "tools/onething/request_file.h"

namespace onething::tool {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kValueCountMax = 1000;

const options::v1::FieldRules& RulesOf(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field);
}

bool IsFile(const FieldDescriptor* field) {
  return field == nullptr || (field->message_type() != nullptr && !field->is_map());
}

// What the values of a field are called in the help.
std::string TypeWord(const FieldDescriptor* field) {
  if (IsFile(field)) {
    return "FILE";
  }
  if (field->is_map()) {
    return "KEY=VALUE";
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES ? "HEX" : "TEXT";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "WORD";
    default:
      return "N";
  }
}

// `STATE_` of STATE_UNSPECIFIED.
std::string PrefixOf(const EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"));
}

std::string WordOf(const EnumValueDescriptor& value) {
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(absl::StripPrefix(value.name(), PrefixOf(*value.type()))),
      {{"_", "-"}});
}

// A name without its collection gets the one that the contract's pattern begins with.
std::string CompleteName(const FieldDescriptor& field, const std::string& text) {
  const std::string& pattern = RulesOf(field).pattern();
  const size_t slash = pattern.find('/');
  if (slash == std::string::npos || absl::StrContains(text, '/') ||
      !std::all_of(pattern.begin(), pattern.begin() + static_cast<std::ptrdiff_t>(slash),
                   absl::ascii_isalpha)) {
    return text;
  }
  return absl::StrCat(pattern.substr(0, slash + 1), text);
}

absl::Status Misfit(const char* option, absl::string_view wanted, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat(option, " 应为", wanted, "，不是 ", text));
}

// Sets a numeric field, or adds to a list of them.
template <class Number, class Store>
absl::Status TakeNumber(const char* option, const std::string& text, const Store& store) {
  Number number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return Misfit(option, std::is_signed_v<Number> ? "整数" : "非负整数", text);
  }
  store(number);
  return absl::OkStatus();
}

absl::Status TakeWord(const char* option, const FieldDescriptor& field, const std::string& text,
                      Message* holder) {
  const EnumDescriptor& type = *field.enum_type();
  for (int i = 1; i < type.value_count(); ++i) {
    if (WordOf(*type.value(i)) == absl::StrReplaceAll(text, {{"_", "-"}})) {
      const auto* reflection = holder->GetReflection();
      field.is_repeated() ? reflection->AddEnum(holder, &field, type.value(i))
                          : reflection->SetEnum(holder, &field, type.value(i));
      return absl::OkStatus();
    }
  }
  const std::vector<std::string> words = WordsOf(type);
  return Misfit(option, absl::StrCat(" ", absl::StrJoin(words, "、"), " 之一"),
                absl::StrCat(text, config::DidYouMeanTail(text, words)));
}

absl::Status TakePair(const char* option, const FieldDescriptor& field, const std::string& text,
                      Message* holder) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.size() != 2 || parts[0].empty()) {
    return Misfit(option, " 名称=值", text);
  }
  Message* entry = holder->GetReflection()->AddMessage(holder, &field);
  const auto* type = entry->GetDescriptor();
  entry->GetReflection()->SetString(entry, type->map_key(), parts[0]);
  entry->GetReflection()->SetString(entry, type->map_value(), parts[1]);
  return absl::OkStatus();
}

absl::Status TakeText(const char* option, const FieldDescriptor& field, const std::string& text,
                      Message* holder) {
  std::string value = CompleteName(field, text);
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    if (text.size() % 2 != 0 || !std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
      return Misfit(option, "成对的十六进制数字", text);
    }
    value = absl::HexStringToBytes(text);
  }
  const auto* reflection = holder->GetReflection();
  field.is_repeated() ? reflection->AddString(holder, &field, std::move(value))
                      : reflection->SetString(holder, &field, std::move(value));
  return absl::OkStatus();
}

// One value of an option into its field.
absl::Status TakeOne(const char* option, const FieldDescriptor& field, const std::string& text,
                     Message* holder) {
  const auto* reflection = holder->GetReflection();
  if (field.is_map()) {
    return TakePair(option, field, text, holder);
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return TakeText(option, field, text, holder);
    case FieldDescriptor::CPPTYPE_ENUM:
      return TakeWord(option, field, text, holder);
    case FieldDescriptor::CPPTYPE_INT32:
      return TakeNumber<int32_t>(
          option, text, [&](int32_t number) { reflection->SetInt32(holder, &field, number); });
    case FieldDescriptor::CPPTYPE_INT64:
      return TakeNumber<int64_t>(
          option, text, [&](int64_t number) { reflection->SetInt64(holder, &field, number); });
    default:
      return TakeNumber<uint64_t>(
          option, text, [&](uint64_t number) { reflection->SetUInt64(holder, &field, number); });
  }
}

// Why a file named on the command line cannot be read at all; OK when it can.
absl::Status CheckFile(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error)
             ? absl::OkStatus()
             : absl::InvalidArgumentError(absl::StrCat("没有文件 ", path));
}

}  // namespace

std::vector<std::string> WordsOf(const EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) {
    words.push_back(WordOf(*type.value(i)));
  }
  return words;
}

RequestOptions::RequestOptions(CLI::App* verb, const std::vector<FieldOption>& options,
                               Message* request)
    : request_(request) {
  for (const FieldOption& option : options) {
    options_.push_back(Bind(verb, option));
  }
}

RequestOptions::Bound RequestOptions::Bind(CLI::App* verb, const FieldOption& option) const {
  const FieldDescriptor* field = nullptr;
  const google::protobuf::Descriptor* type = request_->GetDescriptor();
  for (const absl::string_view part : absl::StrSplit(option.field, '.', absl::SkipEmpty())) {
    CHECK(type != nullptr);
    field = type->FindFieldByName(std::string(part));
    CHECK(field != nullptr);
    type = field->message_type();
  }
  std::string help = option.help;
  if (field != nullptr && field->enum_type() != nullptr) {
    absl::StrAppend(&help, "：", absl::StrJoin(WordsOf(*field->enum_type()), "、"));
  }
  if (field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    // CLI11 takes a text that is not const for the variable to be filled.
    return {option, field, verb->add_flag(option.name, std::as_const(help))};
  }
  CLI::Option* given = verb->add_option(option.name, std::as_const(help));
  given->type_name(TypeWord(field));
  const bool repeated = field != nullptr && field->is_repeated();
  const bool positional = option.name[0] != '-';
  if (repeated && positional) {
    given->expected(1, kValueCountMax)->allow_extra_args();
  } else if (repeated) {
    given->expected(1)->take_all();
  }
  // A field inside a message is required only when the message is there.
  const bool inside = absl::StrContains(option.field, ".");
  given->required(field == nullptr ||
                  (!inside && (RulesOf(*field).required() || RulesOf(*field).items_min() > 0)));
  return {option, field, given};
}

Message* RequestOptions::HolderOf(const Bound& bound) const {
  Message* holder = request_;
  std::vector<std::string> parts = absl::StrSplit(bound.option.field, '.');
  parts.pop_back();
  for (const std::string& part : parts) {
    holder = holder->GetReflection()->MutableMessage(
        holder, holder->GetDescriptor()->FindFieldByName(part));
  }
  return holder;
}

absl::Status RequestOptions::TakeValues() {
  for (const Bound& bound : options_) {
    if (bound.given->count() > 0) {
      RETURN_IF_ERROR(TakeValue(bound));
    }
  }
  return absl::OkStatus();
}

absl::Status RequestOptions::TakeValue(const Bound& bound) {
  if (IsFile(bound.field)) {
    return CheckFile(bound.given->results().front());
  }
  Message* holder = HolderOf(bound);
  if (bound.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    holder->GetReflection()->SetBool(holder, bound.field, true);
    return absl::OkStatus();
  }
  for (const std::string& text : bound.given->results()) {
    RETURN_IF_ERROR(TakeOne(bound.option.name, *bound.field, text, holder));
  }
  return absl::OkStatus();
}

absl::Status RequestOptions::ReadFiles() {
  for (const Bound& bound : options_) {
    if (!IsFile(bound.field) || bound.given->count() == 0) {
      continue;
    }
    Message* into = bound.field == nullptr ? request_
                                           : HolderOf(bound)->GetReflection()->MutableMessage(
                                                 HolderOf(bound), bound.field);
    File file{.field = bound.option.field, .places = config::SourceMap()};
    RETURN_IF_ERROR(ReadMessageFile(bound.given->results().front(), into, &file.places));
    files_.push_back(std::move(file));
  }
  return absl::OkStatus();
}

std::string RequestOptions::PlaceOf(absl::string_view field) const {
  for (const File& file : files_) {
    absl::string_view path = field;
    const bool inside = file.field.empty() ||
                        (absl::ConsumePrefix(&path, file.field) && absl::ConsumePrefix(&path, "."));
    if (inside && !file.places.file().empty()) {
      const config::Position position = file.places.Nearest(path);
      return absl::StrCat(file.places.file(), ":", position.line, ":", position.column);
    }
  }
  return "";
}

}  // namespace onething::tool
