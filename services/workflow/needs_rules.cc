#include "services/workflow/needs_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace onething::workflow {
namespace {

using bundle::v1::Bundle;
using bundle::v1::BundleItem;
using bundle::v1::Condition;

bool IsEmpty(const Condition& condition) {
  return condition.all().empty() && condition.any().empty() && condition.none().empty();
}

bool AlwaysApplies(const BundleItem& item) { return !item.optional() && IsEmpty(item.when()); }

// Walks the needs of one bundle.
class NeedsCheck {
 public:
  NeedsCheck(const CompiledBundle& compiled, BundleFindings* findings)
      : compiled_(compiled),
        bundle_(compiled.bundle()),
        findings_(*findings),
        states_(Size(), State::kNew) {}

  void Run() {
    for (int i = 0; i < bundle_.items_size(); ++i) {
      Visit(i);
      WarnOfVoidNeeds(i);
    }
    if (!has_circle_) CheckResults();
  }

 private:
  enum class State { kNew, kOpen, kDone };

  size_t Size() const { return static_cast<size_t>(bundle_.items_size()); }

  // Depth first; what is left behind is `order_`, in which an item comes after all it needs.
  void Visit(int item) {
    State& state = states_[static_cast<size_t>(item)];
    if (state == State::kDone) return;
    path_.push_back(item);
    if (state == State::kOpen) {
      ReportCircle();
    } else {
      state = State::kOpen;
      for (const int need : compiled_.needs_of(item)) {
        Visit(need);
      }
      states_[static_cast<size_t>(item)] = State::kDone;
      order_.push_back(item);
    }
    path_.pop_back();
  }

  // The path ends where it was before.
  void ReportCircle() {
    const auto first = std::find(path_.begin(), path_.end(), path_.back());
    has_circle_ = true;
    std::string circle;
    for (auto it = first; it != path_.end(); ++it) {
      absl::StrAppend(&circle, it == first ? "" : " → ", bundle_.items(*it).id());
    }
    findings_.Error(absl::StrCat(ElementPath("items", *first), ".needs"),
                    absl::StrCat("事项互相等待，谁也不能开始：", circle));
  }

  void WarnOfVoidNeeds(int item) {
    if (bundle_.items(item).optional()) return;
    for (int i = 0; i < bundle_.items(item).needs_size(); ++i) {
      const std::string& need = bundle_.items(item).needs(i);
      if (bundle_.items(*compiled_.FindItem(need)).optional()) {
        findings_.Warning(ElementPath(absl::StrCat(ElementPath("items", item), ".needs"), i),
                          absl::StrCat("必办事项等待可不办的“", need, "”；申请人不办它时不再等待"));
      }
    }
  }

  void CheckResults() {
    for (int i = 0; i < bundle_.materials_size(); ++i) {
      const std::optional<int> from = compiled_.from_item_of(i);
      if (!from.has_value()) continue;
      const std::vector<bool> after = ItemsAfter(*from);
      for (const int user : compiled_.users_of_material(i)) {
        if (!after[static_cast<size_t>(user)]) ReportEarlyUse(user, bundle_.materials(i));
      }
    }
  }

  void ReportEarlyUse(int user, const bundle::v1::Material& material) {
    const auto& materials = bundle_.items(user).materials();
    const auto position = std::find(materials.begin(), materials.end(), material.id());
    findings_.Error(ElementPath(absl::StrCat(ElementPath("items", user), ".materials"),
                                static_cast<int>(position - materials.begin())),
                    absl::StrCat("材料“", material.id(), "”是事项“", material.from_item(),
                                 "”的结果，请把它列入“", bundle_.items(user).id(), "”的 needs"));
  }

  // Items that wait for `from` whatever is answered and left out.
  std::vector<bool> ItemsAfter(int from) const {
    std::vector<bool> after(Size(), false);
    for (const int item : order_) {
      const std::vector<int>& needs = compiled_.needs_of(item);
      after[static_cast<size_t>(item)] = std::any_of(needs.begin(), needs.end(), [&](int need) {
        return need == from ||
               (after[static_cast<size_t>(need)] && AlwaysApplies(bundle_.items(need)));
      });
    }
    return after;
  }

  const CompiledBundle& compiled_;
  const Bundle& bundle_;
  BundleFindings& findings_;
  std::vector<State> states_;
  std::vector<int> path_;
  std::vector<int> order_;
  bool has_circle_ = false;
};

}  // namespace

void CheckNeeds(const CompiledBundle& compiled, BundleFindings* findings) {
  NeedsCheck(compiled, findings).Run();
}

}  // namespace onething::workflow
