// Unifier: finds out what the open types of an expression are: the element of `[]`, the parameters
// of signatures.

#ifndef ONETHING_LIBS_CEL_UNIFIER_H_
#define ONETHING_LIBS_CEL_UNIFIER_H_

#include <utility>
#include <vector>

#include "libs/cel/type.h"

namespace onething::cel {

// The open types of one expression and what is known of them. Not for use from two threads.
class Unifier {
 public:
  // A type of which nothing is known yet.
  Type Fresh();

  // `type` of a signature with its parameters 0 and 1 replaced by open types of their own, `base`
  // and the one after it; NewBase makes those.
  int NewBase();
  Type Instantiate(const Type& type, int base) const;

  // Whether a value of type `from` may stand where `to` is wanted; learns about open types. What
  // was learnt before a no is undone.
  bool Assign(const Type& to, const Type& from);

  // The type of both: the wider one where one may stand for the other, else dyn.
  Type Join(const Type& a, const Type& b);

  // `type` with all that is known of its open types; what is still open stays, or becomes dyn.
  Type Resolve(const Type& type) const { return Replace(type, /*is_final=*/false); }
  Type Finish(const Type& type) const { return Replace(type, /*is_final=*/true); }

  // A point to come back to, when several signatures are tried in turn.
  size_t Mark() const { return changes_.size(); }
  void UndoTo(size_t mark);

 private:
  struct Known {
    bool is_bound = false;
    Type type;
  };

  // The type that an open type is bound to, followed to the end.
  Type Head(Type type) const;
  bool TryAssign(const Type& to, const Type& from);
  bool TryBind(int id, const Type& type);
  bool Occurs(int id, const Type& type) const;
  void Bind(int id, Type type);
  Type Replace(const Type& type, bool is_final) const;

  std::vector<Known> known_;                    // by the number of the open type
  std::vector<std::pair<int, Known>> changes_;  // what stood there before, in order
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_UNIFIER_H_
