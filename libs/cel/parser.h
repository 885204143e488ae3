// From the text of an expression to its tree. Grammar and precedence are those of the language
// definition of CEL; macros are replaced here. It knows neither types nor variables.

#ifndef ONETHING_LIBS_CEL_PARSER_H_
#define ONETHING_LIBS_CEL_PARSER_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/cel/ast.h"
#include "libs/cel/source.h"

namespace onething::cel {

// The tree of `source`. Null pointer, with the first fault added to `issues`, when it is no
// expression or goes over a limit of source.h. Uses stack in proportion to kDepthMax at most.
std::unique_ptr<Expr> Parse(absl::string_view source, std::vector<Issue>* issues);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_PARSER_H_
