// Propagation of absl::Status without noise: the two macros of the house. Nothing else lives here;
// how errors are made is in error.h.

#ifndef ONETHING_LIBS_BASE_STATUS_H_
#define ONETHING_LIBS_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ONETHING_CONCAT_INNER(a, b) a##b
#define ONETHING_CONCAT(a, b) ONETHING_CONCAT_INNER(a, b)

// Evaluates an expression of type absl::Status once and returns it from the enclosing function
// unless it is OK.
#define RETURN_IF_ERROR(expression) \
  RETURN_IF_ERROR_INNER(ONETHING_CONCAT(status_, __LINE__), expression)

#define RETURN_IF_ERROR_INNER(holder, expression)           \
  do {                                                      \
    if (absl::Status holder = (expression); !holder.ok()) { \
      return holder;                                        \
    }                                                       \
  } while (false)

// Evaluates an expression of type absl::StatusOr<T> once; assigns the value to `target` (which may
// declare a variable) or returns the status from the enclosing function.
#define ASSIGN_OR_RETURN(target, expression) \
  ASSIGN_OR_RETURN_INNER(ONETHING_CONCAT(status_or_, __LINE__), target, expression)

#define ASSIGN_OR_RETURN_INNER(holder, target, expression) \
  auto holder = (expression);                              \
  if (!holder.ok()) {                                      \
    return std::move(holder).status();                     \
  }                                                        \
  target = *std::move(holder)

#endif  // ONETHING_LIBS_BASE_STATUS_H_
