// Equality and order of values, numbers of different kinds included. An int or uint is compared
// with a double as the double nearest to it.

#ifndef ONETHING_LIBS_CEL_COMPARE_H_
#define ONETHING_LIBS_CEL_COMPARE_H_

#include <compare>

#include "libs/cel/meter.h"
#include "libs/cel/value.h"

namespace onething::cel {

// Whether `a` and `b` are equal; values of different kinds are not, but for numbers. Lists are
// equal element by element, maps whatever the order of their entries. Without meaning once the
// meter is exhausted, by size or by nesting.
bool Equal(const Value& a, const Value& b, Meter* meter);

// The order of two numbers, or of two values of one of the kinds that have an order; unordered for
// all others and for NaN.
std::partial_ordering Compare(const Value& a, const Value& b);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_COMPARE_H_
