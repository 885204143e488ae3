#include "services/workflow/cases.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "services/workflow/case_views.h"
#include "services/workflow/case_world.h"

namespace onething::workflow {
namespace {

using v1::Case;
using v1::CaseItem;

std::map<std::string, CaseItem::State> StatesOf(const Case& record) {
  std::map<std::string, CaseItem::State> states;
  for (const CaseItem& item : record.items()) {
    states[item.item()] = item.state();
  }
  return states;
}

TEST_CASE("a submitted case starts what needs nothing and keeps the rest waiting") {
  CaseWorld world;
  const Case opened = *world.Create(NewbornApplication());
  CHECK(opened.name() == "cases/36-2026-0000001");
  CHECK(opened.bundle() == "bundles/newborn@1");
  CHECK(opened.state() == Case::STATE_IN_PROGRESS);
  CHECK(opened.open_item_count() == 5);
  // Twenty working days after Monday 2 March 2026.
  CHECK(opened.due_date() == "2026-03-30");
  CHECK(StatesOf(opened) ==
        std::map<std::string, CaseItem::State>{{"cert", CaseItem::STATE_IN_PROGRESS},
                                               {"hukou", CaseItem::STATE_WAITING},
                                               {"insurance", CaseItem::STATE_WAITING},
                                               {"card", CaseItem::STATE_WAITING},
                                               {"vaccine", CaseItem::STATE_IN_PROGRESS}});
  const CaseItem& cert = opened.items(0);
  CHECK(cert.display_name() == "事项cert");
  CHECK(cert.authority_code() == kHealth);
  CHECK(cert.task() == "tasks/1");
  CHECK(cert.due_date() == "2026-03-09");
  CHECK(cert.has_start_time());
  const CaseItem& hukou = opened.items(1);
  CHECK(hukou.waits_for_size() == 1);
  CHECK(hukou.waits_for(0) == "cert");
  CHECK(hukou.task().empty());
  CHECK(opened.items(3).province() == "33");
  CHECK(world.Timeline(opened.name()) ==
        std::vector<std::string>{"case.submitted", "item.started cert", "item.started vaccine"});
  CHECK(world.Get(opened.name())->SerializeAsString() == opened.SerializeAsString());
  CHECK(world.Check().ok());
}

TEST_CASE("names count per year in China") {
  CaseWorld world;
  CHECK(world.Begin().name() == "cases/36-2026-0000001");
  CHECK(world.Begin().name() == "cases/36-2026-0000002");
  // Half past midnight in China is still last year in Greenwich.
  world.clock().Set(calendar::StartOfDayInChina(calendar::Date(2027, 1, 1)) + absl::Minutes(30));
  CHECK(world.Create(NewbornApplication(), false)->name() == "cases/36-2027-0000001");
}

TEST_CASE("a draft may lack anything, is changed as a whole and submitted when it is complete") {
  CaseWorld world;
  v1::Application application = NewbornApplication();
  application.clear_form();
  application.clear_materials();
  const Case draft = *world.Create(application, false);
  CHECK(draft.state() == Case::STATE_DRAFT);
  CHECK(draft.items().empty());
  const absl::Status incomplete = world.Submit(draft.name()).status();
  CHECK(incomplete.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(incomplete) == common::v1::ERROR_REASON_CASE_INCOMPLETE);
  // Field and material at once.
  CHECK(ViolationsOf(incomplete)->field_violations_size() == 2);
  CHECK(world.Get(draft.name())->SerializeAsString() == draft.SerializeAsString());

  const Case updated = *world.Update(draft.name(), NewbornApplication(), draft.etag());
  CHECK(updated.etag() != draft.etag());
  CHECK(updated.application().form().at("child-name") == "张一一");
  const Case submitted = *world.Submit(draft.name(), updated.etag());
  CHECK(submitted.state() == Case::STATE_IN_PROGRESS);
  CHECK(world.Timeline(draft.name()) ==
        std::vector<std::string>{"case.created", "case.updated", "case.submitted",
                                 "item.started cert", "item.started vaccine"});
  CHECK(world.Check().ok());
}

TEST_CASE("a stale etag is refused and nothing is written") {
  CaseWorld world;
  const Case draft = *world.Create(NewbornApplication(), false);
  REQUIRE(world.Update(draft.name(), NewbornApplication(), draft.etag()).ok());
  CHECK(ReasonOf(world.Update(draft.name(), NewbornApplication(), draft.etag()).status()) ==
        common::v1::ERROR_REASON_ETAG_MISMATCH);
  const absl::Status refused = world.Submit(draft.name(), draft.etag()).status();
  CHECK(refused.code() == absl::StatusCode::kAborted);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_ETAG_MISMATCH);
  CHECK(world.Get(draft.name())->timeline_count() == 2);
}

TEST_CASE("what an application names wrongly or is led out by is refused with its reason") {
  struct Row {
    const char* story;
    void (*change)(v1::Application*);
    common::v1::ErrorReason reason;
  };
  const Row rows[] = {
      {"unknown option", [](v1::Application* a) { (*a->mutable_answers())["pay"] = "maybe"; },
       common::v1::ERROR_REASON_ANSWER_UNKNOWN},
      {"unknown field", [](v1::Application* a) { (*a->mutable_form())["shoe-size"] = "42"; },
       common::v1::ERROR_REASON_ANSWER_UNKNOWN},
      {"a necessary item left out", [](v1::Application* a) { a->add_left_out_items("hukou"); },
       common::v1::ERROR_REASON_ANSWER_UNKNOWN},
      {"led out", [](v1::Application* a) { (*a->mutable_answers())["pay"] = "abroad"; },
       common::v1::ERROR_REASON_CASE_EXCLUDED},
      {"an open question", [](v1::Application* a) { a->clear_answers(); },
       common::v1::ERROR_REASON_CASE_INCOMPLETE},
      {"a citizen's number for an organisation",
       [](v1::Application* a) {
         a->mutable_applicant()->set_kind(common::v1::SUBJECT_KIND_ORGANISATION);
       },
       common::v1::ERROR_REASON_CODE_INVALID},
      {"another applicant", [](v1::Application* a) { a->mutable_applicant()->set_code(kStranger); },
       common::v1::ERROR_REASON_OUT_OF_SCOPE},
  };
  for (const Row& row : rows) {
    INFO(row.story);
    CaseWorld world;
    v1::Application application = NewbornApplication();
    row.change(&application);
    CHECK(ReasonOf(world.Create(application).status()) == row.reason);
    CHECK(ReasonOf(world.Get("cases/36-2026-0000001").status()) ==
          common::v1::ERROR_REASON_CASE_NOT_FOUND);
    if (row.reason == common::v1::ERROR_REASON_CASE_INCOMPLETE) continue;
    const Case draft = *world.Create(NewbornApplication(), false);
    CHECK(ReasonOf(world.Update(draft.name(), application).status()) == row.reason);
    CHECK(world.Get(draft.name())->etag() == draft.etag());
    CHECK(world.Check().ok());
  }
}

TEST_CASE("a bundle that is unknown, replaced, retired or not in force is refused") {
  CaseWorld world;
  const auto reason = [&](const std::string& bundle) {
    return ReasonOf(world.Create(NewbornApplication(), true, bundle).status());
  };
  CHECK(reason("bundles/marriage") == common::v1::ERROR_REASON_BUNDLE_NOT_FOUND);
  CHECK(reason("bundles/newborn@7") == common::v1::ERROR_REASON_BUNDLE_NOT_FOUND);
  world.Publish(NewbornBundle());
  CHECK(reason("bundles/newborn@1") == common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
  CHECK(reason("bundles/newborn@2") == std::nullopt);
  auto later = NewbornBundle();
  later.set_effective_date("2026-03-03");
  world.Publish(later);
  CHECK(reason("bundles/newborn") == common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
  world.clock().Advance(absl::Hours(24));
  CHECK(reason("bundles/newborn") == std::nullopt);
  world.Retire("newborn");
  CHECK(reason("bundles/newborn") == common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
}

TEST_CASE("a case keeps the version it began with; a draft of a retired bundle is not submitted") {
  CaseWorld world;
  const Case running = world.Begin();
  const Case draft = *world.Create(NewbornApplication(), false);
  auto changed = NewbornBundle();
  changed.mutable_items(1)->clear_needs();
  world.Publish(changed);
  CHECK(world.Submit(draft.name())->bundle() == "bundles/newborn@1");
  CHECK(world.Begin().items(1).state() == CaseItem::STATE_IN_PROGRESS);
  const Case other = *world.Create(NewbornApplication(), false);
  world.Retire("newborn");
  CHECK(ReasonOf(world.Submit(other.name()).status()) ==
        common::v1::ERROR_REASON_BUNDLE_NOT_AVAILABLE);
  // What runs goes on.
  REQUIRE(world.Approve("tasks/1").ok());
  CHECK(world.Get(running.name())->items(1).state() == CaseItem::STATE_IN_PROGRESS);
  CHECK(world.Check().ok());
}

TEST_CASE("an item that the catalogue has suspended since is refused, one left out is not asked") {
  CaseWorld world;
  const Case draft = *world.Create(NewbornApplication(), false);
  const auto bundle = NewbornBundle();
  world.catalogue().suspended.insert(bundle.items(5).task_code());
  CHECK(ReasonOf(world.Create(NewbornApplication()).status()) ==
        common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
  CHECK(ReasonOf(world.Submit(draft.name()).status()) ==
        common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE);
  v1::Application application = NewbornApplication();
  application.add_left_out_items("vaccine");
  CHECK(world.Create(application)->items_size() == 4);
}

TEST_CASE("a year that the calendar does not know refuses the submission and writes nothing") {
  CaseWorld world;
  const Case draft = *world.Create(NewbornApplication(), false);
  world.clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 12, 20)));
  const absl::Status refused = world.Submit(draft.name()).status();
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_CALENDAR_UNKNOWN_YEAR);
  CHECK(world.Get(draft.name())->SerializeAsString() == draft.SerializeAsString());
  CHECK(world.ListTasks(kHealth)->tasks().empty());
}

TEST_CASE("a promise beyond the known calendar is cut by the joint limit that covers the item") {
  CaseWorld world;
  auto bundle = NewbornBundle();
  bundle.set_joint_limit_working_days(2);
  world.Publish(bundle);
  world.clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 12, 18)));
  v1::Application application = NewbornApplication();
  (*application.mutable_answers())["pay"] = "no";
  application.add_left_out_items("vaccine");
  const auto created = world.Create(application);
  INFO(created.status());
  REQUIRE(created.ok());
  CHECK(created->items(0).due_date() == created->due_date());
}

// state × command: what each state allows.
TEST_CASE("every state of a case allows exactly the commands of the table") {
  struct Row {
    Case::State state;
    bool update, submit, withdraw;
  };
  const Row rows[] = {{Case::STATE_DRAFT, true, true, true},
                      {Case::STATE_IN_PROGRESS, false, false, true},
                      {Case::STATE_CLOSED, false, false, false},
                      {Case::STATE_WITHDRAWN, false, false, false}};
  for (const Row& row : rows) {
    const auto check = [&](bool allowed, auto command) {
      CaseWorld world;
      v1::Application application = NewbornApplication();
      const std::string name = world.Create(application, row.state != Case::STATE_DRAFT)->name();
      if (row.state == Case::STATE_CLOSED) {
        REQUIRE(world.Refuse("tasks/1").ok());
        REQUIRE(world.Refuse("tasks/2").ok());
      }
      if (row.state == Case::STATE_WITHDRAWN) REQUIRE(world.Withdraw(name).ok());
      REQUIRE(world.Get(name)->state() == row.state);
      const absl::Status status = command(world, name);
      INFO(Case::State_Name(row.state) << ": " << status);
      CHECK(status.ok() == allowed);
      CHECK((allowed || ReasonOf(status) == common::v1::ERROR_REASON_CASE_STATE));
      CHECK(world.Check().ok());
    };
    check(row.update, [](CaseWorld& world, const std::string& name) {
      return world.Update(name, NewbornApplication()).status();
    });
    check(row.submit,
          [](CaseWorld& world, const std::string& name) { return world.Submit(name).status(); });
    check(row.withdraw,
          [](CaseWorld& world, const std::string& name) { return world.Withdraw(name).status(); });
  }
}

TEST_CASE("a withdrawal cancels the tasks; after a decision it is too late") {
  CaseWorld world;
  const Case first = world.Begin();
  const Case withdrawn = *world.Withdraw(first.name());
  CHECK(withdrawn.state() == Case::STATE_WITHDRAWN);
  CHECK(withdrawn.withdraw_reason() == "改到外地办理");
  CHECK(withdrawn.open_item_count() == 0);
  CHECK(world.GetTask("tasks/1")->state() == v1::Task::STATE_CANCELLED);
  CHECK(world.ListTasks(kHealth)->tasks().empty());
  CHECK(ReasonOf(world.Approve("tasks/1").status()) == common::v1::ERROR_REASON_TASK_STATE);
  CHECK(world.Sent(kRatingPeer).empty());

  const Case second = world.Begin();
  REQUIRE(world.Refuse(second.items(4).task()).ok());
  CHECK(ReasonOf(world.Withdraw(second.name()).status()) == common::v1::ERROR_REASON_CASE_STATE);
  CHECK(world.Check().ok());
}

TEST_CASE("a case is seen by its applicant, by who decides in it and by supervision") {
  CaseWorld world;
  const std::string name = world.Begin().name();
  const auto get = [&](const rpc::Call& call) { return world.Get(name, call); };
  CHECK(get(world.PortalFor(kMother))->application().form_size() == 1);
  CHECK(get(world.PortalFor("11010519491231002x")).ok());
  for (const std::string& other : {std::string(kStranger), std::string()}) {
    CHECK(ReasonOf(get(world.PortalFor(other)).status()) ==
          common::v1::ERROR_REASON_CASE_NOT_FOUND);
  }
  CHECK(get(world.relay_call())->application().applicant().phone() == "13800000000");
  for (const rpc::Call& call : {world.officer(), world.supervisor()}) {
    const Case outline = *get(call);
    CHECK(outline.items_size() == 5);
    CHECK(outline.application().form().empty());
    CHECK(outline.application().applicant().code() == "110105********002X");
    CHECK(outline.application().applicant().name() == "李*敏");
    CHECK(outline.application().applicant().phone().empty());
  }
  world.mutable_officer()->authorities = {codes::CreditCode::Parse(kPolice).value()};
  CHECK(get(world.officer()).ok());
  world.mutable_officer()->authorities = {codes::CreditCode::Parse("11100000000013338W").value()};
  CHECK(ReasonOf(get(world.officer()).status()) == common::v1::ERROR_REASON_CASE_NOT_FOUND);
  world.mutable_supervisor()->regions = {codes::RegionCode::Parse("33").value()};
  CHECK(ReasonOf(get(world.supervisor()).status()) == common::v1::ERROR_REASON_CASE_NOT_FOUND);
  CHECK(ReasonOf(world.Update(name, NewbornApplication(), "", kStranger).status()) ==
        common::v1::ERROR_REASON_CASE_NOT_FOUND);
  CHECK(ReasonOf(world.Withdraw(name, kStranger).status()) ==
        common::v1::ERROR_REASON_CASE_NOT_FOUND);
}

TEST_CASE("cases are listed by applicant, bundle and state, and a change is there at once") {
  CaseWorld world;
  for (int i = 0; i < 5; ++i) {
    world.Begin();
  }
  v1::Application strangers = NewbornApplication();
  strangers.mutable_applicant()->set_code(kStranger);
  REQUIRE(world.Create(strangers, false, "bundles/newborn", kStranger).ok());
  const auto count = [&](v1::ListCasesRequest request, const rpc::Call& call) {
    request.set_page_size(2);
    int cases = 0;
    do {
      const auto page = world.List(request, call);
      REQUIRE(page.ok());
      cases += page->cases_size();
      for (const Case& each : page->cases()) {
        CHECK(each.application().form().empty());
        CHECK(each.application().applicant().name() == "李*敏");
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return cases;
  };
  v1::ListCasesRequest request;
  CHECK(count(request, world.PortalFor(kMother)) == 5);
  request.set_applicant_code(kStranger);
  CHECK(count(request, world.PortalFor(kMother)) == 5);
  CHECK(count(request, world.supervisor()) == 1);
  request.clear_applicant_code();
  CHECK(ReasonOf(world.List(request, world.supervisor()).status()) ==
        common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(ReasonOf(world.List(request, world.PortalFor("")).status()) ==
        common::v1::ERROR_REASON_OUT_OF_SCOPE);
  request.set_bundle("bundles/newborn");
  CHECK(count(request, world.supervisor()) == 6);
  request.set_state(Case::STATE_WITHDRAWN);
  CHECK(count(request, world.supervisor()) == 0);
  REQUIRE(world.Withdraw("cases/36-2026-0000002").ok());
  CHECK(count(request, world.supervisor()) == 1);
  request.clear_bundle();
  CHECK(count(request, world.supervisor()) == 1);
  world.mutable_supervisor()->regions = {codes::RegionCode::Parse("33").value()};
  CHECK(count(request, world.supervisor()) == 0);
}

TEST_CASE("a full timeline refuses what would pass it") {
  CaseWorld world({.timeline_rows_max = 4});
  const Case draft = *world.Create(NewbornApplication(), false);
  REQUIRE(world.Update(draft.name(), NewbornApplication()).ok());
  const absl::Status refused = world.Submit(draft.name()).status();
  CHECK(refused.code() == absl::StatusCode::kResourceExhausted);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_LIMIT_REACHED);
  CHECK(world.Get(draft.name())->state() == Case::STATE_DRAFT);
  CHECK(world.Check().ok());
}

TEST_CASE("what was acknowledged is there after a power cut") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Approve("tasks/1").ok());
  const Case before = *world.Get(opened.name());
  world.store().CutPower();
  CHECK(world.Get(opened.name())->SerializeAsString() == before.SerializeAsString());
  CHECK(world.Check().ok());
}

TEST_CASE("a stored case that cannot be read is told as lost, not guessed") {
  CaseWorld world;
  const Case opened = world.Begin();
  const std::string key = storage::EncodeKey(storage::TableId::kCases, opened.name());
  REQUIRE(world.store()
              .Command([&](storage::Txn& txn) {
                txn.Put(key, "\x01\xff");
                return absl::OkStatus();
              })
              .ok());
  CHECK(world.Get(opened.name()).status().code() == absl::StatusCode::kDataLoss);
  CHECK(world.Approve("tasks/1").status().code() == absl::StatusCode::kDataLoss);
  CHECK(world.GetTask("tasks/2", world.supervisor())->state() == v1::Task::STATE_OPEN);
}

}  // namespace
}  // namespace onething::workflow
