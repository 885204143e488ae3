#include "libs/config/line_index.h"

#include <algorithm>

namespace onething::config {
namespace {

constexpr size_t kBlockBytes = 64;

}  // namespace

LineIndex::LineIndex(absl::string_view text) : text_(text), starts_({0}) {
  int character_count = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i % kBlockBytes == 0) {
      block_counts_.push_back(character_count);
    }
    if (i == text.size()) {
      break;
    }
    character_count += IsCharacterStart(text[i]) ? 1 : 0;
    if (text[i] == '\n') {
      starts_.push_back(i + 1);
    }
  }
}

Position LineIndex::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  while (offset > 0 && offset < text_.size() && !IsCharacterStart(text_[offset])) {
    --offset;
  }
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return {.line = static_cast<int>(next - starts_.begin()),
          .column = 1 + CharacterCount(offset) - CharacterCount(*(next - 1))};
}

size_t LineIndex::LineStart(size_t offset) const {
  return *(std::upper_bound(starts_.begin(), starts_.end(), offset) - 1);
}

int LineIndex::CharacterCount(size_t offset) const {
  const size_t block = offset / kBlockBytes;
  const absl::string_view rest = text_.substr(block * kBlockBytes, offset % kBlockBytes);
  return block_counts_[block] +
         static_cast<int>(std::count_if(rest.begin(), rest.end(), IsCharacterStart));
}

}  // namespace onething::config
