#include "services/rating/ratings.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/rpc/caller.h"
#include "libs/storage/test_store.h"
#include "tests/support/load_file.h"

namespace onething::rating {
namespace {

using options::v1::Role;

constexpr char kRater[] = "11010519491231002X";
constexpr char kAuthority[] = "12441500196720244T";
constexpr char kOtherAuthority[] = "11430000006122244L";

LabelTable ShippedLabels() {
  return LabelTable::Create(
             testing::LoadFile<config::v1::RatingLabels>("deploy/rating/labels.yaml"))
      .value();
}

rpc::Caller CallerWith(Role role, const char* authority = nullptr) {
  rpc::Caller caller;
  caller.roles.Add(role);
  if (authority != nullptr) {
    caller.authorities.push_back(codes::CreditCode::Parse(authority).value());
  }
  return caller;
}

// The rating service on a store in memory, without the wire.
class RatingHall {
 public:
  template <class Handler, class Request>
  auto Ask(const rpc::Caller& caller, const std::string& subject, Handler handler,
           const Request& request) {
    const rpc::Call call{.caller = caller, .on_behalf_of = subject};
    return store_.Query(
        [&](const storage::View& view) { return (ratings_.*handler)(view, call, request); });
  }
  template <class Handler, class Request>
  auto Run(const rpc::Caller& caller, const std::string& subject, Handler handler,
           const Request& request) {
    const rpc::Call call{.caller = caller, .on_behalf_of = subject};
    return store_.Command(
        [&](storage::Txn& txn) { return (ratings_.*handler)(txn, call, request); });
  }

  absl::StatusOr<v1::Invitation> Invite(const std::string& case_name, int number,
                                        const std::string& region = "360102") {
    v1::InviteRatingsRequest request;
    auto* service = request.add_services();
    service->set_case_name(case_name);
    service->set_service_number(number);
    service->set_item_code("ITEM");
    service->set_item_name("出生登记");
    service->set_authority_code(kAuthority);
    service->set_authority_name("测试机构");
    service->set_region_code(region);
    request.set_rater_code(kRater);
    ASSIGN_OR_RETURN(const auto response,
                     Run(service_, "", &Ratings::InviteRatings, request));
    return response.invitations(0);
  }
  absl::StatusOr<v1::Rating> Rate(const std::string& case_name, int number, int level,
                                  const std::string& label = "",
                                  const std::string& rater = kRater) {
    v1::SubmitRatingRequest request;
    request.set_case_name(case_name);
    request.set_service_number(number);
    request.set_level(level);
    request.set_channel(v1::CHANNEL_MOBILE);
    if (!label.empty()) {
      request.add_labels(label);
    }
    return Run(portal_, rater, &Ratings::SubmitRating, request);
  }
  absl::StatusOr<v1::Rectification> Resolve(const std::string& name,
                                            const char* authority = kAuthority) {
    v1::ResolveRectificationRequest request;
    request.set_name(name);
    request.set_resolution("已回访并补发材料清单");
    return Run(CallerWith(Role::ROLE_AUTHORITY, authority), "", &Ratings::ResolveRectification,
               request);
  }
  v1::Statistics Count(const char* region, const char* period = "") {
    v1::GetStatisticsRequest request;
    request.set_region_code(region);
    request.set_period(period);
    return Ask(portal_, "", &Ratings::GetStatistics, request).value();
  }
  absl::Status Check() {
    return store_.Query([this](const storage::View& view) {
      const absl::Status status = tables_.Check(view);
      return status.ok() ? Counts(tables_).Check(view) : status;
    });
  }
  storage::TestStore& store() { return store_; }

 private:
  storage::TestStore store_;
  Tables tables_;
  const LabelTable labels_ = ShippedLabels();
  const calendar::Calendar calendar_ = calendar::Calendar::Load("deploy/calendar").value();
  Ratings ratings_{tables_, labels_, calendar_, {}};
  const rpc::Caller service_ = CallerWith(Role::ROLE_SERVICE);
  const rpc::Caller portal_ = CallerWith(Role::ROLE_PORTAL);
};

TEST_CASE("a service is rated once by its applicant, and only when it was opened for rating") {
  RatingHall hall;
  CHECK(ReasonOf(hall.Rate("cases/a", 1, 5).status()) ==
        common::v1::ERROR_REASON_RATING_NOT_INVITED);
  REQUIRE(hall.Invite("cases/a", 1).ok());
  CHECK(ReasonOf(hall.Rate("cases/a", 1, 5, "", "440524188001010014").status()) ==
        common::v1::ERROR_REASON_OUT_OF_SCOPE);
  CHECK(ReasonOf(hall.Rate("cases/a", 1, 5, "110").status()) ==
        common::v1::ERROR_REASON_RATING_LABEL);
  CHECK(hall.Rate("cases/a", 1, 5, "510")->rectification().empty());
  CHECK(ReasonOf(hall.Rate("cases/a", 1, 4).status()) == common::v1::ERROR_REASON_RATING_EXISTS);
  CHECK(ReasonOf(hall.Rate("cases/a", 2, 5).status()) ==
        common::v1::ERROR_REASON_RATING_NOT_INVITED);
  CHECK(hall.Check().ok());
}

TEST_CASE("inviting twice opens one rating") {
  RatingHall hall;
  CHECK(hall.Invite("cases/a", 1)->name() == "invitations/a-1");
  CHECK(hall.Invite("cases/a", 1).ok());
  CHECK(hall.Count("36").invited_count() == 1);
}

TEST_CASE("a bad rating opens a rectification due in working days, and its authority resolves it") {
  RatingHall hall;
  // The Labour Day holiday follows, with a make-up working day on Saturday 05-09.
  hall.store().clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 4, 30)) +
                           absl::Hours(9));
  REQUIRE(hall.Invite("cases/a", 1).ok());
  const v1::Rating rating = hall.Rate("cases/a", 1, 1, "110").value();
  CHECK(rating.rectification() == "rectifications/a-1");
  CHECK(hall.Count("36").open_rectification_count() == 1);

  v1::ListRectificationsRequest list;
  list.set_state(v1::Rectification::STATE_OPEN);
  const auto open =
      hall.Ask(CallerWith(Role::ROLE_SUPERVISOR), "", &Ratings::ListRectifications, list).value();
  REQUIRE(open.rectifications_size() == 1);
  CHECK(open.rectifications(0).verify_due_date() == "2026-05-06");
  CHECK(open.rectifications(0).feedback_due_date() == "2026-05-11");
  const auto others = hall.Ask(CallerWith(Role::ROLE_AUTHORITY, kOtherAuthority), "",
                               &Ratings::ListRectifications, list);
  CHECK(others->rectifications_size() == 0);

  CHECK(ReasonOf(hall.Resolve(rating.rectification(), kOtherAuthority).status()) ==
        common::v1::ERROR_REASON_OUT_OF_SCOPE);
  CHECK(hall.Resolve(rating.rectification())->state() == v1::Rectification::STATE_RESOLVED);
  CHECK(ReasonOf(hall.Resolve(rating.rectification()).status()) ==
        common::v1::ERROR_REASON_RECTIFICATION_STATE);
  CHECK(ReasonOf(hall.Resolve("rectifications/b-9").status()) ==
        common::v1::ERROR_REASON_RECTIFICATION_NOT_FOUND);
  CHECK(hall.Count("36").open_rectification_count() == 0);
  CHECK(hall.Check().ok());
}

TEST_CASE("a bad rating whose due date no calendar knows is refused with nothing written") {
  RatingHall hall;
  REQUIRE(hall.Invite("cases/a", 1).ok());
  hall.store().clock().Set(calendar::StartOfDayInChina(calendar::Date(2030, 1, 2)));
  CHECK(ReasonOf(hall.Rate("cases/a", 1, 1).status()) ==
        common::v1::ERROR_REASON_CALENDAR_UNKNOWN_YEAR);
  CHECK(hall.Count("36").rated_count() == 0);
  CHECK(hall.Rate("cases/a", 1, 5).ok());
}

TEST_CASE("the rated authority sees ratings of its own only, the rater sees his, others see none") {
  RatingHall hall;
  REQUIRE(hall.Invite("cases/a", 1).ok());
  REQUIRE(hall.Rate("cases/a", 1, 5).ok());
  v1::GetRatingRequest request;
  request.set_name("ratings/a-1");
  const auto see = [&](const rpc::Caller& caller, const char* subject) {
    return hall.Ask(caller, subject, &Ratings::GetRating, request).ok();
  };
  CHECK(see(CallerWith(Role::ROLE_SUPERVISOR), ""));
  CHECK(see(CallerWith(Role::ROLE_AUTHORITY, kAuthority), ""));
  CHECK_FALSE(see(CallerWith(Role::ROLE_AUTHORITY, kOtherAuthority), ""));
  CHECK(see(CallerWith(Role::ROLE_PORTAL), kRater));
  CHECK_FALSE(see(CallerWith(Role::ROLE_PORTAL), "440524188001010014"));
  CHECK_FALSE(see(CallerWith(Role::ROLE_PORTAL), ""));
}

TEST_CASE("statistics ask for exactly one dimension and a period that exists") {
  RatingHall hall;
  v1::GetStatisticsRequest request;
  const auto ask = [&] {
    return ReasonOf(
        hall.Ask(CallerWith(Role::ROLE_PORTAL), "", &Ratings::GetStatistics, request).status());
  };
  CHECK(ask() == common::v1::ERROR_REASON_FIELD_INVALID);
  request.set_item_code("ITEM");
  CHECK(ask() == std::nullopt);
  request.set_period("2026-13");
  CHECK(ask() == common::v1::ERROR_REASON_FIELD_INVALID);
  request.clear_period();
  request.set_region_code("36");
  CHECK(ask() == common::v1::ERROR_REASON_FIELD_INVALID);
}

TEST_CASE("counts always agree with the ratings, over days, regions and restarts") {
  RatingHall hall;
  std::mt19937 random(20260302);
  const char* regions[] = {"360102", "360111", "360400"};
  for (int i = 0; i < 60; ++i) {
    const std::string name = absl::StrCat("cases/", i);
    REQUIRE(hall.Invite(name, 1, regions[random() % 3]).ok());
    if (random() % 4 != 0) {
      const auto rating = hall.Rate(name, 1, 1 + static_cast<int>(random() % 5));
      REQUIRE(rating.ok());
      if (!rating->rectification().empty() && random() % 2 == 0) {
        REQUIRE(hall.Resolve(rating->rectification()).ok());
      }
    }
    if (random() % 10 == 0) {
      hall.store().CutPower();
    }
    hall.store().clock().Advance(absl::Hours(5));
  }
  CHECK(hall.Check() == absl::OkStatus());
  CHECK(hall.Count("36").invited_count() == 60);
  CHECK(hall.Count("360100").invited_count() + hall.Count("360400").invited_count() == 60);
}

}  // namespace
}  // namespace onething::rating
