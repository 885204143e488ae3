// Every item, bundle and configuration under deploy is what the services would accept; items and
// bundles fit each other, and a configuration shows all that can be set, with its default.

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/license_identifier.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/server_config.h"
#include "libs/rpc/validator.h"
#include "onething/bundle/v1/bundle.pb.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "onething/config/v1/catalogue.pb.h"
#include "onething/config/v1/license.pb.h"
#include "onething/config/v1/rating.pb.h"
#include "onething/config/v1/relay.pb.h"
#include "onething/config/v1/workflow.pb.h"
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

std::string TextOf(const std::string& file) {
  std::ifstream input(file);
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

// Every setting of `type` and of what it holds stands in `text`, be it commented out.
void CheckNamesEveryField(const google::protobuf::Descriptor& type, const std::string& text) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    INFO(field.full_name());
    CHECK(absl::StrContains(text, absl::StrCat(field.name(), ":")));
    if (field.message_type() != nullptr && !field.is_map() &&
        field.message_type()->file()->package() == type.file()->package()) {
      CheckNamesEveryField(*field.message_type(), text);
    }
  }
}

// What `onething-<service> --config` asks of its file; the limits, times and level that it shows
// are those which hold when it shows none.
template <class Config>
Config CheckShippedConfig(const std::string& service) {
  const std::string file = absl::StrCat("deploy/config/", service, ".yaml");
  const Config config = LoadFile<Config>(file);
  INFO(file);
  CheckFieldRules(config);
  const auto completed = rpc::CompleteServerConfig(config.server());
  INFO(completed.status().message());
  REQUIRE(completed.ok());
  config::v1::ServerConfig silent = config.server();
  silent.clear_limits();
  silent.clear_request_keep();
  silent.clear_drain_delay();
  silent.clear_drain_grace();
  silent.clear_log_level();
  silent.clear_slow_call();
  CHECK(rpc::CompleteServerConfig(silent)->DebugString() == config.server().DebugString());
  CHECK(rpc::CallerDirectory::Create(config.server().callers()).ok());
  CheckNamesEveryField(*Config::descriptor(), TextOf(file));
  return config;
}

TEST_CASE("each of the five services has a shipped configuration that shows every setting") {
  const auto catalogue = CheckShippedConfig<config::v1::CatalogueConfig>("catalogue");
  const auto workflow = CheckShippedConfig<config::v1::WorkflowConfig>("workflow");
  const auto license = CheckShippedConfig<config::v1::LicenseConfig>("license");
  const auto relay = CheckShippedConfig<config::v1::RelayConfig>("relay");
  const auto rating = CheckShippedConfig<config::v1::RatingConfig>("rating");
  CHECK(FilesUnder("deploy/config").size() == 5);

  CHECK(std::filesystem::exists(workflow.calendar_dir()));
  CHECK(std::filesystem::exists(rating.calendar_dir()));
  CHECK(std::filesystem::exists(rating.labels_file()));
  // Together they are one province: the workflow service finds the others where they listen.
  const auto& peers = workflow.server().peers();
  CHECK(peers.at("catalogue") == catalogue.server().listen_address());
  CHECK(peers.at("license") == license.server().listen_address());
  CHECK(peers.at("relay") == relay.server().listen_address());
  CHECK(peers.at("rating") == rating.server().listen_address());
  CHECK(relay.server().peers().at(relay.handler()) == workflow.server().listen_address());
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
