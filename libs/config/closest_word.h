// ClosestWord: the "did you mean" of the loader, for keys and enum words. Any other table of words
// may use it.

#ifndef ONETHING_LIBS_CONFIG_CLOSEST_WORD_H_
#define ONETHING_LIBS_CONFIG_CLOSEST_WORD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace onething::config {

// The word of `words` that `text` was probably meant to be, the first of equals; empty when none is
// near. Near: at most a third of the longer one's letters changed, added, left out or swapped with
// a neighbour. Case does not count, and `-` is `_`.
std::string ClosestWord(absl::string_view text, const std::vector<std::string>& words);

// `是否想写“name”？` for the closest word; empty when there is none.
std::string DidYouMean(absl::string_view text, const std::vector<std::string>& words);

// The same to be put behind a sentence: `；是否想写“name”？`.
std::string DidYouMeanTail(absl::string_view text, const std::vector<std::string>& words);

}  // namespace onething::config

#endif  // ONETHING_LIBS_CONFIG_CLOSEST_WORD_H_
