#include "libs/crypto/bytes.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <set>
#include <string>

namespace onething::crypto {
namespace {

TEST_CASE("Every byte goes to hex and back", "[bytes]") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  const std::string hex = ToHex(all);
  CHECK(hex.substr(0, 8) == "00010203");
  CHECK(hex.substr(504) == "fcfdfeff");
  CHECK(*FromHex(hex) == all);
  CHECK(*FromHex("aBcDeF") == "\xab\xcd\xef");
  CHECK(ToHex("").empty());
  CHECK(FromHex("")->empty());
}

TEST_CASE("Text that is not hex is refused", "[bytes]") {
  for (const char* text : {"0", "abc", "0g", "g0", " 00", "00 ", "0x00", "-1", "十六"}) {
    CAPTURE(text);
    CHECK(FromHex(text).status().code() == absl::StatusCode::kInvalidArgument);
  }
  CHECK_FALSE(FromHex(absl::string_view("0\0", 2)).ok());
}

TEST_CASE("Constant-time comparison is a comparison", "[bytes]") {
  const std::string code(32, 'c');
  CHECK(ConstantTimeEquals(code, std::string(32, 'c')));
  CHECK(ConstantTimeEquals("", ""));
  CHECK(ConstantTimeEquals("", absl::string_view()));
  CHECK_FALSE(ConstantTimeEquals(code, code.substr(1)));
  CHECK_FALSE(ConstantTimeEquals(code, ""));
  for (std::size_t i = 0; i < code.size(); ++i) {
    std::string other = code;
    other[i] = 'd';
    CHECK_FALSE(ConstantTimeEquals(code, other));
  }
}

TEST_CASE("Random bytes have the size asked for and do not repeat", "[bytes]") {
  CHECK(RandomBytes(0).empty());
  CHECK(RandomBytes(1000).size() == 1000);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(RandomBytes(16));
  CHECK(seen.size() == 100);
}

}  // namespace
}  // namespace onething::crypto
