// Ordered keys: the bytes of an encoded key compare as its fields do, so a range of keys is a range
// of field values.
//
//   key      := table_id field*
//   table_id := two bytes, big-endian
//   field    := unsigned | signed | text
//   unsigned := eight bytes, big-endian                      uint64_t, uint32_t, bool, enums
//   signed   := eight bytes, big-endian, sign bit flipped    int64_t, int32_t, absl::Time as µs
//   text     := (byte but 00 | 00 FF)* 00 01                 std::string, StrongString
//
// A text is self-delimiting and shorter sorts before longer. Decoding refuses what no encoder
// wrote.

#ifndef ONETHING_LIBS_STORAGE_KEY_H_
#define ONETHING_LIBS_STORAGE_KEY_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/storage/table_ids.h"

namespace onething::storage {

// Appends one encoded field.
void AppendUnsigned(uint64_t value, std::string* key);
void AppendSigned(int64_t value, std::string* key);
void AppendText(absl::string_view value, std::string* key);

// Takes one field off the front; false, with `key` in any state, when it does not begin with one.
bool TakeUnsigned(absl::string_view* key, uint64_t* value);
bool TakeSigned(absl::string_view* key, int64_t* value);
bool TakeText(absl::string_view* key, std::string* value);

// The two bytes that begin every key of a table.
std::string TablePrefix(TableId id);
inline void AppendTable(TableId id, std::string* key) {
  key->push_back(static_cast<char>(static_cast<uint16_t>(id) >> 8));
  key->push_back(static_cast<char>(static_cast<uint16_t>(id) & 0xFF));
}

// The first key after every key that begins with `prefix`; empty when there is none.
std::string PrefixEnd(absl::string_view prefix);

// How a C++ type is written in a key.
template <class T>
void AppendField(const T& value, std::string* key) {
  if constexpr (std::is_same_v<T, absl::Time>) {
    AppendSigned(absl::ToUnixMicros(value), key);
  } else if constexpr (std::is_enum_v<T>) {
    AppendUnsigned(static_cast<uint64_t>(value), key);
  } else if constexpr (std::is_unsigned_v<T>) {
    AppendUnsigned(value, key);
  } else if constexpr (std::is_integral_v<T>) {
    AppendSigned(value, key);
  } else if constexpr (requires { value.value(); }) {
    AppendText(value.value(), key);
  } else {
    AppendText(value, key);
  }
}

// The reverse of AppendField, for types that a key can be read back into (a StrongString is read as
// std::string).
template <class T>
bool TakeField(absl::string_view* key, T* value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return TakeText(key, value);
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    int64_t micros = 0;
    const bool ok = TakeSigned(key, &micros);
    *value = absl::FromUnixMicros(micros);
    return ok;
  } else if constexpr (std::is_enum_v<T> || std::is_unsigned_v<T>) {
    uint64_t number = 0;
    const bool ok = TakeUnsigned(key, &number);
    *value = static_cast<T>(number);
    return ok && static_cast<uint64_t>(*value) == number;
  } else {
    static_assert(std::is_integral_v<T>, "no key encoding for this type");
    int64_t number = 0;
    const bool ok = TakeSigned(key, &number);
    *value = static_cast<T>(number);
    return ok && static_cast<int64_t>(*value) == number;
  }
}

// Enough for most keys: one allocation each.
inline constexpr size_t kKeyBytesTypical = 80;

// The encoded fields, without a table id.
template <class... Fields>
std::string EncodeFields(const Fields&... fields) {
  std::string key;
  (AppendField(fields, &key), ...);
  return key;
}

// A whole key, or the prefix of all keys with these first fields.
template <class... Fields>
std::string EncodeKey(TableId id, const Fields&... fields) {
  std::string key;
  key.reserve(kKeyBytesTypical);
  AppendTable(id, &key);
  (AppendField(fields, &key), ...);
  return key;
}

// Reads `fields` back; false unless the key is exactly these fields.
template <class... Fields>
bool DecodeFields(absl::string_view key, Fields*... fields) {
  return (TakeField(&key, fields) && ...) && key.empty();
}

}  // namespace onething::storage

#endif  // ONETHING_LIBS_STORAGE_KEY_H_
