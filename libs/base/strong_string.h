// StrongString: the base of identifiers that must not be mixed up. A type derives from it, names a
// tag and a parser; what the parser returns is the only way to a value, so a RegionCode in a
// signature is a promise that it was checked.

#ifndef ONETHING_LIBS_BASE_STRONG_STRING_H_
#define ONETHING_LIBS_BASE_STRONG_STRING_H_

#include <compare>
#include <string>
#include <utility>

namespace onething {

// An immutable, ordered, hashable text of one meaning. Copyable; safe to read from any thread.
template <class Tag>
class StrongString {
 public:
  // The canonical text.
  const std::string& value() const { return value_; }

  friend bool operator==(const StrongString&, const StrongString&) = default;
  friend std::strong_ordering operator<=>(const StrongString& a, const StrongString& b) {
    return a.value_.compare(b.value_) <=> 0;
  }
  template <class H>
  friend H AbslHashValue(H state, const StrongString& text) {
    return H::combine(std::move(state), text.value_);
  }

 protected:
  explicit StrongString(std::string value) : value_(std::move(value)) {}

 private:
  std::string value_;
};

}  // namespace onething

#endif  // ONETHING_LIBS_BASE_STRONG_STRING_H_
