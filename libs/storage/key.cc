#include "libs/storage/key.h"

#include <algorithm>
#include <array>

namespace onething::storage {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr uint64_t kSignBit = uint64_t{1} << 63;
constexpr char kZeroInText = '\xFF';
constexpr char kEndOfText = '\x01';

}  // namespace

void AppendUnsigned(uint64_t value, std::string* key) {
  std::array<char, kNumberBytes> bytes;
  for (char& byte : bytes) {
    byte = static_cast<char>(value >> 56);
    value <<= 8;
  }
  key->append(bytes.data(), bytes.size());
}

void AppendSigned(int64_t value, std::string* key) {
  AppendUnsigned(static_cast<uint64_t>(value) ^ kSignBit, key);
}

void AppendText(absl::string_view value, std::string* key) {
  while (!value.empty()) {
    const size_t zero = value.find('\0');
    const size_t plain = std::min(zero, value.size());
    key->append(value.data(), plain);
    value.remove_prefix(plain);
    if (!value.empty()) {
      key->push_back('\0');
      key->push_back(kZeroInText);
      value.remove_prefix(1);
    }
  }
  key->push_back('\0');
  key->push_back(kEndOfText);
}

bool TakeUnsigned(absl::string_view* key, uint64_t* value) {
  if (key->size() < kNumberBytes) {
    return false;
  }
  *value = 0;
  for (size_t i = 0; i < kNumberBytes; ++i) {
    *value = *value << 8 | static_cast<unsigned char>((*key)[i]);
  }
  key->remove_prefix(kNumberBytes);
  return true;
}

bool TakeSigned(absl::string_view* key, int64_t* value) {
  uint64_t bits = 0;
  const bool ok = TakeUnsigned(key, &bits);
  *value = static_cast<int64_t>(bits ^ kSignBit);
  return ok;
}

bool TakeText(absl::string_view* key, std::string* value) {
  value->clear();
  for (size_t i = 0; i + 1 < key->size(); ++i) {
    const char c = (*key)[i];
    if (c != '\0') {
      value->push_back(c);
      continue;
    }
    ++i;
    if ((*key)[i] == kEndOfText) {
      key->remove_prefix(i + 1);
      return true;
    }
    if ((*key)[i] != kZeroInText) {
      return false;
    }
    value->push_back('\0');
  }
  return false;
}

std::string TablePrefix(TableId id) {
  std::string prefix;
  AppendTable(id, &prefix);
  return prefix;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    const auto last = static_cast<unsigned char>(end.back());
    if (last != 0xFF) {
      end.back() = static_cast<char>(last + 1);
      return end;
    }
    end.pop_back();
  }
  return end;
}

}  // namespace onething::storage
