// The macros of CEL: calls that are replaced while parsing, because they bring a variable of their
// own or look at an expression instead of its value.

#ifndef ONETHING_LIBS_CEL_MACROS_H_
#define ONETHING_LIBS_CEL_MACROS_H_

#include <memory>
#include <string>

#include "libs/cel/ast.h"

namespace onething::cel {

// Replaces `call`, when it is a macro by name and number of operands, by what it stands for; any
// other call stays. The Chinese sentence of what is wrong, empty when nothing is.
std::string ExpandMacro(std::unique_ptr<Expr>* call);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_MACROS_H_
