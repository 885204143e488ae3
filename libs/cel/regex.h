// Regular expressions as CEL has them: RE2, which takes time in proportion to the text, with
// limits on the pattern.

#ifndef ONETHING_LIBS_CEL_REGEX_H_
#define ONETHING_LIBS_CEL_REGEX_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace onething::cel {

// A compiled pattern, shared by the copies of the program it belongs to.
using Regex = std::shared_ptr<const re2::RE2>;

// A pattern is at most so long, in bytes.
inline constexpr size_t kPatternSizeMax = 1000;

// The compiled `pattern`. INVALID_ARGUMENT, with a Chinese sentence, when it is not RE2 or needs
// more than 256 KiB.
absl::StatusOr<Regex> CompileRegex(absl::string_view pattern);

// What matching costs for each byte of the text, in sixteenths of a step: the larger the pattern's
// program, the more.
int MatchWeight(const re2::RE2& regex);

// Whether some part of `text` matches.
bool Matches(const re2::RE2& regex, absl::string_view text);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_REGEX_H_
