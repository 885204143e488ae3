// The values and types of the conformance suite, from its text format. What the subset does not
// have is UNIMPLEMENTED, with the reason for which the case is skipped; what is not understood is
// INVALID_ARGUMENT.

#ifndef ONETHING_LIBS_CEL_CONFORMANCE_VALUES_H_
#define ONETHING_LIBS_CEL_CONFORMANCE_VALUES_H_

#include "absl/status/statusor.h"
#include "libs/cel/text_tree.h"
#include "libs/cel/type.h"
#include "libs/cel/value.h"

namespace onething::cel {

// The reasons for which cases are skipped.
inline constexpr char kNeedsMessage[] = "needs a protobuf message type";
inline constexpr char kNeedsUnknown[] = "needs unknown values";
inline constexpr char kNeedsOptional[] = "needs optional values";
inline constexpr char kNeedsExtension[] = "needs an extension library";
inline constexpr char kNeedsTwoVariables[] = "needs macros with two variables";
inline constexpr char kNeedsFunction[] = "declares a function of its own";
inline constexpr char kNeedsAbstractType[] = "needs an abstract type";
inline constexpr char kNeedsNoMacros[] = "switches the macros off";

// The value of a message with one of the fields null_value, bool_value, … , map_value.
absl::StatusOr<Value> ReadConformanceValue(const TextField& message);

// The type of a message with one of the fields dyn, null, primitive, well_known, list_type, … .
absl::StatusOr<Type> ReadConformanceType(const TextField& message);

// Whether `a` and `b` are the same value: of the same kind and equal, NaN to itself as well, a map
// in any order.
bool IsSameValue(const Value& a, const Value& b);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_CONFORMANCE_VALUES_H_
