#include "libs/storage/key.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <vector>

namespace onething::storage {
namespace {

enum class Colour : uint8_t { kRed = 0, kBlue = 255 };

using Fields = std::tuple<std::string, int64_t, uint64_t, absl::Time>;

// Values that meet the escapes, the ends of the ranges, and each other.
Fields RandomFields(std::mt19937_64& random) {
  static const std::vector<std::string> kPieces = {"",     "a",    "b", std::string(1, '\0'),
                                                   "\x01", "\xFF", "件"};
  static const std::vector<int64_t> kNumbers = {
      std::numeric_limits<int64_t>::min(), -256, -1, 0, 1, 255, 256,
      std::numeric_limits<int64_t>::max()};
  std::string text;
  for (uint64_t pieces = random() % 4; pieces > 0; --pieces) {
    text += kPieces[random() % kPieces.size()];
  }
  return {text, kNumbers[random() % kNumbers.size()],
          static_cast<uint64_t>(kNumbers[random() % kNumbers.size()]),
          absl::FromUnixMicros(static_cast<int64_t>(random() % 5) - 2)};
}

std::string Encode(const Fields& fields) {
  return std::apply([](const auto&... f) { return EncodeFields(f...); }, fields);
}

TEST_CASE("keys compare as their fields do and read back as they were") {
  const uint64_t seed = 20260302;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const Fields a = RandomFields(random);
    const Fields b = RandomFields(random);
    REQUIRE((Encode(a) < Encode(b)) == (a < b));
    REQUIRE((Encode(a) == Encode(b)) == (a == b));
    Fields back;
    REQUIRE(std::apply([&a](auto&... f) { return DecodeFields(Encode(a), &f...); }, back));
    REQUIRE(back == a);
  }
}

TEST_CASE("a key is its table's two bytes, big-endian numbers and escaped texts") {
  CHECK(EncodeKey(TableId::kItems) == std::string("\x00\x64", 2));
  CHECK(EncodeKey(TableId::kItems, uint64_t{258}) ==
        std::string("\x00\x64\0\0\0\0\0\0\x01\x02", 10));
  CHECK(EncodeFields(int64_t{-1}) == std::string("\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8));
  CHECK(EncodeFields(std::string("a\0b", 3)) == std::string("a\0\xFF"
                                                            "b\0\x01",
                                                            6));
  CHECK(EncodeFields(Colour::kBlue) == std::string("\0\0\0\0\0\0\0\xFF", 8));
  CHECK(EncodeFields(true, int32_t{0}) == std::string("\0\0\0\0\0\0\0\x01\x80\0\0\0\0\0\0\0", 16));
}

TEST_CASE("decoding refuses what no encoder wrote") {
  std::string text;
  uint64_t number = 0;
  bool flag = false;
  Colour colour = Colour::kRed;
  int32_t small = 0;
  const std::string zero(1, '\0');
  CHECK_FALSE(DecodeFields("", &text));
  CHECK_FALSE(DecodeFields("abc", &text));
  CHECK_FALSE(DecodeFields("abc" + zero, &text));
  CHECK_FALSE(DecodeFields("abc" + zero + "\x02", &text));
  CHECK_FALSE(DecodeFields("abc" + zero + zero, &text));
  CHECK_FALSE(DecodeFields("abc" + zero + "\x01" + "d", &text));
  CHECK_FALSE(DecodeFields("1234567", &number));
  CHECK_FALSE(DecodeFields("123456789", &number));
  CHECK_FALSE(DecodeFields(EncodeFields(uint64_t{2}), &flag));
  CHECK_FALSE(DecodeFields(EncodeFields(uint64_t{256}), &colour));
  CHECK_FALSE(DecodeFields(EncodeFields(int64_t{1} << 31), &small));
  CHECK(DecodeFields(EncodeFields(int64_t{-1} * (int64_t{1} << 31)), &small));
}

TEST_CASE("decoding any bytes ends, and what it accepts encodes to the same bytes") {
  std::mt19937_64 random(7);
  int accepted = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string bytes;
    for (uint64_t size = random() % 14; size > 0; --size) {
      bytes.push_back("\0\x01\xFFz"[random() % 4]);
    }
    std::string text;
    uint64_t number = 0;
    if (DecodeFields(bytes, &text)) {
      REQUIRE(EncodeFields(text) == bytes);
      ++accepted;
    }
    if (DecodeFields(bytes, &text, &number)) {
      REQUIRE(EncodeFields(text, number) == bytes);
      ++accepted;
    }
  }
  CHECK(accepted > 100);
}

TEST_CASE("the end of a prefix is the first key behind all that begin with it") {
  CHECK(PrefixEnd("a") == "b");
  CHECK(PrefixEnd("a\xFF\xFF") == "b");
  CHECK(PrefixEnd("\xFF\xFF").empty());
  CHECK(PrefixEnd("").empty());
  CHECK(PrefixEnd(EncodeKey(TableId::kItems)) == EncodeKey(TableId::kItemsByState));
}

}  // namespace
}  // namespace onething::storage
