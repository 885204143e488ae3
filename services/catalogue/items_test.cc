#include "services/catalogue/items.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/rpc/caller.h"
#include "libs/storage/test_store.h"
#include "services/catalogue/item_samples.h"

namespace onething::catalogue {
namespace {

// The catalogue on a store in memory, without the wire.
class Catalogue {
 public:
  template <class Handler, class Request>
  auto Run(Handler handler, const Request& request) {
    return store_.Command(
        [&](storage::Txn& txn) { return (items_.*handler)(txn, call_, request); });
  }
  template <class Handler, class Request>
  auto Ask(Handler handler, const Request& request) {
    return store_.Query(
        [&](const storage::View& view) { return (items_.*handler)(view, call_, request); });
  }

  absl::StatusOr<v1::Item> Create(const v1::Item& item) {
    v1::CreateItemRequest request;
    *request.mutable_item() = item;
    return Run(&Items::CreateItem, request);
  }
  absl::StatusOr<v1::Item> Update(const std::string& name, const v1::Item& item, const char* path) {
    v1::UpdateItemRequest request;
    request.set_name(name);
    *request.mutable_item() = item;
    request.mutable_update_mask()->add_paths(path);
    return Run(&Items::UpdateItem, request);
  }
  absl::StatusOr<v1::PublishItemResponse> Publish(const std::string& name,
                                                  const std::string& etag = "") {
    v1::PublishItemRequest request;
    request.set_name(name);
    request.set_etag(etag);
    return Run(&Items::PublishItem, request);
  }
  absl::StatusOr<v1::Item> Suspend(const std::string& name) {
    v1::SuspendItemRequest request;
    request.set_name(name);
    request.set_reason("机构调整");
    return Run(&Items::SuspendItem, request);
  }
  absl::StatusOr<v1::Item> Resume(const std::string& name) {
    v1::ResumeItemRequest request;
    request.set_name(name);
    return Run(&Items::ResumeItem, request);
  }
  absl::StatusOr<v1::Item> Retire(const std::string& name) {
    v1::RetireItemRequest request;
    request.set_name(name);
    request.set_reason("依据废止");
    return Run(&Items::RetireItem, request);
  }
  absl::StatusOr<v1::Item> Get(const std::string& name) {
    v1::GetItemRequest request;
    request.set_name(name);
    return Ask(&Items::GetItem, request);
  }
  absl::StatusOr<v1::ListItemsResponse> List(const v1::ListItemsRequest& request) {
    return Ask(&Items::ListItems, request);
  }
  absl::StatusOr<v1::ListItemVersionsResponse> Versions(const std::string& name) {
    v1::ListItemVersionsRequest request;
    request.set_name(name);
    return Ask(&Items::ListItemVersions, request);
  }
  absl::Status Check() {
    return store_.Query([this](const storage::View& view) { return tables_.Check(view); });
  }
  storage::TestStore& store() { return store_; }

 private:
  storage::TestStore store_;
  Tables tables_;
  Items items_{tables_};
  rpc::Caller caller_;
  rpc::Call call_{.caller = caller_};
};

TEST_CASE(
    "an item is drafted, published, changed and published again, and its first version stays "
    "readable") {
  Catalogue catalogue;
  const std::string name = catalogue.Create(SampleItem())->name();
  CHECK(catalogue.Get(name)->state() == v1::Item::STATE_DRAFT);
  CHECK(catalogue.Publish(name)->item().version() == 1);

  v1::Item change;
  change.set_display_name("新名称");
  CHECK(catalogue.Update(name, change, "display_name")->draft_pending());
  CHECK(catalogue.Get(name)->display_name() == "测试事项6");
  CHECK(catalogue.Get(name + "@draft")->display_name() == "新名称");

  CHECK(catalogue.Publish(name)->item().version() == 2);
  CHECK(catalogue.Get(name)->display_name() == "新名称");
  CHECK(catalogue.Get(name + "@1")->display_name() == "测试事项6");
  CHECK(catalogue.Versions(name)->items_size() == 2);
  CHECK(ReasonOf(catalogue.Get(name + "@3").status()) == common::v1::ERROR_REASON_ITEM_NOT_FOUND);
  CHECK(catalogue.Check().ok());
}

TEST_CASE("changing a field and changing it back leaves nothing to publish") {
  Catalogue catalogue;
  const std::string name = catalogue.Create(SampleItem())->name();
  CHECK(catalogue.Publish(name).ok());
  CHECK(ReasonOf(catalogue.Publish(name).status()) == common::v1::ERROR_REASON_ITEM_UNCHANGED);
  v1::Item change;
  change.set_display_name("新名称");
  CHECK(catalogue.Update(name, change, "display_name")->draft_pending());
  change.set_display_name("测试事项6");
  CHECK_FALSE(catalogue.Update(name, change, "display_name")->draft_pending());
  CHECK(ReasonOf(catalogue.Publish(name).status()) == common::v1::ERROR_REASON_ITEM_UNCHANGED);
}

TEST_CASE("an inconsistent item is not published, and every broken rule is told") {
  Catalogue catalogue;
  v1::Item item = SampleItem();
  item.mutable_promised_limit()->set_days(30);
  item.set_complaint_phone(item.enquiry_phone());
  const std::string name = catalogue.Create(item)->name();
  const absl::Status refused = catalogue.Publish(name).status();
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_ITEM_INCONSISTENT);
  CHECK(ErrorInfoOf(refused)->metadata().at("rules") == "R1,R7");
  CHECK(ViolationsOf(refused)->field_violations_size() == 2);
  CHECK(catalogue.Get(name)->version() == 0);
}

TEST_CASE("warnings do not stop a publication but are told") {
  Catalogue catalogue;
  v1::Item item = SampleItem();
  item.mutable_materials(0)->set_shared_data(true);
  const auto published = catalogue.Publish(catalogue.Create(item)->name());
  CHECK(published->warnings_size() == 1);
  CHECK(published->warnings(0).rule() == "R12");
}

TEST_CASE("a stale etag is refused and nothing is written") {
  Catalogue catalogue;
  const v1::Item created = *catalogue.Create(SampleItem());
  v1::Item change;
  change.set_display_name("甲");
  change.set_etag(created.etag());
  CHECK(catalogue.Update(created.name(), change, "display_name").ok());
  change.set_display_name("乙");
  CHECK(ReasonOf(catalogue.Update(created.name(), change, "display_name").status()) ==
        common::v1::ERROR_REASON_ETAG_MISMATCH);
  CHECK(ReasonOf(catalogue.Publish(created.name(), created.etag()).status()) ==
        common::v1::ERROR_REASON_ETAG_MISMATCH);
  CHECK(catalogue.Get(created.name())->display_name() == "甲");
}

TEST_CASE("an update mask cannot touch what the service or the codes decide") {
  Catalogue catalogue;
  const std::string name = catalogue.Create(SampleItem())->name();
  for (const char* path : {"state", "version", "task_code", "use_level", "no_such_field"}) {
    INFO(path);
    CHECK(ReasonOf(catalogue.Update(name, SampleItem(), path).status()) ==
          common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
  }
}

// state × command: which commands each state allows.
TEST_CASE("every state allows exactly the commands of the table") {
  struct Row {
    const char* state;
    bool suspend, resume, retire, update;
  };
  const Row rows[] = {{"draft", false, false, true, true},
                      {"published", true, false, true, true},
                      {"suspended", false, true, true, true},
                      {"retired", false, false, false, false}};
  for (const Row& row : rows) {
    const auto in_state = [&row](Catalogue& catalogue) {
      const std::string name = catalogue.Create(SampleItem())->name();
      const std::string state = row.state;
      if (state != "draft") {
        REQUIRE(catalogue.Publish(name).ok());
      }
      if (state == "suspended") {
        REQUIRE(catalogue.Suspend(name).ok());
      }
      if (state == "retired") {
        REQUIRE(catalogue.Retire(name).ok());
      }
      return name;
    };
    const auto check = [&](bool allowed, auto command) {
      Catalogue catalogue;
      const std::string name = in_state(catalogue);
      const absl::Status status = command(catalogue, name);
      INFO(row.state << " " << status);
      CHECK(status.ok() == allowed);
      CHECK((allowed || ReasonOf(status) == common::v1::ERROR_REASON_ITEM_STATE));
      CHECK(catalogue.Check().ok());
    };
    check(row.suspend, [](Catalogue& c, const std::string& n) { return c.Suspend(n).status(); });
    check(row.resume, [](Catalogue& c, const std::string& n) { return c.Resume(n).status(); });
    check(row.retire, [](Catalogue& c, const std::string& n) { return c.Retire(n).status(); });
    check(row.update, [](Catalogue& c, const std::string& n) {
      return c.Update(n, SampleItem(), "display_name").status();
    });
  }
}

TEST_CASE("a suspended item keeps its reason and its version through a new publication") {
  Catalogue catalogue;
  const std::string name = catalogue.Create(SampleItem())->name();
  REQUIRE(catalogue.Publish(name).ok());
  REQUIRE(catalogue.Suspend(name).ok());
  v1::Item change;
  change.set_display_name("新名称");
  REQUIRE(catalogue.Update(name, change, "display_name").ok());
  CHECK(catalogue.Publish(name)->item().state() == v1::Item::STATE_SUSPENDED);
  CHECK(catalogue.Get(name)->state_reason() == "机构调整");
  CHECK(catalogue.Resume(name)->state_reason().empty());
}

TEST_CASE("an item exists once, and unknown ones are told apart") {
  Catalogue catalogue;
  REQUIRE(catalogue.Create(SampleItem()).ok());
  CHECK(ReasonOf(catalogue.Create(SampleItem()).status()) == common::v1::ERROR_REASON_ITEM_EXISTS);
  CHECK(ReasonOf(catalogue.Get("items/" + SampleItem(7).task_code()).status()) ==
        common::v1::ERROR_REASON_ITEM_NOT_FOUND);
}

TEST_CASE(
    "lists filter by state, authority, region and text, and pages join without gap or double") {
  Catalogue catalogue;
  for (int i = 0; i < 25; ++i) {
    v1::Item item = SampleItem(i);
    item.set_region_code(i % 5 == 0 ? "441502" : "441521");
    const std::string name = catalogue.Create(item)->name();
    if (i % 2 == 0) {
      REQUIRE(catalogue.Publish(name).ok());
    }
  }
  const auto count = [&](const v1::ListItemsRequest& wanted) {
    v1::ListItemsRequest request = wanted;
    request.set_page_size(4);
    int items = 0;
    do {
      const auto page = catalogue.List(request);
      REQUIRE(page.ok());
      items += page->items_size();
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return items;
  };
  v1::ListItemsRequest request;
  CHECK(count(request) == 25);
  request.set_state(v1::Item::STATE_PUBLISHED);
  CHECK(count(request) == 13);
  request.set_region_code("441500");
  CHECK(count(request) == 13);
  request.set_region_code("441502");
  CHECK(count(request) == 3);
  request.Clear();
  request.set_region_code("36");
  CHECK(count(request) == 0);
  request.Clear();
  request.set_authority_code("12441500196720244T");
  CHECK(count(request) == 25);
  request.set_text("事项24");
  CHECK(count(request) == 1);
  CHECK(catalogue.Check().ok());
}

TEST_CASE("what was acknowledged is there after a power cut") {
  Catalogue catalogue;
  const std::string name = catalogue.Create(SampleItem())->name();
  REQUIRE(catalogue.Publish(name).ok());
  catalogue.store().CutPower();
  CHECK(catalogue.Get(name)->version() == 1);
  CHECK(catalogue.Check().ok());
}

}  // namespace
}  // namespace onething::catalogue
