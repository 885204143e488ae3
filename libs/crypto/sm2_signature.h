// The two numbers of an SM2 signature, read from their DER. Strict on purpose: bytes that two
// readers could understand differently are no signature. What real seals contain beyond that is for
// a lenient reader elsewhere, which can fill the same struct.

#ifndef ONETHING_LIBS_CRYPTO_SM2_SIGNATURE_H_
#define ONETHING_LIBS_CRYPTO_SM2_SIGNATURE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace onething::crypto {

inline constexpr std::size_t kScalarSize = 32;

struct Sm2Signature {
  std::array<std::uint8_t, kScalarSize> r;  // Big-endian, 1 to n-1.
  std::array<std::uint8_t, kScalarSize> s;  // Big-endian, 1 to n-1.
};

// The signature that `der` encodes, or nothing when it is not exactly
//   30 len(1)  integer(r) integer(s)
//   integer  = 02 len(1) minimal big-endian two's complement
// with both numbers from 1 to n-1, n being the order of the SM2 curve.
std::optional<Sm2Signature> ParseSm2Signature(absl::string_view der);

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_SM2_SIGNATURE_H_
