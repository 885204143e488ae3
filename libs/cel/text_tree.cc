#include "libs/cel/text_tree.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/cel/source.h"

namespace onething::cel {
namespace {

constexpr int kNestingMax = 100;

bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsHex(char c) { return absl::ascii_isxdigit(c); }

// Takes up to `count` digits off the begin of `rest`.
uint32_t TakeDigits(absl::string_view* rest, size_t count, int base) {
  uint32_t value = 0;
  for (size_t i = 0; i < count && !rest->empty(); ++i) {
    const char c = rest->front();
    if (base == 8 ? !IsOctal(c) : !IsHex(c)) break;
    const int digit = absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    rest->remove_prefix(1);
  }
  return value;
}

// Replaces one escape at the begin of `rest`, the backslash left out.
void TakeEscape(absl::string_view* rest, std::string* out) {
  constexpr absl::string_view kLetters = "abfnrtv", kMeanings = "\a\b\f\n\r\t\v";
  const char letter = rest->front();
  if (IsOctal(letter)) {
    out->push_back(static_cast<char>(TakeDigits(rest, 3, 8)));
    return;
  }
  rest->remove_prefix(1);
  if (letter == 'x' || letter == 'X') {
    out->push_back(static_cast<char>(TakeDigits(rest, 2, 16)));
  } else if (letter == 'u' || letter == 'U') {
    const uint32_t character = TakeDigits(rest, letter == 'u' ? 4 : 8, 16);
    AppendUtf8(std::min<uint32_t>(character, 0x10FFFF), out);
  } else {
    const size_t known = kLetters.find(letter);
    out->push_back(known == absl::string_view::npos ? letter : kMeanings[known]);
  }
}

std::string UnescapeText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\' && !text.empty()) {
      TakeEscape(&text, &out);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  absl::StatusOr<TextField> Run() {
    TextField file;
    file.is_message = true;
    RETURN_IF_ERROR(ReadFields('\0', &file));
    return file;
  }

 private:
  char Peek() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (absl::ascii_isspace(text_[at_])) {
        ++at_;
      } else {
        return text_[at_];
      }
    }
    return '\0';
  }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  absl::Status Fault(absl::string_view what) const {
    const auto line = std::count(text_.begin(), text_.begin() + static_cast<int64_t>(at_), '\n');
    return absl::InvalidArgumentError(absl::StrCat("line ", line + 1, ": ", what));
  }

  absl::Status ReadFields(char close, TextField* message) {
    if (++nesting_ > kNestingMax) return Fault("nested too deep");
    while (Peek() != close) {
      if (at_ >= text_.size()) return Fault("the message does not end");
      RETURN_IF_ERROR(ReadField(message));
      if (!Take(',')) Take(';');
    }
    if (close != '\0') ++at_;
    --nesting_;
    return absl::OkStatus();
  }

  absl::Status ReadField(TextField* message) {
    const size_t start = at_;
    const auto is_part = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; };
    if (text_[at_] == '[') {
      at_ = text_.find(']', at_);
      if (at_ == absl::string_view::npos) at_ = text_.size();
      if (at_ < text_.size()) ++at_;
    } else {
      while (at_ < text_.size() && is_part(text_[at_])) ++at_;
    }
    if (at_ == start) return Fault("a field is expected");
    const std::string name(text_.substr(start, at_ - start));
    Take(':');
    if (!Take('[')) return ReadValue(name, message);
    while (!Take(']')) {
      if (Peek() == '\0') return Fault("the list does not end");
      RETURN_IF_ERROR(ReadValue(name, message));
      Take(',');
    }
    return absl::OkStatus();
  }

  absl::Status ReadValue(const std::string& name, TextField* message) {
    TextField field;
    field.name = name;
    if (Take('{')) {
      field.is_message = true;
      RETURN_IF_ERROR(ReadFields('}', &field));
    } else if (Take('<')) {
      field.is_message = true;
      RETURN_IF_ERROR(ReadFields('>', &field));
    } else if (Peek() == '"' || Peek() == '\'') {
      while (Peek() == '"' || Peek() == '\'') RETURN_IF_ERROR(ReadText(&field.scalar));
    } else {
      const size_t start = at_;
      while (at_ < text_.size() && !absl::ascii_isspace(text_[at_]) &&
             !absl::StrContains(",;{}[]<>#:\"'", text_[at_])) {
        ++at_;
      }
      if (at_ == start) return Fault("a value is expected");
      field.scalar = std::string(text_.substr(start, at_ - start));
    }
    message->fields.push_back(std::move(field));
    return absl::OkStatus();
  }

  absl::Status ReadText(std::string* out) {
    const char quote = text_[at_];
    const size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) {
      at_ = start;
      return Fault("the text does not end");
    }
    absl::StrAppend(out, UnescapeText(text_.substr(start, at_ - start)));
    ++at_;
    return absl::OkStatus();
  }

  const absl::string_view text_;
  size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

const TextField* TextField::Find(absl::string_view wanted) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [wanted](const TextField& field) {
    return field.name == wanted;
  });
  return found == fields.end() ? nullptr : &*found;
}

absl::string_view TextField::Get(absl::string_view wanted) const {
  const TextField* field = Find(wanted);
  return field == nullptr ? absl::string_view() : absl::string_view(field->scalar);
}

absl::StatusOr<TextField> ParseTextTree(absl::string_view text) { return Reader(text).Run(); }

}  // namespace onething::cel
