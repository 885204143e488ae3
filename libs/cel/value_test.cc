#include "libs/cel/value.h"

#include <catch2/catch.hpp>
#include <limits>

#include "libs/cel/compare.h"
#include "libs/cel/unifier.h"

namespace onething::cel {
namespace {

TEST_CASE("a map finds numbers by their value and keeps the order of its entries") {
  Map map;
  CHECK(map.Insert(Value::Uint(1), Value::String("one")));
  CHECK(map.Insert(Value::Int(-1), Value::String("minus one")));
  CHECK(map.Insert(Value::Bool(true), Value::String("true")));
  CHECK(map.Insert(Value::String("1"), Value::String("text")));
  CHECK_FALSE(map.Insert(Value::Int(1), Value()));
  CHECK_FALSE(map.Insert(Value::String("1"), Value()));
  CHECK_FALSE(map.Insert(Value::Double(2), Value()));
  CHECK_FALSE(map.Insert(Value(), Value()));
  REQUIRE(map.size() == 4);
  CHECK(map.entries()[1].key.int_value() == -1);
  CHECK(map.Find(Value::Int(1))->string_value() == "one");
  CHECK(map.Find(Value::Double(-1))->string_value() == "minus one");
  CHECK(map.Find("1")->string_value() == "text");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double key : {1.5, nan, infinity, -infinity, 1e300, -1e300, 0x1p64, -0x1p63}) {
    CHECK(map.Find(Value::Double(key)) == nullptr);
  }
  CHECK(map.Find(Value::Uint(std::numeric_limits<uint64_t>::max())) == nullptr);
  const Map copy = map;
  map = Map();
  CHECK(copy.Find("1")->string_value() == "text");
}

TEST_CASE("order is that of the values, and there is none between kinds") {
  CHECK(std::is_lt(Compare(Value::Int(-1), Value::Uint(0))));
  CHECK(std::is_gt(Compare(Value::Uint(1), Value::Double(0.5))));
  CHECK(std::is_lt(Compare(Value::String("一"), Value::String("二"))));
  CHECK(std::is_gt(Compare(Value::Bytes("\xff"), Value::Bytes("a"))));
  CHECK(std::is_lt(Compare(Value::Timestamp(absl::UnixEpoch()),
                           Value::Timestamp(absl::UnixEpoch() + absl::Nanoseconds(1)))));
  const auto none = std::partial_ordering::unordered;
  CHECK((Compare(Value::Int(1), Value::String("1")) == none));
  CHECK((Compare(Value(), Value()) == none));
  CHECK((Compare(Value::Double(std::numeric_limits<double>::quiet_NaN()), Value::Int(1)) == none));
}

TEST_CASE("an open type is what it has been used as") {
  Unifier unifier;
  const Type element = unifier.Fresh();
  const Type list = Type::List(element);
  CHECK(unifier.Finish(list).ToString() == "list(dyn)");
  const size_t mark = unifier.Mark();
  CHECK(unifier.Assign(list, Type::List(Type(Kind::kInt))));
  CHECK(unifier.Finish(list).ToString() == "list(int)");
  CHECK_FALSE(unifier.Assign(list, Type::List(Type(Kind::kString))));
  unifier.UndoTo(mark);
  CHECK_FALSE(unifier.Assign(element, list));
  CHECK(unifier.Assign(list, Type::List(Type(Kind::kString))));
  CHECK(unifier.Finish(element).ToString() == "string");
}

}  // namespace
}  // namespace onething::cel
