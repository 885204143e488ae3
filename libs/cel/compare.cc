#include "libs/cel/compare.h"

#include <limits>

namespace onething::cel {
namespace {

// Values from outside may be nested deeper than any expression; this keeps the stack small.
constexpr int kNestingMax = 200;

double ToDouble(const Value& number) {
  if (number.kind() == Kind::kInt) return static_cast<double>(number.int_value());
  if (number.kind() == Kind::kUint) return static_cast<double>(number.uint_value());
  return number.double_value();
}

std::partial_ordering CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kInt && b.kind() == Kind::kInt) return a.int_value() <=> b.int_value();
  if (a.kind() == Kind::kUint && b.kind() == Kind::kUint) return a.uint_value() <=> b.uint_value();
  if (a.kind() == Kind::kDouble || b.kind() == Kind::kDouble) return ToDouble(a) <=> ToDouble(b);
  if (a.kind() == Kind::kInt) {
    if (a.int_value() < 0) return std::partial_ordering::less;
    return static_cast<uint64_t>(a.int_value()) <=> b.uint_value();
  }
  if (b.int_value() < 0) return std::partial_ordering::greater;
  return a.uint_value() <=> static_cast<uint64_t>(b.int_value());
}

bool EqualNested(const Value& a, const Value& b, Meter* meter, int depth);

bool EqualLists(const List& a, const List& b, Meter* meter, int depth) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!EqualNested(a[i], b[i], meter, depth)) return false;
  }
  return true;
}

bool EqualMaps(const Map& a, const Map& b, Meter* meter, int depth) {
  if (a.size() != b.size()) return false;
  for (const Map::Entry& entry : a.entries()) {
    if (entry.key.kind() == Kind::kString) meter->ChargeBytes(entry.key.string_value().size());
    const Value* other = b.Find(entry.key);
    if (other == nullptr || !EqualNested(entry.value, *other, meter, depth)) return false;
  }
  return true;
}

bool EqualNested(const Value& a, const Value& b, Meter* meter, int depth) {
  if (depth > kNestingMax) return meter->Charge(std::numeric_limits<int64_t>::max());
  if (!meter->Charge(1)) return false;
  if (a.is_number() && b.is_number()) return std::is_eq(CompareNumbers(a, b));
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kString:
      meter->ChargeBytes(a.string_value().size());
      return a.string_value() == b.string_value();
    case Kind::kBytes:
      meter->ChargeBytes(a.bytes_value().size());
      return a.bytes_value() == b.bytes_value();
    case Kind::kList:
      return EqualLists(a.list_value(), b.list_value(), meter, depth + 1);
    case Kind::kMap:
      return EqualMaps(a.map_value(), b.map_value(), meter, depth + 1);
    case Kind::kType:
      return a.type_value() == b.type_value();
    default:
      return std::is_eq(Compare(a, b));
  }
}

}  // namespace

bool Equal(const Value& a, const Value& b, Meter* meter) { return EqualNested(a, b, meter, 0); }

std::partial_ordering Compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return std::partial_ordering::unordered;
  switch (a.kind()) {
    case Kind::kBool:
      return a.bool_value() <=> b.bool_value();
    case Kind::kString:
      return a.string_value().compare(b.string_value()) <=> 0;
    case Kind::kBytes:
      return a.bytes_value().compare(b.bytes_value()) <=> 0;
    case Kind::kTimestamp:
      return absl::ToInt64Nanoseconds(a.time_value() - b.time_value()) <=> 0;
    case Kind::kDuration:
      return absl::ToInt64Nanoseconds(a.duration_value() - b.duration_value()) <=> 0;
    default:
      return std::partial_ordering::unordered;
  }
}

}  // namespace onething::cel
