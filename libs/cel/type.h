// Type: what is known of a value before there is one.

#ifndef ONETHING_LIBS_CEL_TYPE_H_
#define ONETHING_LIBS_CEL_TYPE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/cel/value.h"

namespace onething::cel {

// A type. A value; cheap to copy, because its parts are shared and never changed.
class Type {
 public:
  struct Field;

  // The type of `kind`, one without parts; a list or map of it has parts of type dyn.
  explicit Type(Kind kind = Kind::kDyn) : kind_(kind) {}

  static Type Dyn() { return Type(Kind::kDyn); }
  static Type List(Type element);
  static Type Map(Type key, Type value);
  // A map with text keys that are all known, such as the fields of a form. Each may be absent.
  static Type Record(std::vector<Field> fields);
  // The type of types: `int` is of type Of(int).
  static Type Of(Type type);
  // The parameter of a signature, or what stands for it while a call is checked.
  static Type Variable(int id);

  Kind kind() const { return kind_; }
  bool is_dyn() const { return kind_ == Kind::kDyn; }
  int variable() const { return variable_; }

  // The element of a list; the key and value of a map; the type a type is of. Dyn where not said;
  // the key of a record is text.
  Type element() const { return Part(0); }
  Type key() const { return kind_ == Kind::kRecord ? Type(Kind::kString) : Part(0); }
  Type value() const { return kind_ == Kind::kRecord ? Dyn() : Part(1); }

  // The fields of a record in their order; null pointer where it has none of that name.
  const std::vector<Field>& fields() const;
  const Type* FindField(absl::string_view name) const;

  // `list(int)`, `map(string, dyn)`.
  std::string ToString() const;

  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Parts;

  Type Part(size_t i) const;

  Kind kind_;
  int variable_ = 0;
  std::shared_ptr<const Parts> parts_;  // shared by the copies of one type
};

struct Type::Field {
  std::string name;
  Type type;

  friend bool operator==(const Field&, const Field&) = default;
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_TYPE_H_
