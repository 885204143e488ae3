// What a check of a bundle finds, and how findings are collected. Shared by the files of the bundle
// check; users of the check need BundleFinding only.

#ifndef ONETHING_SERVICES_WORKFLOW_BUNDLE_FINDINGS_H_
#define ONETHING_SERVICES_WORKFLOW_BUNDLE_FINDINGS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/config/closest_word.h"
#include "libs/config/diagnostic.h"
#include "onething/bundle/v1/bundle.pb.h"

namespace onething::workflow {

// One thing that is wrong with a bundle, or deserves a look. A value.
struct BundleFinding {
  config::Severity severity;
  // Where, from the bundle, as config::SourceMap writes it: `items[2].needs[0]`. The source map of
  // a YAML file turns it into line and column.
  std::string path;
  // What is wrong and what to do, in Chinese.
  std::string sentence;
};

// Findings kept of one check. Who wrote that many faults reads no more of them.
inline constexpr size_t kBundleFindingsMax = 500;

// Collects findings in the order in which they are reported; beyond the most, none.
class BundleFindings {
 public:
  void Error(std::string path, std::string sentence) {
    Add(config::Severity::kError, std::move(path), std::move(sentence));
  }
  void Warning(std::string path, std::string sentence) {
    Add(config::Severity::kWarning, std::move(path), std::move(sentence));
  }

  std::vector<BundleFinding> Take() && { return std::move(findings_); }

 private:
  void Add(config::Severity severity, std::string path, std::string sentence) {
    if (findings_.size() < kBundleFindingsMax) {
      findings_.push_back({severity, std::move(path), std::move(sentence)});
    }
  }

  std::vector<BundleFinding> findings_;
};

// The path of an element of a list: `items[2]`.
inline std::string ElementPath(absl::string_view list, int position) {
  return absl::StrCat(list, "[", position, "]");
}

// The keys of a list of things with an `id`, the first of equals counting. Its things outlive it.
class KeyIndex {
 public:
  template <class List>
  explicit KeyIndex(const List& list) {
    for (int i = 0; i < list.size(); ++i) {
      positions_.emplace(list[i].id(), i);
      keys_.push_back(list[i].id());
    }
  }

  std::optional<int> Find(absl::string_view id) const {
    const auto found = positions_.find(id);
    return found == positions_.end() ? std::nullopt : std::optional(found->second);
  }

  // `没有事项“hukuo”；是否想写“hukou”？` for a key that is not there; `kind` is 事项.
  std::string Missing(absl::string_view kind, absl::string_view id) const {
    return absl::StrCat("没有", kind, "“", id, "”", DidYouMean(id));
  }

  // `；是否想写“hukou”？` for the key nearest to `id`; empty when none is near.
  std::string DidYouMean(absl::string_view id) const { return config::DidYouMeanTail(id, keys_); }

 private:
  absl::flat_hash_map<absl::string_view, int> positions_;
  std::vector<std::string> keys_;
};

// The keys of a bundle, which outlives this.
struct BundleKeys {
  explicit BundleKeys(const bundle::v1::Bundle& bundle)
      : authorities(bundle.authorities()),
        questions(bundle.questions()),
        items(bundle.items()),
        materials(bundle.materials()),
        fields(bundle.fields()) {}

  KeyIndex authorities;
  KeyIndex questions;
  KeyIndex items;
  KeyIndex materials;
  KeyIndex fields;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_BUNDLE_FINDINGS_H_
