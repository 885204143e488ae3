#include "libs/cel/unifier.h"

namespace onething::cel {
namespace {

Type MapOfRecord() { return Type::Map(Type(Kind::kString), Type::Dyn()); }

bool MayBeNull(Kind kind) { return kind == Kind::kTimestamp || kind == Kind::kDuration; }

}  // namespace

Type Unifier::Fresh() {
  known_.emplace_back();
  return Type::Variable(static_cast<int>(known_.size()) - 1);
}

int Unifier::NewBase() {
  known_.resize(known_.size() + 2);
  return static_cast<int>(known_.size()) - 2;
}

Type Unifier::Instantiate(const Type& type, int base) const {
  switch (type.kind()) {
    case Kind::kVariable:
      return Type::Variable(base + type.variable());
    case Kind::kList:
      return Type::List(Instantiate(type.element(), base));
    case Kind::kMap:
      return Type::Map(Instantiate(type.key(), base), Instantiate(type.value(), base));
    case Kind::kType:
      return Type::Of(Instantiate(type.element(), base));
    default:
      return type;
  }
}

bool Unifier::Assign(const Type& to, const Type& from) {
  const size_t mark = Mark();
  if (TryAssign(to, from)) return true;
  UndoTo(mark);
  return false;
}

Type Unifier::Head(Type type) const {
  while (type.kind() == Kind::kVariable) {
    const Known& known = known_[static_cast<size_t>(type.variable())];
    if (!known.is_bound) break;
    Type next = known.type;
    type = std::move(next);
  }
  return type;
}

void Unifier::Bind(int id, Type type) {
  Known& known = known_[static_cast<size_t>(id)];
  changes_.emplace_back(id, known);
  known = {true, std::move(type)};
}

bool Unifier::TryBind(int id, const Type& type) {
  if (Occurs(id, type)) return false;
  Bind(id, type);
  return true;
}

bool Unifier::TryAssign(const Type& to_type, const Type& from_type) {
  const Type to = Head(to_type);
  const Type from = Head(from_type);
  if (to.kind() == Kind::kVariable && from.kind() == Kind::kVariable &&
      to.variable() == from.variable()) {
    return true;
  }
  if (to.kind() == Kind::kVariable) return TryBind(to.variable(), from);
  if (from.kind() == Kind::kVariable) return TryBind(from.variable(), to);
  if (to.is_dyn() || from.is_dyn()) {
    // A parameter that was taken for narrower has to be widened for those after it.
    if (from.is_dyn() && to_type.kind() == Kind::kVariable) Bind(to_type.variable(), from);
    return true;
  }
  if (to.kind() == Kind::kRecord && from.kind() == Kind::kRecord) return to == from;
  if (to.kind() == Kind::kRecord) return TryAssign(MapOfRecord(), from);
  if (from.kind() == Kind::kRecord) return TryAssign(to, MapOfRecord());
  if (from.kind() == Kind::kNull && MayBeNull(to.kind())) return true;
  if (to.kind() == Kind::kNull && MayBeNull(from.kind())) return true;
  if (to.kind() != from.kind()) return false;
  if (to.kind() == Kind::kList) return TryAssign(to.element(), from.element());
  if (to.kind() == Kind::kMap) {
    return TryAssign(to.key(), from.key()) && TryAssign(to.value(), from.value());
  }
  return true;
}

bool Unifier::Occurs(int id, const Type& type) const {
  const Type head = Head(type);
  switch (head.kind()) {
    case Kind::kVariable:
      return head.variable() == id;
    case Kind::kList:
    case Kind::kType:
      return Occurs(id, head.element());
    case Kind::kMap:
      return Occurs(id, head.key()) || Occurs(id, head.value());
    default:
      return false;
  }
}

Type Unifier::Join(const Type& a, const Type& b) {
  if (Head(a).is_dyn() || Head(b).is_dyn()) return Type::Dyn();
  if (!Assign(a, b)) return Type::Dyn();
  const Type left = Resolve(a);
  const Type right = Resolve(b);
  if (left == right) return left;
  // Their outer kinds agree; where the parts differ one of them is dyn.
  if (left.kind() == Kind::kList && right.kind() == Kind::kList) {
    return Type::List(Join(left.element(), right.element()));
  }
  if (left.kind() == Kind::kMap && right.kind() == Kind::kMap) {
    return Type::Map(Join(left.key(), right.key()), Join(left.value(), right.value()));
  }
  return left.kind() == Kind::kNull ? right : right.kind() == Kind::kNull ? left : Type::Dyn();
}

Type Unifier::Replace(const Type& type, bool is_final) const {
  const Type head = Head(type);
  switch (head.kind()) {
    case Kind::kVariable:
      return is_final ? Type::Dyn() : head;
    case Kind::kList:
      return Type::List(Replace(head.element(), is_final));
    case Kind::kMap:
      return Type::Map(Replace(head.key(), is_final), Replace(head.value(), is_final));
    case Kind::kType:
      return Type::Of(Replace(head.element(), is_final));
    default:
      return head;
  }
}

void Unifier::UndoTo(size_t mark) {
  while (changes_.size() > mark) {
    auto& [id, before] = changes_.back();
    known_[static_cast<size_t>(id)] = std::move(before);
    changes_.pop_back();
  }
}

}  // namespace onething::cel
