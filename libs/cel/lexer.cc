#include "libs/cel/lexer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/cel/literal.h"

namespace onething::cel {
namespace {

// Longer ones first.
constexpr absl::string_view kOperators[] = {"&&", "||", "==", "!=", "<=", ">=", "<", ">",
                                            "+",  "-",  "*",  "/",  "%",  "!",  "?", ":",
                                            ".",  ",",  "(",  ")",  "[",  "]",  "{", "}"};

bool IsNameStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsNamePart(char c) { return absl::ascii_isalnum(c) || c == '_'; }
bool IsQuotedNamePart(char c) {
  return IsNamePart(c) || c == '.' || c == '-' || c == '/' || c == ' ';
}

class Lexer {
 public:
  Lexer(absl::string_view source, std::vector<Issue>* issues) : source_(source), issues_(issues) {}

  std::vector<Token> Run() {
    for (SkipBlanks(); at_ < source_.size(); SkipBlanks()) {
      if (!TakeToken()) return std::move(tokens_);
    }
    Add(TokenKind::kEnd, source_.size());
    return std::move(tokens_);
  }

 private:
  char At(size_t at) const { return at < source_.size() ? source_[at] : '\0'; }

  void SkipBlanks() {
    while (at_ < source_.size()) {
      if (absl::StrContains(" \t\n\r\f", source_[at_])) {
        ++at_;
      } else if (absl::StartsWith(source_.substr(at_), "//")) {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else {
        return;
      }
    }
  }

  Token& Add(TokenKind kind, size_t end) {
    tokens_.push_back({kind, static_cast<int>(at_), source_.substr(at_, end - at_), {}});
    at_ = end;
    return tokens_.back();
  }

  bool Fault(size_t at, absl::string_view sentence) {
    issues_->push_back({PositionAt(source_, static_cast<int>(at)), std::string(sentence)});
    return false;
  }

  bool TakeToken() {
    const char c = source_[at_];
    if (absl::ascii_isdigit(c) || (c == '.' && absl::ascii_isdigit(At(at_ + 1)))) {
      return TakeNumber();
    }
    if (const size_t quote = QuoteAfterPrefix(); quote != absl::string_view::npos) {
      return TakeText(quote);
    }
    if (IsNameStart(c)) {
      Add(TokenKind::kName, EndOf(at_, IsNamePart));
      return true;
    }
    if (c == '`') return TakeQuotedName();
    for (const absl::string_view op : kOperators) {
      if (absl::StartsWith(source_.substr(at_), op)) {
        Add(TokenKind::kOperator, at_ + op.size());
        return true;
      }
    }
    const CodePoint character = CodePointAt(source_, at_);
    return Fault(at_, absl::StrCat("不认识的字符“", source_.substr(at_, character.size), "”"));
  }

  size_t EndOf(size_t at, bool (*is_part)(char)) const {
    while (at < source_.size() && is_part(source_[at])) ++at;
    return at;
  }

  size_t EndOfNumber() const {
    const auto is_digit = [](char c) { return absl::ascii_isdigit(c); };
    const auto is_hex_digit = [](char c) { return absl::ascii_isxdigit(c); };
    if (source_[at_] == '0' && (At(at_ + 1) | 0x20) == 'x') {
      const size_t end = EndOf(at_ + 2, is_hex_digit);
      return (At(end) | 0x20) == 'u' ? end + 1 : end;
    }
    size_t end = EndOf(at_, is_digit);
    bool is_int = true;
    if (At(end) == '.' && absl::ascii_isdigit(At(end + 1))) {
      end = EndOf(end + 1, is_digit);
      is_int = false;
    }
    if ((At(end) | 0x20) == 'e') {
      const size_t digits = end + (At(end + 1) == '+' || At(end + 1) == '-' ? 2 : 1);
      if (absl::ascii_isdigit(At(digits))) return EndOf(digits, is_digit);
    }
    return is_int && (At(end) | 0x20) == 'u' ? end + 1 : end;
  }

  bool TakeNumber() {
    const size_t start = at_;
    const size_t end = EndOfNumber();
    if (IsNamePart(At(end))) return Fault(start, "数字后面紧跟着字母");
    absl::StatusOr<Value> value = ParseNumber(source_.substr(start, end - start));
    if (value.ok()) {
      Add(TokenKind::kLiteral, end).value = *std::move(value);
      return true;
    }
    if (!absl::IsOutOfRange(value.status())) {
      return Fault(start, std::string(value.status().message()));
    }
    Add(TokenKind::kMinimum, end);
    return true;
  }

  // Where the quote of a text with the prefixes r and b begins, npos when no text begins here.
  size_t QuoteAfterPrefix() const {
    size_t at = at_;
    bool has_raw = false, has_bytes = false;
    for (; at < source_.size(); ++at) {
      const char letter = static_cast<char>(source_[at] | 0x20);
      bool* seen = letter == 'r' ? &has_raw : letter == 'b' ? &has_bytes : nullptr;
      if (seen == nullptr || *seen) break;
      *seen = true;
    }
    return At(at) == '"' || At(at) == '\'' ? at : absl::string_view::npos;
  }

  // The end of the text between quotes that begins at `at`, npos when it has none.
  size_t EndOfText(size_t at, absl::string_view quote, bool is_raw) const {
    while (at < source_.size() && !absl::StartsWith(source_.substr(at), quote)) {
      if (quote.size() == 1 && (source_[at] == '\n' || source_[at] == '\r')) break;
      at += source_[at] == '\\' && !is_raw ? 2 : 1;
    }
    const bool is_closed = at < source_.size() && absl::StartsWith(source_.substr(at), quote);
    return is_closed ? at : absl::string_view::npos;
  }

  bool TakeText(size_t quote_at) {
    const absl::string_view prefix = source_.substr(at_, quote_at - at_);
    const bool is_raw = absl::StrContains(prefix, 'r') || absl::StrContains(prefix, 'R');
    const bool is_bytes = absl::StrContains(prefix, 'b') || absl::StrContains(prefix, 'B');
    const std::string triple(3, source_[quote_at]);
    const size_t quote_size = absl::StartsWith(source_.substr(quote_at), triple) ? 3 : 1;
    const size_t start = quote_at + quote_size;
    const size_t end = EndOfText(start, source_.substr(quote_at, quote_size), is_raw);
    if (end == absl::string_view::npos) return Fault(at_, "文字没有结束的引号");
    const absl::string_view inner = source_.substr(start, end - start);
    absl::StatusOr<std::string> text = is_raw ? std::string(inner) : Unescape(inner, is_bytes);
    if (!text.ok()) return Fault(at_, std::string(text.status().message()));
    Add(TokenKind::kLiteral, end + quote_size).value =
        is_bytes ? Value::Bytes(*text) : Value::String(*text);
    return true;
  }

  bool TakeQuotedName() {
    const size_t end = EndOf(at_ + 1, IsQuotedNamePart);
    if (At(end) != '`' || end == at_ + 1) return Fault(at_, "反引号中的名称有误");
    Token& token = Add(TokenKind::kQuotedName, end + 1);
    token.text = token.text.substr(1, token.text.size() - 2);
    return true;
  }

  const absl::string_view source_;
  std::vector<Issue>* const issues_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(absl::string_view source, std::vector<Issue>* issues) {
  if (source.size() > kSourceSizeMax) {
    issues->push_back(
        {{}, absl::StrCat("表达式最长", kSourceSizeMax, "字节，实为", source.size(), "字节")});
    return {};
  }
  if (!IsUtf8(source)) {
    issues->push_back({{}, "表达式不是UTF-8文字"});
    return {};
  }
  return Lexer(source, issues).Run();
}

}  // namespace onething::cel
