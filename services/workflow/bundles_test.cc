#include "services/workflow/bundles.h"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "libs/base/error.h"
#include "libs/storage/test_store.h"
#include "services/workflow/bundle_rules.h"
#include "services/workflow/route_rules.h"
#include "services/workflow/test_bundles.h"
#include "services/workflow/test_catalogue.h"

namespace onething::workflow {
namespace {

using bundle::v1::Bundle;
using catalogue::v1::Item;

// The Bundles service on a store in memory, beside a catalogue that has the items of the bundle.
// Its clock stands at Monday 2026-03-02, 9 o'clock.
class Editors {
 public:
  Editors() { editor_.identity = "editor.36"; }

  template <class Handler, class Request>
  auto Ask(Handler handler, const Request& request) {
    return store_.Query(
        [&](const storage::View& view) { return (bundles_.*handler)(view, call_, request); });
  }

  absl::StatusOr<v1::PublishedBundle> Publish(const Bundle& bundle) {
    v1::PublishBundleRequest request;
    *request.mutable_bundle() = bundle;
    const auto pins = store_.Query(
        [&](const storage::View& view) { return bundles_.PreparePublish(view, call_, request); });
    if (!pins.ok()) return pins.status();
    return store_.Command(
        [&](storage::Txn& txn) { return bundles_.PublishBundle(txn, call_, request, *pins); });
  }
  absl::StatusOr<v1::PublishedBundle> Retire(const std::string& name) {
    v1::RetireBundleRequest request;
    request.set_name(name);
    request.set_reason("政策调整");
    return store_.Command(
        [&](storage::Txn& txn) { return bundles_.RetireBundle(txn, call_, request); });
  }
  absl::StatusOr<v1::PublishedBundle> Get(const std::string& name) {
    v1::GetBundleRequest request;
    request.set_name(name);
    return Ask(&Bundles::GetBundle, request);
  }
  absl::StatusOr<v1::ListBundlesResponse> List(int page_size = 0, const std::string& token = "") {
    v1::ListBundlesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    return Ask(&Bundles::ListBundles, request);
  }
  absl::StatusOr<v1::Notice> Preview(const std::string& bundle, const AnswerMap& answers = {}) {
    v1::PreviewCaseRequest request;
    request.set_bundle(bundle);
    *request.mutable_answers() = answers;
    return Ask(&Bundles::PreviewCase, request);
  }

  storage::TestStore store_;
  TestCatalogue catalogue_{SoundBundle()};
  const calendar::Calendar calendar_ = calendar::Calendar::Load("deploy/calendar").value();
  const BundleTables tables_;
  const CaseBundles versions_{tables_, 2};
  const Bundles bundles_{tables_, versions_, &catalogue_, calendar_};
  rpc::Caller editor_;
  rpc::Call call_{.caller = editor_,
                  .request_id = "publish-1",
                  .deadline = store_.clock().Now() + absl::Seconds(7)};
};

TEST_CASE("a published bundle has pinned what the catalogue says of its items") {
  Editors editors;
  editors.catalogue_.items.begin()->second.set_version(4);
  editors.catalogue_.items.begin()->second.set_charges(true);
  const auto published = editors.Publish(SoundBundle());
  REQUIRE(published.ok());
  CHECK(published->name() == "bundles/birth");
  CHECK(published->version() == 1);
  CHECK(published->in_use());
  CHECK(published->publish_time().seconds() == absl::ToUnixSeconds(editors.store_.clock().Now()));
  REQUIRE(published->pinned_items_size() == 3);
  CHECK(published->pinned_items(0).DebugString() ==
        FromText<v1::PinnedItem>(R"pb(
          item: "certificate"
          catalogue_name: "items/11360100DEM000014X3000790001000@4"
          display_name: "目录事项certificate"
          catalog_code: "000790001000"
          promised_days: 5
          promised_working_days: true
          statutory_days: 30
          charges: true
          single_material_count: 2
        )pb")
            .DebugString());
  CHECK(editors.catalogue_.last_timeout == absl::Seconds(7));
}

TEST_CASE("versions count up, stay readable, and only the newest is in use") {
  Editors editors;
  Bundle bundle = SoundBundle();
  REQUIRE(editors.Publish(bundle).ok());
  bundle.set_display_name("出生一件事（修订）");
  CHECK(editors.Publish(bundle)->version() == 2);

  CHECK(editors.Get("bundles/birth")->version() == 2);
  CHECK(editors.Get("bundles/birth")->name() == "bundles/birth");
  CHECK(editors.Get("bundles/birth@2")->in_use());
  CHECK(editors.Get("bundles/birth@1")->name() == "bundles/birth@1");
  CHECK(editors.Get("bundles/birth@1")->bundle().display_name() == "出生一件事");
  CHECK_FALSE(editors.Get("bundles/birth@1")->in_use());
  for (const char* name : {"bundles/birth@3", "bundles/death", "bundles/death@1"}) {
    INFO(name);
    CHECK(ReasonOf(editors.Get(name).status()) == common::v1::ERROR_REASON_BUNDLE_NOT_FOUND);
  }
  editors.store_.CutPower();
  CHECK(editors.Get("bundles/birth")->version() == 2);
}

TEST_CASE("the same content again is the version that is there") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  SECTION("nothing has changed") { CHECK(editors.Publish(SoundBundle())->version() == 1); }
  SECTION("an item has a new version in the catalogue") {
    editors.catalogue_.items.begin()->second.set_version(2);
    CHECK(editors.Publish(SoundBundle())->version() == 2);
  }
  SECTION("the bundle was taken out of use") {
    REQUIRE(editors.Retire("bundles/birth").ok());
    CHECK(editors.Publish(SoundBundle())->version() == 2);
    CHECK(editors.Get("bundles/birth")->in_use());
  }
}

TEST_CASE("a bundle with faults is refused with all of them") {
  Editors editors;
  Bundle bundle = SoundBundle();
  bundle.set_lead_authority("helth");
  bundle.mutable_items(1)->add_needs("x");
  bundle.mutable_fields(1)->clear_sensitive();  // a warning
  const absl::Status refused = editors.Publish(bundle).status();
  CHECK(refused.code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_BUNDLE_INVALID);
  const auto faults = *ViolationsOf(refused);
  REQUIRE(faults.field_violations_size() == 2);
  CHECK(faults.field_violations(0).field() == "bundle.lead_authority");
  CHECK(faults.field_violations(1).field() == "bundle.items[1].needs[1]");
  CHECK(editors.catalogue_.ask_count == 0);
  CHECK(editors.List()->bundles().empty());
}

TEST_CASE("a bundle is published only when all its items can be applied for") {
  Editors editors;
  const Bundle bundle = SoundBundle();
  SECTION("some cannot") {
    editors.catalogue_.items[bundle.items(0).task_code()].set_state(Item::STATE_SUSPENDED);
    editors.catalogue_.items.erase(bundle.items(2).task_code());
    const absl::Status refused = editors.Publish(bundle).status();
    CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
    CHECK(ErrorInfoOf(refused)->metadata().at("items") ==
          bundle.items(0).task_code() + "," + bundle.items(2).task_code());
    CHECK(absl::StrContains(refused.message(), "目录事项certificate"));
  }
  SECTION("nobody knows") {
    editors.catalogue_.reachable = false;
    CHECK(ReasonOf(editors.Publish(bundle).status()) == common::v1::ERROR_REASON_PEER_UNREACHABLE);
  }
  CHECK(editors.List()->bundles().empty());
}

TEST_CASE("an editor publishes and retires in its own regions only") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  editors.editor_.regions = {*codes::RegionCode::Parse("360200")};
  CHECK(ReasonOf(editors.Publish(SoundBundle()).status()) == common::v1::ERROR_REASON_OUT_OF_SCOPE);
  CHECK(ReasonOf(editors.Retire("bundles/birth").status()) ==
        common::v1::ERROR_REASON_OUT_OF_SCOPE);
  editors.editor_.regions = {*codes::RegionCode::Parse("36")};
  CHECK(editors.Retire("bundles/birth").ok());
}

TEST_CASE("a retired bundle is readable and not in use, and cannot be retired twice") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  const auto retired = editors.Retire("bundles/birth");
  REQUIRE(retired.ok());
  CHECK_FALSE(retired->in_use());
  CHECK_FALSE(editors.Get("bundles/birth@1")->in_use());
  CHECK(ReasonOf(editors.Retire("bundles/birth").status()) ==
        common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
  CHECK(ReasonOf(editors.Retire("bundles/death").status()) ==
        common::v1::ERROR_REASON_BUNDLE_NOT_FOUND);
}

TEST_CASE("bundles are listed by id, each once, as their newest version") {
  Editors editors;
  for (const char* id : {"c", "a", "b"}) {
    Bundle bundle = SoundBundle();
    bundle.set_id(id);
    REQUIRE(editors.Publish(bundle).ok());
    bundle.set_display_name("第二版");
    REQUIRE(editors.Publish(bundle).ok());
  }
  std::vector<std::string> names;
  std::string token;
  do {
    const auto page = editors.List(2, token);
    REQUIRE(page.ok());
    for (const auto& bundle : page->bundles()) {
      CHECK(bundle.version() == 2);
      names.push_back(bundle.name());
    }
    token = page->next_page_token();
  } while (!token.empty());
  CHECK(names == std::vector<std::string>{"bundles/a", "bundles/b", "bundles/c"});
  CHECK(ReasonOf(editors.List(2, "nonsense").status()) ==
        common::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

TEST_CASE("a bundle is in use within its validity") {
  struct Row {
    const char* about;
    std::function<void(v1::BundleRecord&, v1::PublishedBundle&)> change;
    bool in_use;
  };
  const std::vector<Row> rows = {
      {"newest and valid always", [](auto&, auto&) {}, true},
      {"retired", [](auto& record, auto&) { record.set_retired(true); }, false},
      {"replaced", [](auto& record, auto&) { record.set_newest_version(2); }, false},
      {"from today",
       [](auto&, auto& version) { version.mutable_bundle()->set_effective_date("2026-03-02"); },
       true},
      {"from tomorrow",
       [](auto&, auto& version) { version.mutable_bundle()->set_effective_date("2026-03-03"); },
       false},
      {"today for the last time",
       [](auto&, auto& version) { version.mutable_bundle()->set_expiry_date("2026-03-03"); }, true},
      {"no longer from today",
       [](auto&, auto& version) { version.mutable_bundle()->set_expiry_date("2026-03-02"); },
       false},
  };
  for (const Row& row : rows) {
    INFO(row.about);
    v1::PublishedBundle version = Published(SoundBundle());
    v1::BundleRecord record;
    record.set_newest_version(1);
    row.change(record, version);
    const absl::Status status = CheckInUse(record, version, "2026-03-02");
    CHECK(status.ok() == row.in_use);
    if (!row.in_use) {
      CHECK(ReasonOf(status) == common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
      CHECK(ErrorInfoOf(status)->metadata().at("bundle") == "bundles/birth@1");
    }
  }
}

TEST_CASE("the name of a bundle or a version is read and written back") {
  CHECK(BundleName::Of("bundles/newborn").id == "newborn");
  CHECK_FALSE(BundleName::Of("bundles/newborn").version.has_value());
  CHECK(BundleName::Of("bundles/newborn@12").version == 12);
  for (const char* name : {"bundles/a", "bundles/a-b@999999999"}) {
    CHECK(BundleName::Of(name).value() == name);
  }
}

TEST_CASE("a preview is the notice with the last day of the joint limit") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  AnswerMap answers;
  answers["card"] = "yes";
  const auto notice = editors.Preview("bundles/birth", answers);
  REQUIRE(notice.ok());
  CHECK(notice->bundle() == "bundles/birth@1");
  CHECK(notice->items_size() == 3);
  CHECK(notice->joint_due_date() == "2026-03-09");

  answers["married"] = "no";
  CHECK(editors.Preview("bundles/birth", answers)->has_exclusion());
  CHECK(editors.Preview("bundles/birth", answers)->joint_due_date().empty());
  answers["married"] = "perhaps";
  CHECK(ReasonOf(editors.Preview("bundles/birth", answers).status()) ==
        common::v1::ERROR_REASON_ANSWER_UNKNOWN);
  CHECK(ReasonOf(editors.Preview("bundles/death").status()) ==
        common::v1::ERROR_REASON_BUNDLE_NOT_FOUND);
}

TEST_CASE("a preview tells no due date that the calendar does not reach") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  absl::Time late;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, "2026-12-23T09:00:00+08:00", &late, nullptr));
  editors.store_.clock().Set(late);
  CHECK(editors.Preview("bundles/birth")->joint_due_date().empty());
}

TEST_CASE("of a bundle out of use only a named version can be previewed") {
  Editors editors;
  REQUIRE(editors.Publish(SoundBundle()).ok());
  REQUIRE(editors.Retire("bundles/birth").ok());
  CHECK(ReasonOf(editors.Preview("bundles/birth").status()) ==
        common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
  CHECK(editors.Preview("bundles/birth@1").ok());
}

}  // namespace
}  // namespace onething::workflow
