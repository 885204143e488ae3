// CompiledBundle: a published version with every key resolved to an index, made once and shared by
// all commands and queries that run it. It only resolves; what follows from answers is
// route_rules.h, whether a bundle makes sense at all is bundle_check_rules.h.
//
// An index is a position in the repeated field of the bundle: item 2 is bundle().items(2) and
// pinned(2), option 0 of question 1 is bundle().questions(1).options(0).

#ifndef ONETHING_SERVICES_WORKFLOW_COMPILED_BUNDLE_H_
#define ONETHING_SERVICES_WORKFLOW_COMPILED_BUNDLE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/workflow/v1/bundles.pb.h"

namespace onething::workflow {

// The option chosen for each question; kNotAnswered where none is.
using ChosenOptions = std::vector<int>;
inline constexpr int kNotAnswered = -1;

// A condition over the answers with its keys resolved. A value.
struct CompiledCondition {
  // `question=option`.
  struct Term {
    int question;
    int option;

    bool Holds(const ChosenOptions& chosen) const {
      return chosen[static_cast<size_t>(question)] == option;
    }
  };

  std::vector<Term> all;
  std::vector<Term> any;
  std::vector<Term> none;

  // Whether it holds. A term over a question without an answer does not hold.
  bool Holds(const ChosenOptions& chosen) const;
};

// One published version. Immutable; safe from any thread. Shared, because a draft may still run the
// version that a new one has replaced.
class CompiledBundle {
 public:
  // Resolves all keys. `published` is as PublishBundle stored it. DATA_LOSS (RECORD_CORRUPT) when a
  // key leads nowhere or the pins are not one per item, which no bundle that passed its check does.
  static absl::StatusOr<std::shared_ptr<const CompiledBundle>> Compile(
      v1::PublishedBundle published);

  CompiledBundle(const CompiledBundle&) = delete;
  CompiledBundle& operator=(const CompiledBundle&) = delete;

  // The version as it was published.
  const v1::PublishedBundle& published() const { return published_; }
  const bundle::v1::Bundle& bundle() const { return published_.bundle(); }
  // `bundles/{id}@{version}`.
  const std::string& name() const { return published_.name(); }

  // What the catalogue said of an item when the version was published.
  const v1::PinnedItem& pinned(int item) const { return published_.pinned_items(item); }
  // Who decides it.
  const bundle::v1::Authority& authority_of(int item) const;
  // Items whose approval comes before it, whether they apply or not.
  const std::vector<int>& needs_of(int item) const { return At(items_, item).needs; }

  // The position of a key; nullopt when the bundle has no such thing.
  std::optional<int> FindQuestion(absl::string_view id) const { return Find(question_index_, id); }
  std::optional<int> FindOption(int question, absl::string_view id) const;
  std::optional<int> FindItem(absl::string_view id) const { return Find(item_index_, id); }
  std::optional<int> FindMaterial(absl::string_view id) const { return Find(material_index_, id); }
  std::optional<int> FindField(absl::string_view id) const { return Find(field_index_, id); }

  // When a question is asked, an item applies, a material or a field is asked for.
  const CompiledCondition& when_of_question(int question) const { return At(questions_, question); }
  const CompiledCondition& when_of_item(int item) const { return At(items_, item).when; }
  const CompiledCondition& when_of_material(int material) const {
    return At(materials_, material).when;
  }
  const CompiledCondition& when_of_field(int field) const { return At(fields_, field).when; }

  // Items that ask for a material or a field, in bundle order.
  const std::vector<int>& users_of_material(int material) const {
    return At(materials_, material).users;
  }
  const std::vector<int>& users_of_field(int field) const { return At(fields_, field).users; }
  // The item whose result a material is; nullopt for a material of another source.
  std::optional<int> from_item_of(int material) const { return At(materials_, material).from_item; }

 private:
  using Index = absl::flat_hash_map<absl::string_view, int>;  // keys lie in published_

  struct Item {
    CompiledCondition when;
    std::vector<int> needs;
    int authority = 0;
  };
  struct Demand {
    CompiledCondition when;
    std::vector<int> users;
    std::optional<int> from_item;
  };
  class Resolver;

  explicit CompiledBundle(v1::PublishedBundle published) : published_(std::move(published)) {}

  static std::optional<int> Find(const Index& index, absl::string_view id);
  template <class T>
  static const T& At(const std::vector<T>& list, int position) {
    return list[static_cast<size_t>(position)];
  }

  // Constant after Compile.
  const v1::PublishedBundle published_;
  Index question_index_;
  Index item_index_;
  Index material_index_;
  Index field_index_;
  std::vector<CompiledCondition> questions_;
  std::vector<Item> items_;
  std::vector<Demand> materials_;
  std::vector<Demand> fields_;
};

}  // namespace onething::workflow

#endif  // ONETHING_SERVICES_WORKFLOW_COMPILED_BUNDLE_H_
