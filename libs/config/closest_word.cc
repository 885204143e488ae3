#include "libs/config/closest_word.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace onething::config {
namespace {

// Longer texts are no slip of a finger; this bounds the work for hostile ones.
constexpr size_t kLetterCountMax = 64;

std::string Normal(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(text, {{"-", "_"}}));
}

// Edit distance with swaps of neighbours as one edit.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string ClosestWord(absl::string_view text, const std::vector<std::string>& words) {
  if (text.size() > kLetterCountMax) {
    return "";
  }
  const std::string normal = Normal(text);
  std::string closest;
  size_t closest_distance = kLetterCountMax;
  for (const std::string& word : words) {
    const size_t distance = Distance(normal, Normal(word));
    if (distance <= std::max(text.size(), word.size()) / 3 && distance < closest_distance) {
      closest = word;
      closest_distance = distance;
    }
  }
  return closest;
}

std::string DidYouMean(absl::string_view text, const std::vector<std::string>& words) {
  const std::string closest = ClosestWord(text, words);
  return closest.empty() ? "" : absl::StrCat("是否想写“", closest, "”？");
}

std::string DidYouMeanTail(absl::string_view text, const std::vector<std::string>& words) {
  const std::string question = DidYouMean(text, words);
  return question.empty() ? "" : absl::StrCat("；", question);
}

}  // namespace onething::config
