#include "services/workflow/item_availability.h"

#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "services/workflow/test_bundles.h"
#include "services/workflow/test_catalogue.h"

namespace onething::workflow {
namespace {

using catalogue::v1::Item;

// The items of a bundle, asked about again and again while the clock moves. It begins at 9 in the
// morning of 2026-03-02.
class Availability {
 public:
  explicit Availability(const AvailabilityOptions& options = {})
      : availability_(&catalogue_, options) {
    for (const auto& [code, item] : catalogue_.items) codes_.push_back(code);
  }

  absl::Status Check(absl::Duration patience = absl::Seconds(10)) {
    return availability_.Check(codes_, clock_.Now(), clock_.Now() + patience);
  }
  std::optional<ErrorReason> Reason() { return ReasonOf(Check()); }
  Item& item(size_t i) { return catalogue_.items[codes_[i]]; }

  TestCatalogue catalogue_{SoundBundle()};
  std::vector<std::string> codes_;
  FakeClock clock_;
  ItemAvailability availability_;
};

TEST_CASE("an item is available while it is published and valid") {
  struct Row {
    const char* about;
    std::function<void(std::optional<Item>&)> change;
    bool available;
  };
  const std::vector<Row> rows = {
      {"published", [](auto&) {}, true},
      {"not there", [](auto& item) { item.reset(); }, false},
      {"never published", [](auto& item) { item->set_state(Item::STATE_DRAFT); }, false},
      {"suspended", [](auto& item) { item->set_state(Item::STATE_SUSPENDED); }, false},
      {"retired", [](auto& item) { item->set_state(Item::STATE_RETIRED); }, false},
      {"valid from today", [](auto& item) { item->set_effective_date("2026-03-02"); }, true},
      {"valid from tomorrow", [](auto& item) { item->set_effective_date("2026-03-03"); }, false},
      {"valid until today", [](auto& item) { item->set_expiry_date("2026-03-03"); }, true},
      {"valid until yesterday", [](auto& item) { item->set_expiry_date("2026-03-02"); }, false},
  };
  for (const Row& row : rows) {
    INFO(row.about);
    std::optional<Item> item = Item();
    item->set_state(Item::STATE_PUBLISHED);
    row.change(item);
    CHECK(IsAvailable(item, "2026-03-02") == row.available);
  }
}

TEST_CASE("the catalogue is asked once in a while, and only about what is out of date") {
  Availability world;
  CHECK(world.Check().ok());
  CHECK(world.catalogue_.asked.size() == 3);
  world.clock_.Advance(absl::Seconds(29));
  CHECK(world.Check().ok());
  CHECK(world.catalogue_.ask_count == 1);

  // One item is asked about alone, and so is fresh when the others are not.
  world.clock_.Advance(absl::Seconds(1));
  CHECK(world.availability_.Check({world.codes_[1]}, world.clock_.Now(), absl::InfiniteFuture())
            .ok());
  CHECK(world.catalogue_.asked == std::vector<std::string>{world.codes_[1]});
  CHECK(world.Check().ok());
  CHECK(world.catalogue_.asked == std::vector<std::string>{world.codes_[0], world.codes_[2]});
}

TEST_CASE("a suspended item is refused by name as soon as the catalogue is asked again") {
  Availability world;
  REQUIRE(world.Check().ok());
  world.item(1).set_state(Item::STATE_SUSPENDED);
  world.catalogue_.items.erase(world.codes_[2]);
  CHECK(world.Check().ok());
  world.clock_.Advance(absl::Seconds(30));
  const absl::Status refused = world.Check();
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
  CHECK(ErrorInfoOf(refused)->metadata().at("items") == world.codes_[1] + "," + world.codes_[2]);
  world.item(1).set_state(Item::STATE_PUBLISHED);
  world.codes_.pop_back();
  world.clock_.Advance(absl::Seconds(30));
  CHECK(world.Check().ok());
}

TEST_CASE("validity is judged by the day of the question, not of the answer") {
  Availability world({.fresh_for = absl::Hours(24), .usable_for = absl::Hours(24)});
  world.item(0).set_expiry_date("2026-03-03");
  CHECK(world.Check().ok());
  world.clock_.Advance(absl::Hours(15));  // midnight in China
  CHECK(world.Reason() == common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
  CHECK(world.catalogue_.ask_count == 1);
}

TEST_CASE("without the catalogue what is known counts for a while") {
  Availability world;
  world.catalogue_.reachable = false;
  SECTION("nothing is known") {
    CHECK(world.Reason() == common::v1::ERROR_REASON_PEER_UNREACHABLE);
    CHECK(world.Check().code() == absl::StatusCode::kUnavailable);
    world.catalogue_.reachable = true;
    CHECK(world.Check().ok());
  }
  SECTION("something is known") {
    world.catalogue_.reachable = true;
    REQUIRE(world.Check().ok());
    world.catalogue_.reachable = false;
    world.clock_.Advance(absl::Minutes(1));
    CHECK(world.Check().ok());
    CHECK(world.catalogue_.ask_count == 2);
    // It is not asked at every turn while it is down.
    world.clock_.Advance(absl::Seconds(4));
    CHECK(world.Check().ok());
    CHECK(world.catalogue_.ask_count == 2);
    world.clock_.Advance(absl::Seconds(1));
    CHECK(world.Check().ok());
    CHECK(world.catalogue_.ask_count == 3);
    // Too old in the end.
    world.clock_.Advance(absl::Minutes(9));
    CHECK(world.Reason() == common::v1::ERROR_REASON_PEER_UNREACHABLE);
    world.catalogue_.reachable = true;
    CHECK(world.Check().ok());
  }
}

TEST_CASE("the wait for the catalogue is the shorter of its own and the caller's") {
  Availability world({.fresh_for = absl::ZeroDuration(), .timeout = absl::Seconds(2)});
  CHECK(world.Check(absl::Seconds(10)).ok());
  CHECK(world.catalogue_.last_timeout == absl::Seconds(2));
  CHECK(world.Check(absl::Seconds(1)).ok());
  CHECK(world.catalogue_.last_timeout == absl::Seconds(1));
}

TEST_CASE("only the items that apply must be available") {
  Availability world;
  const auto compiled = Compiled(SoundBundle());
  const auto& card = compiled->bundle().items(2);
  world.catalogue_.items[card.task_code()].set_state(Item::STATE_RETIRED);
  const auto check = [&](const AnswerMap& answers) {
    const auto route = ComputeRoute(*compiled, answers, LeftOutItems());
    REQUIRE(route.ok());
    return ReasonOf(world.availability_.CheckRoute(*compiled, *route, world.clock_.Now(),
                                                   absl::InfiniteFuture()));
  };
  AnswerMap answers;
  answers["card"] = "no";
  CHECK(check(answers) == std::nullopt);
  answers["card"] = "yes";
  CHECK(check(answers) == common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
}

}  // namespace
}  // namespace onething::workflow
