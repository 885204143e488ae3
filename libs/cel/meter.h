// Meter: what an evaluation may still cost. Every step costs one; work on text, lists and maps
// costs in proportion to their size, so that neither time nor memory can grow past the budget.

#ifndef ONETHING_LIBS_CEL_METER_H_
#define ONETHING_LIBS_CEL_METER_H_

#include <cstddef>
#include <cstdint>

namespace onething::cel {

// Counts down one evaluation. Not for use from two threads.
class Meter {
 public:
  explicit Meter(int64_t budget) : left_(budget) {}

  // Takes `cost` off. False when the budget is used up; the evaluation then stops.
  bool Charge(int64_t cost) {
    left_ = cost > left_ ? -1 : left_ - cost;
    return left_ >= 0;
  }

  // The cost of going once over so many bytes, or elements.
  bool ChargeBytes(size_t count) { return Charge(1 + static_cast<int64_t>(count / 16)); }
  bool ChargeElements(size_t count) { return Charge(1 + static_cast<int64_t>(count)); }

  bool is_exhausted() const { return left_ < 0; }
  int64_t left() const { return left_ < 0 ? 0 : left_; }

 private:
  int64_t left_;
};

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_METER_H_
