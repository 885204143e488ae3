#include "services/workflow/compiled_bundle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::workflow {
namespace {

using bundle::v1::Condition;
using Term = CompiledCondition::Term;

}  // namespace

bool CompiledCondition::Holds(const ChosenOptions& chosen) const {
  const auto holds = [&chosen](const Term& term) { return term.Holds(chosen); };
  return std::all_of(all.begin(), all.end(), holds) &&
         (any.empty() || std::any_of(any.begin(), any.end(), holds)) &&
         std::none_of(none.begin(), none.end(), holds);
}

// Fills a bundle; remembers the first key that leads nowhere.
class CompiledBundle::Resolver {
 public:
  explicit Resolver(CompiledBundle* compiled)
      : compiled_(*compiled), bundle_(compiled->published_.bundle()) {}

  absl::Status Run() {
    if (compiled_.published_.pinned_items_size() != bundle_.items_size()) {
      return Corrupt("its pins are not one per item");
    }
    compiled_.question_index_ = IndexOf(bundle_.questions());
    compiled_.item_index_ = IndexOf(bundle_.items());
    compiled_.material_index_ = IndexOf(bundle_.materials());
    compiled_.field_index_ = IndexOf(bundle_.fields());
    ResolveConditions();
    ResolveItems();
    return unknown_.empty() ? absl::OkStatus()
                            : Corrupt(absl::StrCat("nothing is called ", unknown_));
  }

 private:
  template <class List>
  static Index IndexOf(const List& list) {
    Index index;
    index.reserve(static_cast<size_t>(list.size()));
    for (int i = 0; i < list.size(); ++i) {
      index.emplace(list[i].id(), i);
    }
    return index;
  }

  void ResolveConditions() {
    for (const auto& question : bundle_.questions()) {
      compiled_.questions_.push_back(Resolve(question.when()));
    }
    for (const auto& material : bundle_.materials()) {
      Demand& demand = compiled_.materials_.emplace_back(Demand{.when = Resolve(material.when())});
      if (!material.from_item().empty()) {
        demand.from_item = Resolve(compiled_.item_index_, material.from_item());
      }
    }
    for (const auto& field : bundle_.fields()) {
      compiled_.fields_.push_back(Demand{.when = Resolve(field.when())});
    }
  }

  void ResolveItems() {
    const Index authorities = IndexOf(bundle_.authorities());
    for (int i = 0; i < bundle_.items_size(); ++i) {
      const bundle::v1::BundleItem& item = bundle_.items(i);
      Item& resolved = compiled_.items_.emplace_back(Item{.when = Resolve(item.when())});
      resolved.authority = Resolve(authorities, item.authority());
      for (const std::string& need : item.needs()) {
        resolved.needs.push_back(Resolve(compiled_.item_index_, need));
      }
      AddUser(i, item.materials(), compiled_.material_index_, &compiled_.materials_);
      AddUser(i, item.fields(), compiled_.field_index_, &compiled_.fields_);
    }
  }

  template <class Ids>
  void AddUser(int item, const Ids& ids, const Index& index, std::vector<Demand>* demands) {
    for (const std::string& id : ids) {
      const int position = Resolve(index, id);
      if (unknown_.empty()) (*demands)[static_cast<size_t>(position)].users.push_back(item);
    }
  }

  CompiledCondition Resolve(const Condition& condition) {
    return {.all = Resolve(condition.all()),
            .any = Resolve(condition.any()),
            .none = Resolve(condition.none())};
  }

  template <class Texts>
  std::vector<Term> Resolve(const Texts& texts) {
    std::vector<Term> terms;
    for (const std::string& text : texts) {
      const size_t equals = std::min(text.find('='), text.size() - 1);
      const absl::string_view question = absl::string_view(text).substr(0, equals);
      const int position = Resolve(compiled_.question_index_, question);
      if (!unknown_.empty()) return {};
      const std::optional<int> option =
          compiled_.FindOption(position, absl::string_view(text).substr(equals + 1));
      if (!option.has_value()) unknown_ = text;
      terms.push_back({.question = position, .option = option.value_or(0)});
    }
    return terms;
  }

  int Resolve(const Index& index, absl::string_view id) {
    const std::optional<int> position = Find(index, id);
    if (!position.has_value() && unknown_.empty()) unknown_ = absl::StrCat("`", id, "`");
    return position.value_or(0);
  }

  absl::Status Corrupt(absl::string_view what) const {
    return MakeError(
        absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
        absl::StrCat("the stored version ", compiled_.name(), " cannot be run: ", what));
  }

  CompiledBundle& compiled_;
  const bundle::v1::Bundle& bundle_;
  std::string unknown_;
};

absl::StatusOr<std::shared_ptr<const CompiledBundle>> CompiledBundle::Compile(
    v1::PublishedBundle published) {
  std::shared_ptr<CompiledBundle> compiled(new CompiledBundle(std::move(published)));
  const absl::Status status = Resolver(compiled.get()).Run();
  if (!status.ok()) return status;
  return std::shared_ptr<const CompiledBundle>(std::move(compiled));
}

const bundle::v1::Authority& CompiledBundle::authority_of(int item) const {
  return bundle().authorities(At(items_, item).authority);
}

std::optional<int> CompiledBundle::FindOption(int question, absl::string_view id) const {
  const auto& options = bundle().questions(question).options();
  for (int i = 0; i < options.size(); ++i) {
    if (options[i].id() == id) return i;
  }
  return std::nullopt;
}

std::optional<int> CompiledBundle::Find(const Index& index, absl::string_view id) {
  const auto found = index.find(id);
  return found == index.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace onething::workflow
