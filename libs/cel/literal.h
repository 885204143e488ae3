// Reads the literals of CEL: numbers, text and bytes with their escapes.

#ifndef ONETHING_LIBS_CEL_LITERAL_H_
#define ONETHING_LIBS_CEL_LITERAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/cel/value.h"

namespace onething::cel {

// The text between the quotes with its escapes replaced. In bytes, \x and octal escapes are bytes,
// in text they are characters. INVALID_ARGUMENT, with a Chinese sentence, for an unknown or broken
// escape.
absl::StatusOr<std::string> Unescape(absl::string_view text, bool is_bytes);

// The value of `text`, which begins with a digit or a dot and a digit: int, uint (with u) or
// double. OUT_OF_RANGE for an int of 2^63, which is right after a minus only; INVALID_ARGUMENT for
// what is no number or too large.
absl::StatusOr<Value> ParseNumber(absl::string_view text);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_LITERAL_H_
