// Evaluator: walks the code of an expression once. It takes no more stack than the expression is
// deep, and stops where the meter does.

#ifndef ONETHING_LIBS_CEL_EVALUATOR_H_
#define ONETHING_LIBS_CEL_EVALUATOR_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "libs/cel/code.h"
#include "libs/cel/meter.h"
#include "libs/cel/value.h"

namespace onething::cel {

// One evaluation: `variables` are the values by their slots. Used once, by one thread; what it is
// given outlives it.
class Evaluator {
 public:
  Evaluator(const Code& code, absl::Span<const std::optional<Value>> variables, Meter* meter)
      : code_(code), variables_(variables), meter_(*meter) {}

  // The value of the root, or an error. Without meaning when the meter is exhausted.
  Value Run();

 private:
  // The value of a node: where it stands, when it stands somewhere for the whole evaluation or
  // until a local changes, else in `*place`.
  const Value* Eval(uint32_t index, Value* place);
  const Value* EvalVariable(const Node& node, Value* place);
  const Value* EvalSelect(const Node& node, Value* place);
  const Value* EvalIndex(const Node& node, Value* place);
  const Value* EvalConditional(const Node& node, Value* place);
  const Value* Put(Value value, Value* place);

  Value Has(const Node& node);
  Value Call(const Node& node);
  Value Match(const Node& node);
  // `&&` when the absorbing value is false, `||` when it is true.
  Value Logic(const Node& node, bool absorbing);
  Value MakeList(const Node& node);
  Value MakeMap(const Node& node);

  Value Comprehend(const Node& node);
  Value Quantify(const Node& node, const Value& range, bool absorbing);
  Value CountOne(const Node& node, const Value& range);
  Value Filter(const Node& node, const Value& range);
  Value Transform(const Node& node, const Value& range);
  // Binds the local to the element; the condition's value for it, an error when it is no bool.
  Value Test(const Node& node, uint32_t condition, const Value& range, size_t element);

  Value Fail(const Node& node, absl::string_view sentence) const;
  // Whether nothing more is to be done with a value.
  bool IsOver(const Value& value) const { return value.is_error() || meter_.is_exhausted(); }

  const Code& code_;
  const absl::Span<const std::optional<Value>> variables_;
  Meter& meter_;
  absl::InlinedVector<Value, 4> locals_;
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_EVALUATOR_H_
