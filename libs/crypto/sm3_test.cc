#include "libs/crypto/sm3.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/crypto/bytes.h"

namespace onething::crypto {
namespace {

std::string Hex(const Digest& digest) { return ToHex(AsBytes(digest)); }

TEST_CASE("SM3 gives the digests of the standard and of openssl", "[sm3]") {
  std::string abcd;
  for (int i = 0; i < 16; ++i) abcd += "abcd";
  const std::pair<std::string, std::string> rows[] = {
      {"", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"},
      {"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
      {abcd, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
      {std::string(1'000'000, 'a'),
       "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3"},
  };
  for (const auto& [message, digest] : rows) {
    CAPTURE(message.size());
    CHECK(Hex(Sm3(message)) == digest);
  }
}

TEST_CASE("A message cut anywhere has the hash of the whole", "[sm3]") {
  std::string message;
  for (int i = 0; i < 200; ++i) message.push_back(static_cast<char>(i * 7));
  const Digest whole = Sm3(message);
  Sm3Hasher hasher;
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    CAPTURE(cut);
    hasher.Update(message.substr(0, cut));
    hasher.Update(message.substr(cut));
    CHECK(hasher.Finish() == whole);
  }
  for (const char c : message) hasher.Update({&c, 1});
  CHECK(hasher.Finish() == whole);
}

TEST_CASE("A hasher starts afresh after each message and can be moved within one", "[sm3]") {
  Sm3Hasher hasher;
  CHECK(hasher.Finish() == Sm3(""));
  hasher.Update("first");
  CHECK(hasher.Finish() == Sm3("first"));
  hasher.Update("sec");
  Sm3Hasher moved = std::move(hasher);
  moved.Update("ond");
  CHECK(moved.Finish() == Sm3("second"));
}

TEST_CASE("One-shot hashes do not disturb a stream on the same thread", "[sm3]") {
  Sm3Hasher hasher;
  hasher.Update("a");
  CHECK(Sm3("b") != Sm3("a"));
  hasher.Update("bc");
  CHECK(hasher.Finish() == Sm3("abc"));
}

TEST_CASE("HMAC-SM3 agrees with openssl for short, exact and long keys", "[sm3]") {
  std::string counted;
  for (int i = 0; i < 32; ++i) counted.push_back(static_cast<char>(i));
  struct Row {
    std::string key, message, code;
  };
  // openssl mac -digest SM3 -macopt hexkey:KEY HMAC
  const Row rows[] = {
      {"Jefe", "what do ya want for nothing?",
       "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882"},
      {counted, "abc", "a8f95cf26f204957e7ca73c9602a25dda35f168b28103b51dfc968c810416b63"},
      {std::string(100, '\x5a'), "abc",
       "9090174495764ae5fcd4e0e3ef91ea871a35665ad2890c6afdc14210b60d95d3"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.key.size());
    CHECK(Hex(HmacSm3(row.key, row.message)) == row.code);
  }
}

TEST_CASE("HMAC-SM3 depends on every byte of key and message", "[sm3]") {
  const std::string key(64, 'k');
  const std::string message(80, 'm');
  const Digest code = HmacSm3(key, message);
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string other = key;
    other[i] = 'x';
    CHECK(HmacSm3(other, message) != code);
  }
  for (std::size_t i = 0; i < message.size(); ++i) {
    std::string other = message;
    other[i] = 'x';
    CHECK(HmacSm3(key, other) != code);
  }
}

TEST_CASE("Eight threads hash at once and get what one gets", "[sm3]") {
  constexpr int kThreads = 8;
  constexpr int kMessages = 500;
  std::vector<Digest> expected;
  for (int i = 0; i < kMessages; ++i) expected.push_back(Sm3(absl::StrCat("row ", i)));
  std::vector<std::size_t> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (std::size_t& count : wrong) {
    threads.emplace_back([&expected, &count] {
      for (std::size_t i = 0; i < expected.size(); ++i) {
        if (Sm3(absl::StrCat("row ", i)) != expected[i]) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<std::size_t>(kThreads, 0));
}

}  // namespace
}  // namespace onething::crypto
