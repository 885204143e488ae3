#include "libs/cel/evaluator.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/check.h"

namespace onething::cel {
namespace {

constexpr char kNoBool[] = "逻辑运算需要bool";
constexpr char kNoKey[] = "没有键";

// How many values a macro goes over; that it can was asked before.
size_t RangeSize(const Value& range) {
  return range.kind() == Kind::kList ? range.list_value().size() : range.map_value().size();
}

const Value& RangeElement(const Value& range, size_t i) {
  return range.kind() == Kind::kList ? range.list_value()[i] : range.map_value().entries()[i].key;
}

// The place in a list that a number names, also as a uint or a whole double; -1 for any other
// value.
int64_t PlaceOf(const Value& index) {
  constexpr int64_t kPlaceMax = INT32_MAX;
  switch (index.kind()) {
    case Kind::kInt:
      return index.int_value();
    case Kind::kUint:
      return index.uint_value() > kPlaceMax ? -1 : static_cast<int64_t>(index.uint_value());
    case Kind::kDouble: {
      const double number = index.double_value();
      const bool is_place = number >= 0 && number <= kPlaceMax && std::trunc(number) == number;
      return is_place ? static_cast<int64_t>(number) : -1;
    }
    default:
      return -1;
  }
}

}  // namespace

Value Evaluator::Run() {
  CHECK(!code_.nodes.empty());
  locals_.resize(static_cast<size_t>(code_.local_count));
  Value place;
  return *Eval(static_cast<uint32_t>(code_.nodes.size()) - 1, &place);
}

Value Evaluator::Fail(const Node& node, absl::string_view sentence) const {
  return Value::OfError({std::string(sentence), node.offset});
}

const Value* Evaluator::Put(Value value, Value* place) {
  *place = std::move(value);
  return place;
}

const Value* Evaluator::Eval(uint32_t index, Value* place) {
  const Node& node = code_.nodes[index];
  if (!meter_.Charge(1)) return place;
  switch (node.op) {
    case Op::kConstant:
      return &node.value;
    case Op::kVariable:
      return EvalVariable(node, place);
    case Op::kLocal:
      return &locals_[static_cast<size_t>(node.slot)];
    case Op::kSelect:
      return EvalSelect(node, place);
    case Op::kHas:
      return Put(Has(node), place);
    case Op::kIndex:
      return EvalIndex(node, place);
    case Op::kCall:
      return Put(Call(node), place);
    case Op::kMatches:
      return Put(Match(node), place);
    case Op::kAnd:
      return Put(Logic(node, false), place);
    case Op::kOr:
      return Put(Logic(node, true), place);
    case Op::kConditional:
      return EvalConditional(node, place);
    case Op::kList:
      return Put(MakeList(node), place);
    case Op::kMap:
      return Put(MakeMap(node), place);
    case Op::kComprehension:
      return Put(Comprehend(node), place);
    case Op::kFail:
      return Put(Fail(node, node.value.string_value()), place);
  }
  return place;
}

const Value* Evaluator::EvalVariable(const Node& node, Value* place) {
  const auto slot = static_cast<size_t>(node.slot);
  if (slot < variables_.size() && variables_[slot]) return &*variables_[slot];
  return Put(Fail(node, "变量没有值"), place);
}

const Value* Evaluator::EvalSelect(const Node& node, Value* place) {
  Value own;
  const Value* target = Eval(node.operands[0], &own);
  if (IsOver(*target)) return Put(*target, place);
  if (target->kind() != Kind::kMap) return Put(Fail(node, "只有map能用点号取值"), place);
  const std::string& key = node.value.string_value();
  const Value* found = target->map_value().Find(key);
  if (found == nullptr) return Put(Fail(node, absl::StrCat(kNoKey, "“", key, "”")), place);
  return target == &own ? Put(*found, place) : found;
}

Value Evaluator::Has(const Node& node) {
  Value own;
  const Value* target = Eval(node.operands[0], &own);
  if (IsOver(*target)) return *target;
  if (target->kind() != Kind::kMap) return Fail(node, "has()只能用于map的字段");
  return Value::Bool(target->map_value().Find(node.value.string_value()) != nullptr);
}

const Value* Evaluator::EvalIndex(const Node& node, Value* place) {
  Value own, own_index;
  const Value* target = Eval(node.operands[0], &own);
  if (IsOver(*target)) return Put(*target, place);
  const Value* index = Eval(node.operands[1], &own_index);
  if (IsOver(*index)) return Put(*index, place);
  const Value* found = nullptr;
  if (target->kind() == Kind::kList) {
    const List& list = target->list_value();
    const int64_t at = PlaceOf(*index);
    if (!index->is_number()) return Put(Fail(node, "list的下标需要int"), place);
    if (at < 0 || static_cast<size_t>(at) >= list.size()) {
      return Put(Fail(node, "下标超出范围"), place);
    }
    found = &list[static_cast<size_t>(at)];
  } else if (target->kind() == Kind::kMap) {
    if (index->kind() == Kind::kString) meter_.ChargeBytes(index->string_value().size());
    found = target->map_value().Find(*index);
    if (found == nullptr) return Put(Fail(node, kNoKey), place);
  } else {
    return Put(Fail(node, "只有list和map能用下标取值"), place);
  }
  return target == &own ? Put(*found, place) : found;
}

const Value* Evaluator::EvalConditional(const Node& node, Value* place) {
  Value own;
  const Value* condition = Eval(node.operands[0], &own);
  if (IsOver(*condition)) return Put(*condition, place);
  if (condition->kind() != Kind::kBool) return Put(Fail(node, "条件需要bool"), place);
  return Eval(node.operands[condition->bool_value() ? 1 : 2], place);
}

Value Evaluator::Call(const Node& node) {
  Value operands[kOperandCountMax];
  for (size_t i = 0; i < node.operands.size(); ++i) {
    const Value* operand = Eval(node.operands[i], &operands[i]);
    if (operand != &operands[i]) operands[i] = *operand;
    if (IsOver(operands[i])) return operands[i];
  }
  for (const Overload* overload : node.overloads) {
    if (overload->Takes(operands)) {
      return overload->run({meter_, code_.calendar, node.offset}, operands);
    }
  }
  return Fail(node, node.value.string_value());
}

Value Evaluator::Match(const Node& node) {
  Value own;
  const Value* text = Eval(node.operands[0], &own);
  if (IsOver(*text)) return *text;
  if (text->kind() != Kind::kString) return Fail(node, "matches()需要string");
  const std::string& subject = text->string_value();
  const auto weight = static_cast<size_t>(MatchWeight(*node.regex));
  if (!meter_.ChargeBytes(subject.size() * weight)) return Value();
  return Value::Bool(Matches(*node.regex, subject));
}

Value Evaluator::Logic(const Node& node, bool absorbing) {
  Value problem;  // null while there is none
  for (const uint32_t operand : node.operands) {
    Value own;
    const Value* value = Eval(operand, &own);
    if (meter_.is_exhausted()) return Value();
    if (value->kind() == Kind::kBool) {
      if (value->bool_value() == absorbing) return Value::Bool(absorbing);
    } else if (problem.kind() == Kind::kNull) {
      problem = value->is_error() ? *value : Fail(node, kNoBool);
    }
  }
  return problem.is_error() ? problem : Value::Bool(!absorbing);
}

Value Evaluator::MakeList(const Node& node) {
  List list;
  list.reserve(node.operands.size());
  for (const uint32_t operand : node.operands) {
    Value own;
    list.push_back(*Eval(operand, &own));
    if (IsOver(list.back())) return list.back();
  }
  return Value::OfList(std::move(list));
}

Value Evaluator::MakeMap(const Node& node) {
  Map map;
  for (size_t i = 0; i < node.operands.size(); i += 2) {
    Value own_key, own_value;
    const Value* key = Eval(node.operands[i], &own_key);
    if (IsOver(*key)) return *key;
    const Value* value = Eval(node.operands[i + 1], &own_value);
    if (IsOver(*value)) return *value;
    if (!IsKeyKind(key->kind())) return Fail(node, "键需要bool、int、uint或string");
    if (key->kind() == Kind::kString && !meter_.ChargeBytes(key->string_value().size())) {
      return Value();
    }
    if (!map.Insert(*key, *value)) return Fail(node, "键重复");
  }
  return Value::OfMap(std::move(map));
}

Value Evaluator::Comprehend(const Node& node) {
  Value own;
  // A copy: what the range stands in may be another macro's local.
  Value range = *Eval(node.operands[0], &own);
  if (IsOver(range)) return range;
  if (range.kind() != Kind::kList && range.kind() != Kind::kMap) {
    return Fail(node, "只能遍历list或map");
  }
  switch (node.macro) {
    case Macro::kAll:
      return Quantify(node, range, false);
    case Macro::kExists:
      return Quantify(node, range, true);
    case Macro::kExistsOne:
      return CountOne(node, range);
    case Macro::kFilter:
      return Filter(node, range);
    case Macro::kMap:
      return Transform(node, range);
  }
  return Value();
}

Value Evaluator::Test(const Node& node, uint32_t condition, const Value& range, size_t element) {
  locals_[static_cast<size_t>(node.slot)] = RangeElement(range, element);
  Value own;
  const Value* value = Eval(condition, &own);
  if (IsOver(*value)) return *value;
  return value->kind() == Kind::kBool ? *value : Fail(node, "遍历的条件需要bool");
}

Value Evaluator::Quantify(const Node& node, const Value& range, bool absorbing) {
  Value problem;
  for (size_t i = 0; i < RangeSize(range); ++i) {
    Value value = Test(node, node.operands[1], range, i);
    if (meter_.is_exhausted()) return Value();
    if (value.is_error()) {
      if (!problem.is_error()) problem = value;
    } else if (value.bool_value() == absorbing) {
      return value;
    }
  }
  return problem.is_error() ? problem : Value::Bool(!absorbing);
}

Value Evaluator::CountOne(const Node& node, const Value& range) {
  size_t count = 0;
  for (size_t i = 0; i < RangeSize(range); ++i) {
    Value value = Test(node, node.operands[1], range, i);
    if (IsOver(value)) return value;
    if (value.bool_value()) ++count;
  }
  return Value::Bool(count == 1);
}

Value Evaluator::Filter(const Node& node, const Value& range) {
  List kept;
  for (size_t i = 0; i < RangeSize(range); ++i) {
    Value value = Test(node, node.operands[1], range, i);
    if (IsOver(value)) return value;
    if (value.bool_value()) kept.push_back(RangeElement(range, i));
  }
  return Value::OfList(std::move(kept));
}

Value Evaluator::Transform(const Node& node, const Value& range) {
  const bool has_condition = node.operands.size() == 3;
  List results;
  for (size_t i = 0; i < RangeSize(range); ++i) {
    if (has_condition) {
      Value value = Test(node, node.operands[1], range, i);
      if (IsOver(value)) return value;
      if (!value.bool_value()) continue;
    }
    locals_[static_cast<size_t>(node.slot)] = RangeElement(range, i);
    Value own;
    results.push_back(*Eval(node.operands.back(), &own));
    if (IsOver(results.back())) return results.back();
  }
  return Value::OfList(std::move(results));
}

}  // namespace onething::cel
