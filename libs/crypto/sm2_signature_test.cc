#include "libs/crypto/sm2_signature.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/crypto/bytes.h"
#include "libs/crypto/test_keys.h"

namespace onething::crypto {
namespace {

using test::Unhex;

constexpr absl::string_view kOrderHex =
    "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
constexpr absl::string_view kOrderMinusOneHex =
    "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";

std::string Element(char tag, absl::string_view content) {
  return absl::StrCat(std::string{tag, static_cast<char>(content.size())}, content);
}

// The DER of a signature whose integers have the contents given in hex.
std::string Signature(absl::string_view r_hex, absl::string_view s_hex) {
  return Element('\x30', Element('\x02', Unhex(r_hex)) + Element('\x02', Unhex(s_hex)));
}

TEST_CASE("A signature made by openssl gives its two numbers", "[sm2]") {
  const auto signature = ParseSm2Signature(Unhex(test::kSignatureHex));
  REQUIRE(signature.has_value());
  const auto hex = [](const auto& scalar) {
    return ToHex({reinterpret_cast<const char*>(scalar.data()), scalar.size()});
  };
  CHECK(hex(signature->r) == "b4193078bcc8fc159ff00f990cbd3d6b5bc493d3b6163c44d346dbb7744bad33");
  CHECK(hex(signature->s) == "042c396231e167e01d1ad8b2460926a7da982a5f8e68e1a4c3555e15d912303b");
}

TEST_CASE("Numbers from 1 to n-1 are read, right-aligned", "[sm2]") {
  const auto small = ParseSm2Signature(Signature("01", "0080"));
  REQUIRE(small.has_value());
  CHECK(small->r[31] == 0x01);
  CHECK(small->r[0] == 0x00);
  CHECK(small->s[31] == 0x80);
  const std::string largest = absl::StrCat("00", kOrderMinusOneHex);
  CHECK(ParseSm2Signature(Signature(largest, largest)).has_value());
}

TEST_CASE("What is not the strict DER of two numbers in range is no signature", "[sm2]") {
  struct Row {
    const char* why;
    std::string der;
  };
  const std::string order = absl::StrCat("00", kOrderHex);
  const Row rows[] = {
      {"nothing", ""},
      {"only a tag", "\x30"},
      {"an empty sequence", Unhex("3000")},
      {"one integer", Unhex("3003020101")},
      {"three integers", Unhex("3009020101020101020101")},
      {"not a sequence", Unhex("3106020101020101")},
      {"not integers", Unhex("3006040101040101")},
      {"second no integer", Unhex("3006020101040101")},
      {"empty integers", Unhex("300402000200")},
      {"r of zero", Signature("00", "01")},
      {"s of zero", Signature("01", "00")},
      {"r negative", Signature("ff", "01")},
      {"s negative", Signature("01", "80")},
      {"r padded", Signature("0001", "01")},
      {"s padded", Signature("01", "0001")},
      {"r is n", Signature(order, "01")},
      {"s is n", Signature("01", order)},
      {"r beyond 256 bits", Signature(absl::StrCat("01", kOrderHex), "01")},
      {"s beyond 256 bits", Signature("01", absl::StrCat("00ff", kOrderHex))},
      {"a byte behind", Signature("01", "01") + std::string(1, '\0')},
      {"a byte behind within", Unhex("300702010102010100")},
      {"sequence longer than the bytes", Unhex("3007020101020101")},
      {"sequence shorter than the bytes", Unhex("3005020101020101")},
      {"integer longer than the sequence", Unhex("3006020101020201")},
      {"length in the long form", Unhex("308106020101020101")},
      {"indefinite length", Unhex("30800201010201010000")},
      {"integer length in the long form", Unhex("300702810101020101")},
      {"raw r and s without DER", std::string(64, '\x01')},
      {"64 KiB of zeros", std::string(65536, '\0')},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK_FALSE(ParseSm2Signature(row.der).has_value());
  }
}

TEST_CASE("No beginning of a signature is a signature", "[sm2]") {
  const std::string der = Unhex(test::kSignatureHex);
  for (std::size_t size = 0; size < der.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(ParseSm2Signature(der.substr(0, size)).has_value());
  }
}

}  // namespace
}  // namespace onething::crypto
