// Cuts an expression into tokens, with comments and white space left out and literals read to their
// values.

#ifndef ONETHING_LIBS_CEL_LEXER_H_
#define ONETHING_LIBS_CEL_LEXER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/cel/source.h"
#include "libs/cel/value.h"

namespace onething::cel {

enum class TokenKind {
  kEnd,
  kName,        // text: the name
  kQuotedName,  // a name in back quotes, text: without them; only after a dot
  kLiteral,     // value: a number, text or bytes
  kMinimum,     // the digits of 2^63, right only after a minus
  kOperator,    // text: one of the operators and brackets
};

// One token. A value; `text` points into the source.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  int offset = 0;
  absl::string_view text;
  Value value;
};

// The tokens of `source`, the last one being kEnd. Stops at the first fault, which is then added to
// `issues`: a text that is too long or not UTF-8, an unknown character, a broken literal.
std::vector<Token> Tokenize(absl::string_view source, std::vector<Issue>* issues);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_LEXER_H_
