// Every item and bundle under deploy is what the services would accept, and they fit each other.

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "libs/rpc/validator.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "services/catalogue/item_rules.h"
#include "services/workflow/bundle_check_rules.h"
#include "services/workflow/notice_rules.h"
#include "services/workflow/route_rules.h"
#include "tests/support/load_file.h"

namespace onething::testing {
namespace {

using bundle::v1::Bundle;
using catalogue::v1::Item;

std::vector<std::string> FilesUnder(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  REQUIRE_FALSE(files.empty());
  return files;
}

template <class Message>
void CheckFieldRules(const Message& message) {
  const absl::Status status = rpc::Validator(*Message::descriptor()).Check(message);
  INFO(status.message());
  CHECK(status.ok());
}

std::map<std::string, Item> ShippedItems() {
  std::map<std::string, Item> items;
  for (const std::string& file : FilesUnder("deploy/catalogue")) {
    const Item item = LoadFile<Item>(file);
    INFO(file);
    CHECK(items.emplace(item.task_code(), item).second);
  }
  return items;
}

// `bundle` as it would be published with the shipped items.
std::shared_ptr<const workflow::CompiledBundle> PublishShipped(const Bundle& bundle) {
  const std::map<std::string, Item> items = ShippedItems();
  workflow::v1::PublishedBundle published;
  *published.mutable_bundle() = bundle;
  for (const auto& item : bundle.items()) {
    auto* pin = published.add_pinned_items();
    pin->set_item(item.id());
    pin->set_display_name(items.at(item.task_code()).display_name());
  }
  return workflow::CompiledBundle::Compile(std::move(published)).value();
}

TEST_CASE("every shipped item can be published without a finding") {
  for (const std::string& file : FilesUnder("deploy/catalogue")) {
    INFO(file);
    const Item item = LoadFile<Item>(file);
    CheckFieldRules(item);
    CHECK(catalogue::CheckItemCodes(item).ok());
    for (const auto& finding : catalogue::CheckItem(item)) {
      FAIL_CHECK(finding.rule() << " " << finding.field() << " " << finding.sentence());
    }
  }
}

TEST_CASE("every shipped bundle passes the check without a finding") {
  for (const std::string& file : FilesUnder("deploy/bundles")) {
    INFO(file);
    const Bundle bundle = LoadFile<Bundle>(file);
    CheckFieldRules(bundle);
    CHECK(file == absl::StrCat("deploy/bundles/", bundle.id(), ".yaml"));
    for (const auto& finding : workflow::CheckBundle(bundle)) {
      FAIL_CHECK(finding.path << " " << finding.sentence);
    }
  }
}

TEST_CASE("every shipped bundle finds its items in the shipped catalogue") {
  const std::map<std::string, Item> items = ShippedItems();
  for (const std::string& file : FilesUnder("deploy/bundles")) {
    const Bundle bundle = LoadFile<Bundle>(file);
    std::map<std::string, std::string> authorities;
    for (const auto& authority : bundle.authorities()) {
      authorities[authority.id()] = authority.display_name();
      CHECK(codes::CreditCode::Parse(authority.credit_code())->organisation_code_ok());
    }
    for (const auto& item : bundle.items()) {
      INFO(file << " " << item.id());
      REQUIRE(items.contains(item.task_code()));
      const Item& catalogued = items.at(item.task_code());
      CHECK(std::filesystem::exists(
          absl::StrCat("deploy/catalogue/", bundle.id(), "/", item.id(), ".yaml")));
      CHECK(catalogued.authority_name() == authorities.at(item.authority()));
      if (item.has_issues()) {
        CHECK(catalogued.result().license_type() == item.issues().type_code());
      }
    }
  }
}

// What the story of the demonstration and the benchmark count on.

TEST_CASE("the newborn bundle runs as its story is told") {
  const auto compiled = PublishShipped(LoadFile<Bundle>("deploy/bundles/newborn.yaml"));
  const auto family = LoadFile<workflow::v1::Application>("deploy/demo/newborn-family.yaml");
  CheckFieldRules(family);
  CHECK(workflow::CheckNames(*compiled, family).ok());
  const auto route = workflow::ComputeRoute(*compiled, family.answers(), family.left_out_items());
  REQUIRE(route.ok());
  CHECK(workflow::CheckApplication(*compiled, *route, family).field_violations().empty());
  CHECK(route->items.size() == 7);
  const workflow::v1::Notice notice = workflow::MakeNotice(*compiled, *route);

  // Once the birth certificate is there, four authorities work at the same time.
  std::set<std::string> at_once;
  for (const auto& item : notice.items()) {
    const bool can_start = item.needs().empty() || item.needs(0) == "birth-cert";
    if (can_start && item.item() != "birth-cert") at_once.insert(item.authority_name());
  }
  CHECK(at_once.size() == 4);

  // Of the materials that the items ask for one by one, the applicant gives five.
  CHECK(notice.savings().materials() == 5);
  CHECK(notice.savings().single().materials() == 22);
  std::set<bundle::v1::MaterialSource> sources;
  for (const auto& material : notice.materials()) sources.insert(material.material().source());
  CHECK(sources.size() == 6);
  CHECK(notice.fields_size() == 15);

  const bundle::v1::BundleItem& card = compiled->bundle().items(*compiled->FindItem("social-card"));
  CHECK(card.cross_province().province() == "33");
  // The basic code by which the other province finds its own authority is on the national list.
  CHECK(card.task_code().substr(19, 2) == "00");
}

TEST_CASE("each answer of the newborn bundle that leads out does so alone") {
  const auto compiled = PublishShipped(LoadFile<Bundle>("deploy/bundles/newborn.yaml"));
  int ways_out = 0;
  for (const auto& question : compiled->bundle().questions()) {
    for (const auto& option : question.options()) {
      if (!option.has_exclusion()) continue;
      workflow::AnswerMap answers;
      answers[question.id()] = option.id();
      CHECK(workflow::ComputeRoute(*compiled, answers, {})->exclusion.has_value());
      ++ways_out;
    }
  }
  CHECK(ways_out == 3);
}

TEST_CASE("the benchmark's bundle is one item, four beside each other, one at the end") {
  const Bundle bundle = LoadFile<Bundle>("deploy/bundles/case6.yaml");
  REQUIRE(bundle.items_size() == 6);
  CHECK(bundle.items(0).needs().empty());
  for (int i = 1; i < 5; ++i) {
    CHECK(bundle.items(i).needs_size() == 1);
    CHECK(bundle.items(i).needs(0) == bundle.items(0).id());
  }
  CHECK(bundle.items(5).needs_size() == 4);
  CHECK_FALSE(bundle.rate_case());
}

}  // namespace
}  // namespace onething::testing
