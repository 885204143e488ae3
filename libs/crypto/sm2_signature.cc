#include "libs/crypto/sm2_signature.h"

#include <algorithm>

namespace onething::crypto {
namespace {

using Scalar = std::array<std::uint8_t, kScalarSize>;

constexpr Scalar kOrder = {0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03, 0xDF, 0x6B, 0x21, 0xC6,
                           0x05, 0x2B, 0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x23};

// Takes one element with `tag` and a length of one byte off the front of `in`.
std::optional<absl::string_view> TakeElement(char tag, absl::string_view& in) {
  if (in.size() < 2 || in[0] != tag) return std::nullopt;
  // A length byte above 127 announces a longer form, which no part of a signature needs.
  const std::size_t size = static_cast<std::uint8_t>(in[1]);
  if (size > 127 || size > in.size() - 2) return std::nullopt;
  const absl::string_view content = in.substr(2, size);
  in.remove_prefix(2 + size);
  return content;
}

std::optional<Scalar> TakeScalar(absl::string_view& in) {
  const std::optional<absl::string_view> content = TakeElement('\x02', in);
  if (!content.has_value() || content->empty()) return std::nullopt;
  const auto is_high = [](char c) { return (static_cast<std::uint8_t>(c) & 0x80) != 0; };
  absl::string_view digits = *content;
  if (is_high(digits[0])) return std::nullopt;
  if (digits[0] == '\0') {
    digits.remove_prefix(1);
    if (digits.empty() || !is_high(digits[0])) return std::nullopt;
  }
  if (digits.size() > kScalarSize) return std::nullopt;
  Scalar scalar{};
  std::transform(digits.rbegin(), digits.rend(), scalar.rbegin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  if (scalar >= kOrder) return std::nullopt;
  return scalar;
}

}  // namespace

std::optional<Sm2Signature> ParseSm2Signature(absl::string_view der) {
  std::optional<absl::string_view> body = TakeElement('\x30', der);
  if (!body.has_value() || !der.empty()) return std::nullopt;
  const std::optional<Scalar> r = TakeScalar(*body);
  if (!r.has_value()) return std::nullopt;
  const std::optional<Scalar> s = TakeScalar(*body);
  if (!s.has_value() || !body->empty()) return std::nullopt;
  return Sm2Signature{.r = *r, .s = *s};
}

}  // namespace onething::crypto
