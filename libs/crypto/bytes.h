// Small helpers around secret and opaque bytes: hex, comparison without a timing hint, random
// bytes. Base64 is not here (absl has it).

#ifndef ONETHING_LIBS_CRYPTO_BYTES_H_
#define ONETHING_LIBS_CRYPTO_BYTES_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace onething::crypto {

// `bytes` as lower-case hex, two characters each.
std::string ToHex(absl::string_view bytes);

// The bytes that `hex` writes; both cases are read, an empty text is no bytes. INVALID_ARGUMENT
// when the length is odd or a character is no hex digit.
absl::StatusOr<std::string> FromHex(absl::string_view hex);

// Whether `a` and `b` are the same bytes, in a time that depends on their sizes only. For codes
// and tokens an attacker may guess byte by byte.
bool ConstantTimeEquals(absl::string_view a, absl::string_view b);

// `size` bytes nobody can guess. For keys and ids made at the edge of a process; never inside a
// command, whose result must follow from its input alone.
std::string RandomBytes(std::size_t size);

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_BYTES_H_
