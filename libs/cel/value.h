// Value: what an expression works on and results in. Errors are values too while an expression
// runs, because `||` and `&&` may absorb them. Types stand in type.h, equality and order in
// compare.h.

#ifndef ONETHING_LIBS_CEL_VALUE_H_
#define ONETHING_LIBS_CEL_VALUE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace onething::cel {

// The kinds of values, in the order of Value's variant, and those that only types have.
enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kList,
  kMap,
  kTimestamp,
  kDuration,
  kType,
  kError,
  kDyn,       // a type only: not known before evaluation
  kRecord,    // a type only: a map with known text keys
  kVariable,  // a type only: a parameter of a function's signature
};

// What CEL calls a kind: `int`, `null_type`, `google.protobuf.Timestamp`.
absl::string_view KindName(Kind kind);

// A timestamp lies in the years 0001 to 9999, a duration in what 64 bits of nanoseconds hold
// (about 292 years either way).
bool IsInRange(absl::Time time);
bool IsInRange(absl::Duration duration);

// Why an evaluation came to no value. The sentence is Chinese, without position.
struct Error {
  std::string sentence;
  int offset = 0;  // of the byte in the source where it happened
};

class Map;
class Value;
using List = std::vector<Value>;

// One value of 24 bytes. Cheap to copy: text, lists and maps are never changed after they are made
// and are shared, between threads as well, by the program's constants, the caller's variables and
// the results; that is why they are held by shared_ptr.
class Value {
 public:
  Value() = default;  // null

  static Value Bool(bool value) { return Value(Payload(value)); }
  static Value Int(int64_t value) { return Value(Payload(value)); }
  static Value Uint(uint64_t value) { return Value(Payload(value)); }
  static Value Double(double value) { return Value(Payload(value)); }
  // `text` is valid UTF-8; a caller with text from outside has checked it.
  static Value String(absl::string_view text);
  static Value Bytes(absl::string_view bytes);
  static Value OfList(List elements);
  static Value OfMap(Map map);
  // The time is in range (IsInRange).
  static Value Timestamp(absl::Time time) { return Value(Payload(time)); }
  static Value Duration(absl::Duration duration) { return Value(Payload(duration)); }
  static Value Type(Kind kind) { return Value(Payload(TypeName{kind})); }
  static Value OfError(Error error);

  Kind kind() const { return static_cast<Kind>(payload_.index()); }
  bool is_error() const { return kind() == Kind::kError; }
  bool is_number() const {
    return kind() == Kind::kInt || kind() == Kind::kUint || kind() == Kind::kDouble;
  }

  // What is held; asking for another kind is a mistake of ours and stops the process.
  bool bool_value() const { return Get<bool>(); }
  int64_t int_value() const { return Get<int64_t>(); }
  uint64_t uint_value() const { return Get<uint64_t>(); }
  double double_value() const { return Get<double>(); }
  const std::string& string_value() const { return *Get<Text>().text; }
  const std::string& bytes_value() const { return *Get<Octets>().bytes; }
  const List& list_value() const { return *Get<std::shared_ptr<const List>>(); }
  const Map& map_value() const { return *Get<std::shared_ptr<const Map>>(); }
  absl::Time time_value() const { return Get<absl::Time>(); }
  absl::Duration duration_value() const { return Get<absl::Duration>(); }
  Kind type_value() const { return Get<TypeName>().kind; }
  const Error& error() const { return *Get<std::shared_ptr<const Error>>(); }

 private:
  struct Text {
    std::shared_ptr<const std::string> text;
  };
  struct Octets {
    std::shared_ptr<const std::string> bytes;
  };
  struct TypeName {
    Kind kind;
  };
  using Payload = std::variant<std::monostate, bool, int64_t, uint64_t, double, Text, Octets,
                               std::shared_ptr<const List>, std::shared_ptr<const Map>, absl::Time,
                               absl::Duration, TypeName, std::shared_ptr<const Error>>;

  explicit Value(Payload payload) : payload_(std::move(payload)) {}

  [[noreturn]] static void WrongKind();

  template <class T>
  const T& Get() const {
    const T* held = std::get_if<T>(&payload_);
    if (held == nullptr) WrongKind();
    return *held;
  }

  Payload payload_;
};

// Whether a value of this kind may be the key of a map.
bool IsKeyKind(Kind kind);

// A map that keeps the order in which its entries were put in. Keys are bools, ints, uints and
// text; numbers that are equal are one key, whatever their kinds.
class Map {
 public:
  struct Entry {
    Value key;
    Value value;
  };

  Map() = default;
  // The map of these entries under text keys; of equal keys the first stays.
  Map(std::initializer_list<std::pair<absl::string_view, Value>> entries);

  // Adds an entry. False, and nothing added, when the key is there already or cannot be a key.
  bool Insert(Value key, Value value);

  // The value under `key`, null pointer when there is none. A double finds the integer it equals.
  const Value* Find(const Value& key) const;
  const Value* Find(absl::string_view key) const;

  const std::vector<Entry>& entries() const { return entries_; }
  size_t size() const { return entries_.size(); }

 private:
  enum class KeyClass : uint8_t { kNone, kBool, kNegative, kNatural };
  using ScalarKey = std::pair<KeyClass, uint64_t>;

  static ScalarKey ScalarKeyOf(const Value& key);

  std::vector<Entry> entries_;
  // Places in `entries_`; the views point into the shared texts of the keys.
  absl::flat_hash_map<absl::string_view, uint32_t> by_text_;
  absl::flat_hash_map<ScalarKey, uint32_t> by_scalar_;
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_VALUE_H_
