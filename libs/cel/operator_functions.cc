// The operators: arithmetic with its overflows, order, equality, membership. `&&`, `||`, `?:` and
// the index are no functions; the evaluator has them.

#include <cmath>
#include <compare>
#include <cstdint>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/cel/compare.h"
#include "libs/cel/function_table.h"

namespace onething::cel {
namespace {

constexpr char kOverflow[] = "整数运算超出范围";

Value DurationOrFail(const CallContext& context, absl::Duration duration) {
  return IsInRange(duration) ? Value::Duration(duration) : context.Fail("时长超出范围");
}

Value TimeOrFail(const CallContext& context, absl::Time time) {
  return IsInRange(time) ? Value::Timestamp(time) : context.Fail("时间超出范围");
}

Value IntOrFail(const CallContext& context, bool is_overflow, int64_t result) {
  return is_overflow ? context.Fail(kOverflow) : Value::Int(result);
}

Value UintOrFail(const CallContext& context, bool is_overflow, uint64_t result) {
  return is_overflow ? context.Fail(kOverflow) : Value::Uint(result);
}

Value JoinLists(const CallContext& context, const Value* v) {
  const List& a = v[0].list_value();
  const List& b = v[1].list_value();
  if (!context.meter.ChargeElements(a.size() + b.size())) return Value();
  List joined = a;
  joined.insert(joined.end(), b.begin(), b.end());
  return Value::OfList(std::move(joined));
}

Function MakeAdd() {
  const auto add = [](Kind kind, Implementation run) {
    return Overload{{Type(kind), Type(kind)}, Type(kind), run};
  };
  return {
      "_+_",
      false,
      {
          add(Kind::kInt,
              [](const CallContext& c, const Value* v) {
                int64_t sum = 0;
                const bool over = __builtin_add_overflow(v[0].int_value(), v[1].int_value(), &sum);
                return IntOrFail(c, over, sum);
              }),
          add(Kind::kUint,
              [](const CallContext& c, const Value* v) {
                uint64_t sum = 0;
                const bool over =
                    __builtin_add_overflow(v[0].uint_value(), v[1].uint_value(), &sum);
                return UintOrFail(c, over, sum);
              }),
          add(Kind::kDouble,
              [](const CallContext&, const Value* v) {
                return Value::Double(v[0].double_value() + v[1].double_value());
              }),
          add(Kind::kString,
              [](const CallContext& c, const Value* v) {
                const auto& [a, b] = std::tie(v[0].string_value(), v[1].string_value());
                return c.meter.ChargeBytes(a.size() + b.size()) ? Value::String(absl::StrCat(a, b))
                                                                : Value();
              }),
          add(Kind::kBytes,
              [](const CallContext& c, const Value* v) {
                const auto& [a, b] = std::tie(v[0].bytes_value(), v[1].bytes_value());
                return c.meter.ChargeBytes(a.size() + b.size()) ? Value::Bytes(absl::StrCat(a, b))
                                                                : Value();
              }),
          {{Type::List(Type::Variable(0)), Type::List(Type::Variable(0))},
           Type::List(Type::Variable(0)),
           JoinLists},
          {{Type(Kind::kTimestamp), Type(Kind::kDuration)},
           Type(Kind::kTimestamp),
           [](const CallContext& c, const Value* v) {
             return TimeOrFail(c, v[0].time_value() + v[1].duration_value());
           }},
          {{Type(Kind::kDuration), Type(Kind::kTimestamp)},
           Type(Kind::kTimestamp),
           [](const CallContext& c, const Value* v) {
             return TimeOrFail(c, v[1].time_value() + v[0].duration_value());
           }},
          add(Kind::kDuration,
              [](const CallContext& c, const Value* v) {
                return DurationOrFail(c, v[0].duration_value() + v[1].duration_value());
              }),
      }};
}

Function MakeSubtract() {
  const auto subtract = [](Kind a, Kind b, Kind result, Implementation run) {
    return Overload{{Type(a), Type(b)}, Type(result), run};
  };
  return {"_-_",
          false,
          {
              subtract(Kind::kInt, Kind::kInt, Kind::kInt,
                       [](const CallContext& c, const Value* v) {
                         int64_t rest = 0;
                         const bool over =
                             __builtin_sub_overflow(v[0].int_value(), v[1].int_value(), &rest);
                         return IntOrFail(c, over, rest);
                       }),
              subtract(Kind::kUint, Kind::kUint, Kind::kUint,
                       [](const CallContext& c, const Value* v) {
                         uint64_t rest = 0;
                         const bool over =
                             __builtin_sub_overflow(v[0].uint_value(), v[1].uint_value(), &rest);
                         return UintOrFail(c, over, rest);
                       }),
              subtract(Kind::kDouble, Kind::kDouble, Kind::kDouble,
                       [](const CallContext&, const Value* v) {
                         return Value::Double(v[0].double_value() - v[1].double_value());
                       }),
              subtract(Kind::kTimestamp, Kind::kTimestamp, Kind::kDuration,
                       [](const CallContext& c, const Value* v) {
                         return DurationOrFail(c, v[0].time_value() - v[1].time_value());
                       }),
              subtract(Kind::kTimestamp, Kind::kDuration, Kind::kTimestamp,
                       [](const CallContext& c, const Value* v) {
                         return TimeOrFail(c, v[0].time_value() - v[1].duration_value());
                       }),
              subtract(Kind::kDuration, Kind::kDuration, Kind::kDuration,
                       [](const CallContext& c, const Value* v) {
                         return DurationOrFail(c, v[0].duration_value() - v[1].duration_value());
                       }),
          }};
}

Overload SameKind(Kind kind, Implementation run) {
  return {{Type(kind), Type(kind)}, Type(kind), run};
}

Function MakeMultiply() {
  return {"_*_",
          false,
          {
              SameKind(Kind::kInt,
                       [](const CallContext& c, const Value* v) {
                         int64_t product = 0;
                         const bool over =
                             __builtin_mul_overflow(v[0].int_value(), v[1].int_value(), &product);
                         return IntOrFail(c, over, product);
                       }),
              SameKind(Kind::kUint,
                       [](const CallContext& c, const Value* v) {
                         uint64_t product = 0;
                         const bool over =
                             __builtin_mul_overflow(v[0].uint_value(), v[1].uint_value(), &product);
                         return UintOrFail(c, over, product);
                       }),
              SameKind(Kind::kDouble,
                       [](const CallContext&, const Value* v) {
                         return Value::Double(v[0].double_value() * v[1].double_value());
                       }),
          }};
}

// What keeps an int from being divided: the sentence, null pointer when nothing does.
const char* DivisionFault(int64_t a, int64_t b) {
  if (b == 0) return "除数为零";
  return a == INT64_MIN && b == -1 ? kOverflow : nullptr;
}

Function MakeDivide() {
  return {"_/_",
          false,
          {
              SameKind(Kind::kInt,
                       [](const CallContext& c, const Value* v) {
                         const char* fault = DivisionFault(v[0].int_value(), v[1].int_value());
                         return fault ? c.Fail(fault)
                                      : Value::Int(v[0].int_value() / v[1].int_value());
                       }),
              SameKind(Kind::kUint,
                       [](const CallContext& c, const Value* v) {
                         if (v[1].uint_value() == 0) return c.Fail("除数为零");
                         return Value::Uint(v[0].uint_value() / v[1].uint_value());
                       }),
              SameKind(Kind::kDouble,
                       [](const CallContext&, const Value* v) {
                         const double a = v[0].double_value(), b = v[1].double_value();
                         if (b != 0) return Value::Double(a / b);
                         if (a == 0 || std::isnan(a) || std::isnan(b))
                           return Value::Double(std::nan(""));
                         return Value::Double(std::signbit(a) == std::signbit(b) ? HUGE_VAL
                                                                                 : -HUGE_VAL);
                       }),
          }};
}

Function MakeModulo() {
  return {"_%_",
          false,
          {
              SameKind(Kind::kInt,
                       [](const CallContext& c, const Value* v) {
                         const char* fault = DivisionFault(v[0].int_value(), v[1].int_value());
                         return fault ? c.Fail(fault)
                                      : Value::Int(v[0].int_value() % v[1].int_value());
                       }),
              SameKind(Kind::kUint,
                       [](const CallContext& c, const Value* v) {
                         if (v[1].uint_value() == 0) return c.Fail("除数为零");
                         return Value::Uint(v[0].uint_value() % v[1].uint_value());
                       }),
          }};
}

Function MakeNegate() {
  return {
      "-_",
      false,
      {
          {{Type(Kind::kInt)},
           Type(Kind::kInt),
           [](const CallContext& c, const Value* v) {
             if (v[0].int_value() == INT64_MIN) return c.Fail(kOverflow);
             return Value::Int(-v[0].int_value());
           }},
          {{Type(Kind::kDouble)},
           Type(Kind::kDouble),
           [](const CallContext&, const Value* v) { return Value::Double(-v[0].double_value()); }},
      }};
}

using Holds = bool (*)(std::partial_ordering order);

template <Holds holds>
Value RunOrder(const CallContext& context, const Value* v) {
  if (v[0].kind() == Kind::kString) context.meter.ChargeBytes(v[0].string_value().size());
  if (v[0].kind() == Kind::kBytes) context.meter.ChargeBytes(v[0].bytes_value().size());
  return Value::Bool(holds(Compare(v[0], v[1])));
}

template <Holds holds>
Function MakeOrder(const char* name) {
  Function function{name, false, {}};
  const auto add = [&function](Kind a, Kind b) {
    function.overloads.push_back({{Type(a), Type(b)}, Type(Kind::kBool), RunOrder<holds>});
  };
  for (const Kind kind : {Kind::kInt, Kind::kUint, Kind::kDouble, Kind::kString, Kind::kTimestamp,
                          Kind::kDuration, Kind::kBool, Kind::kBytes}) {
    add(kind, kind);
  }
  for (const Kind a : {Kind::kInt, Kind::kUint, Kind::kDouble}) {
    for (const Kind b : {Kind::kInt, Kind::kUint, Kind::kDouble}) {
      if (a != b) add(a, b);
    }
  }
  return function;
}

bool IsLess(std::partial_ordering order) { return std::is_lt(order); }
bool IsLessOrEqual(std::partial_ordering order) { return std::is_lteq(order); }
bool IsGreater(std::partial_ordering order) { return std::is_gt(order); }
bool IsGreaterOrEqual(std::partial_ordering order) { return std::is_gteq(order); }

template <bool wanted>
Value RunEqual(const CallContext& context, const Value* v) {
  return Value::Bool(Equal(v[0], v[1], &context.meter) == wanted);
}

Value IsElement(const CallContext& context, const Value* v) {
  for (const Value& element : v[1].list_value()) {
    if (Equal(v[0], element, &context.meter)) return Value::Bool(true);
    if (context.meter.is_exhausted()) break;
  }
  return Value::Bool(false);
}

Value IsKey(const CallContext& context, const Value* v) {
  if (v[0].kind() == Kind::kString) context.meter.ChargeBytes(v[0].string_value().size());
  return Value::Bool(v[1].map_value().Find(v[0]) != nullptr);
}

}  // namespace

void AddOperators(FunctionTable* table) {
  const Type any = Type::Variable(0);
  const Type truth = Type(Kind::kBool);
  table->Add(MakeAdd());
  table->Add(MakeSubtract());
  table->Add(MakeMultiply());
  table->Add(MakeDivide());
  table->Add(MakeModulo());
  table->Add(MakeNegate());
  table->Add(MakeOrder<IsLess>("_<_"));
  table->Add(MakeOrder<IsLessOrEqual>("_<=_"));
  table->Add(MakeOrder<IsGreater>("_>_"));
  table->Add(MakeOrder<IsGreaterOrEqual>("_>=_"));
  table->Add({"_==_", false, {{{any, any}, truth, RunEqual<true>}}});
  table->Add({"_!=_", false, {{{any, any}, truth, RunEqual<false>}}});
  table->Add({"!_", false, {{{truth}, truth, [](const CallContext&, const Value* v) {
                               return Value::Bool(!v[0].bool_value());
                             }}}});
  table->Add({"@in",
              false,
              {{{any, Type::List(any)}, truth, IsElement},
               {{any, Type::Map(any, Type::Variable(1))}, truth, IsKey}}});
}

}  // namespace onething::cel
