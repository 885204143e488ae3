// The checker: what the names of an expression mean, which overloads its calls may take, and
// whether the types fit. An expression of a bundle passes it before the bundle is published.

#ifndef ONETHING_LIBS_CEL_CHECKER_H_
#define ONETHING_LIBS_CEL_CHECKER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "libs/cel/ast.h"
#include "libs/cel/environment.h"
#include "libs/cel/source.h"

namespace onething::cel {

// Fills in what ast.h leaves to the checker and returns the type of the whole. Every fault is added
// to `issues`, in the order of the text, at most kIssueCountMax: unknown names and functions, with
// the nearest known one; fields a record does not have; operands that no overload takes; regular
// expressions that are written out and wrong; protobuf messages.
//
// What the text leaves open (dyn) is not refused; it is decided by the values.
Type Check(absl::string_view source, const Environment& environment, Expr* root,
           std::vector<Issue>* issues);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_CHECKER_H_
