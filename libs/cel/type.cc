#include "libs/cel/type.h"

#include "absl/strings/str_cat.h"

namespace onething::cel {

struct Type::Parts {
  std::vector<Type> types;
  std::vector<Field> fields;
};

Type Type::List(Type element) {
  Type type(Kind::kList);
  type.parts_ = std::make_shared<const Parts>(Parts{{std::move(element)}, {}});
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type(Kind::kMap);
  type.parts_ = std::make_shared<const Parts>(Parts{{std::move(key), std::move(value)}, {}});
  return type;
}

Type Type::Record(std::vector<Field> fields) {
  Type type(Kind::kRecord);
  type.parts_ = std::make_shared<const Parts>(Parts{{}, std::move(fields)});
  return type;
}

Type Type::Of(Type inner) {
  Type type(Kind::kType);
  type.parts_ = std::make_shared<const Parts>(Parts{{std::move(inner)}, {}});
  return type;
}

Type Type::Variable(int id) {
  Type type(Kind::kVariable);
  type.variable_ = id;
  return type;
}

Type Type::Part(size_t i) const {
  return parts_ == nullptr || i >= parts_->types.size() ? Dyn() : parts_->types[i];
}

const std::vector<Type::Field>& Type::fields() const {
  static const std::vector<Field> kNone;
  return parts_ == nullptr ? kNone : parts_->fields;
}

const Type* Type::FindField(absl::string_view name) const {
  for (const Field& field : fields()) {
    if (field.name == name) return &field.type;
  }
  return nullptr;
}

std::string Type::ToString() const {
  if (kind_ == Kind::kList) return absl::StrCat("list(", element().ToString(), ")");
  if (kind_ == Kind::kMap) {
    return absl::StrCat("map(", key().ToString(), ", ", value().ToString(), ")");
  }
  if (kind_ == Kind::kType) return absl::StrCat("type(", element().ToString(), ")");
  return std::string(KindName(kind_));
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_ || a.variable_ != b.variable_) return false;
  if (a.parts_ == b.parts_) return true;
  return a.Part(0) == b.Part(0) && a.Part(1) == b.Part(1) && a.fields() == b.fields();
}

}  // namespace onething::cel
