#include "services/workflow/tasks.h"

#include <catch2/catch.hpp>
#include <string>

#include "services/workflow/case_world.h"

namespace onething::workflow {
namespace {

using v1::Case;
using v1::CaseItem;
using v1::Task;

TEST_CASE("an approval frees the items that need it in the same step") {
  CaseWorld world;
  const Case opened = world.Begin();
  const Task done = *world.Approve("tasks/1");
  CHECK(done.state() == Task::STATE_DONE);
  CHECK(done.decision() == v1::DECISION_APPROVE);
  CHECK(done.has_end_time());
  const Case after = *world.Get(opened.name());
  CHECK(after.items(0).state() == CaseItem::STATE_APPROVED);
  CHECK(after.items(0).has_end_time());
  CHECK(after.items(1).state() == CaseItem::STATE_IN_PROGRESS);
  CHECK(after.items(1).task() == "tasks/3");
  CHECK(after.items(1).waits_for().empty());
  CHECK(after.open_item_count() == 4);
  CHECK(after.etag() != opened.etag());
  CHECK(world.Check().ok());
}

TEST_CASE("an approval asks for the licence and does not wait for it") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Approve("tasks/1").ok());
  const auto asked = world.SentAs<license::v1::IssueLicenseRequest>(kLicensePeer);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].type_code() == kCertificateType);
  CHECK(asked[0].issuer_code() == kHealth);
  CHECK(asked[0].issuer_name() == "南昌市卫生健康委员会");
  CHECK(asked[0].holder().code() == kMother);
  CHECK(asked[0].holder().phone().empty());
  CHECK(asked[0].elements().at("姓名") == "张一一");
  CHECK(asked[0].elements().at("编号") == "X360000001");
  CHECK(asked[0].source() == opened.name() + "/items/cert");
  CHECK(asked[0].request_id().size() >= 8);
  CHECK(world.Get(opened.name())->items(0).license_pending());
  CHECK(world.Get(opened.name())->items(1).state() == CaseItem::STATE_IN_PROGRESS);

  world.AnswerLicense("1.2.156.3005.2.X");
  const Case after = *world.Get(opened.name());
  CHECK_FALSE(after.items(0).license_pending());
  CHECK(after.items(0).license() == "1.2.156.3005.2.X");
  CHECK(world.Timeline(opened.name()).back() == "license.issued cert");
  CHECK(world.Sent(kLicensePeer).empty());
  CHECK(world.Check().ok());
}

TEST_CASE("a licence refused for good stays pending and is left to operators") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Approve("tasks/1").ok());
  const auto entry = world.Sent(kLicensePeer)[0];
  world.Answer(entry, MakeError(absl::StatusCode::kFailedPrecondition,
                                common::v1::ERROR_REASON_ISSUER_KEY_MISSING, "没有签发密钥"));
  CHECK(world.Sent(kLicensePeer)[0].state() == outbox::OutboxEntry::DEAD);
  CHECK(world.Get(opened.name())->items(0).license_pending());
  CHECK(world.Check().ok());
}

TEST_CASE("a decision that lacks what it needs is refused before anything is written") {
  CaseWorld world;
  const Case opened = world.Begin();
  v1::CompleteTaskRequest request;
  request.set_name("tasks/1");
  request.set_officer("王五");
  request.set_decision(v1::DECISION_REFUSE);
  request.set_reason(" \u3000");  // the space of Chinese keyboards
  const absl::Status no_reason = world.Complete(request).status();
  CHECK(ReasonOf(no_reason) == common::v1::ERROR_REASON_DECISION_INCOMPLETE);
  CHECK(ViolationsOf(no_reason)->field_violations(0).field() == "reason");
  request.set_decision(v1::DECISION_APPROVE);
  const absl::Status no_number = world.Complete(request).status();
  CHECK(no_number.code() == absl::StatusCode::kInvalidArgument);
  CHECK(ReasonOf(no_number) == common::v1::ERROR_REASON_DECISION_INCOMPLETE);
  CHECK(world.GetTask("tasks/1")->state() == Task::STATE_OPEN);
  CHECK(world.Get(opened.name())->SerializeAsString() == opened.SerializeAsString());
  CHECK(world.Sent(kLicensePeer).empty());
}

TEST_CASE("a refusal ends what needs the item, with the reason, and lets the others go on") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Approve("tasks/1").ok());
  REQUIRE(world.Refuse("tasks/3", "户籍不在本市").ok());
  const Case after = *world.Get(opened.name());
  CHECK(after.state() == Case::STATE_IN_PROGRESS);
  CHECK(after.items(1).state() == CaseItem::STATE_REFUSED);
  CHECK(after.items(1).reason() == "户籍不在本市");
  CHECK(after.items(2).state() == CaseItem::STATE_NOT_HANDLED);
  CHECK(after.items(2).reason() == "“事项hukou”未获准予，本事项不再办理");
  CHECK(after.items(3).state() == CaseItem::STATE_NOT_HANDLED);
  CHECK(after.items(4).state() == CaseItem::STATE_IN_PROGRESS);
  REQUIRE(world.Approve("tasks/2").ok());
  CHECK(world.Get(opened.name())->state() == Case::STATE_CLOSED);
  CHECK(world.Get(opened.name())->has_close_time());
  CHECK(world.Timeline(opened.name()).back() == "case.closed");
  CHECK(world.Check().ok());
}

TEST_CASE("a refusal that stops all cancels the tasks of the others") {
  CaseWorld world;
  auto bundle = NewbornBundle();
  bundle.mutable_items(5)->set_on_refusal(bundle::v1::ON_REFUSAL_ALL_STOP);
  world.Publish(bundle);
  const Case opened = world.Begin();
  REQUIRE(world.Claim("tasks/1", "王五").ok());
  REQUIRE(world.Refuse("tasks/2").ok());
  CHECK(world.GetTask("tasks/1")->state() == Task::STATE_CANCELLED);
  CHECK(world.Get(opened.name())->state() == Case::STATE_CLOSED);
  CHECK(ReasonOf(world.Approve("tasks/1").status()) == common::v1::ERROR_REASON_TASK_STATE);
  CHECK(world.Check().ok());
}

TEST_CASE("a refused item is opened for rating at once, the others and the case when it closes") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Approve("tasks/1").ok());
  CHECK(world.Sent(kRatingPeer).empty());
  REQUIRE(world.Refuse("tasks/3").ok());
  auto invited = world.SentAs<rating::v1::InviteRatingsRequest>(kRatingPeer);
  REQUIRE(invited.size() == 1);
  REQUIRE(invited[0].services_size() == 1);
  CHECK(invited[0].services(0).case_name() == opened.name());
  CHECK(invited[0].services(0).service_number() == 2);
  CHECK(invited[0].services(0).item_name() == "事项hukou");
  CHECK(invited[0].services(0).authority_code() == kPolice);
  CHECK(invited[0].rater_code() == kMother);
  REQUIRE(world.Approve("tasks/2").ok());
  invited = world.SentAs<rating::v1::InviteRatingsRequest>(kRatingPeer);
  REQUIRE(invited.size() == 2);
  REQUIRE(invited[1].services_size() == 3);
  CHECK(invited[1].services(0).service_number() == 1);
  CHECK(invited[1].services(0).item_code() == NewbornBundle().items(0).task_code());
  CHECK(invited[1].services(1).service_number() == 5);
  CHECK(invited[1].services(2).service_number() == 6);
  CHECK(invited[1].services(2).item_code() == "newborn");
  CHECK(invited[1].services(2).authority_name() == "南昌市卫生健康委员会");
  for (const auto& entry : world.Sent(kRatingPeer)) {
    world.Answer(entry, rating::v1::InviteRatingsResponse().SerializeAsString());
  }
  CHECK(world.Sent(kRatingPeer).empty());
  CHECK(world.Check().ok());
}

TEST_CASE("nobody is invited to rate where that is switched off") {
  CaseWorld world({.invite_ratings = false});
  world.Begin();
  REQUIRE(world.Refuse("tasks/1").ok());
  REQUIRE(world.Approve("tasks/2").ok());
  CHECK(world.Sent(kRatingPeer).empty());
}

// state × command, with the officer who has the task and another one.
TEST_CASE("every state of a task allows exactly the commands of the table") {
  struct Row {
    Task::State state;
    bool claim_own, claim_other, complete_own, complete_other;
  };
  const Row rows[] = {{Task::STATE_OPEN, true, true, true, true},
                      {Task::STATE_CLAIMED, true, false, true, false},
                      {Task::STATE_DONE, false, false, false, false},
                      {Task::STATE_CANCELLED, false, false, false, false}};
  for (const Row& row : rows) {
    const auto check = [&](bool allowed, auto command) {
      CaseWorld world;
      const Case opened = world.Begin();
      if (row.state == Task::STATE_CLAIMED) REQUIRE(world.Claim("tasks/1", "王五").ok());
      if (row.state == Task::STATE_DONE) REQUIRE(world.Approve("tasks/1").ok());
      if (row.state == Task::STATE_CANCELLED) REQUIRE(world.Withdraw(opened.name()).ok());
      const absl::Status status = command(world);
      INFO(Task::State_Name(row.state) << ": " << status);
      CHECK(status.ok() == allowed);
      CHECK((allowed || ReasonOf(status) == common::v1::ERROR_REASON_TASK_STATE));
      CHECK(world.Check().ok());
    };
    check(row.claim_own, [](CaseWorld& w) { return w.Claim("tasks/1", "王五").status(); });
    check(row.claim_other, [](CaseWorld& w) { return w.Claim("tasks/1", "赵六").status(); });
    check(row.complete_own, [](CaseWorld& w) { return w.Approve("tasks/1", "王五").status(); });
    check(row.complete_other, [](CaseWorld& w) { return w.Approve("tasks/1", "赵六").status(); });
  }
}

TEST_CASE("two officers who complete at once have one effect") {
  CaseWorld world;
  const Case opened = world.Begin();
  CHECK(world.Approve("tasks/1", "王五").ok());
  const Case after = *world.Get(opened.name());
  CHECK(ReasonOf(world.Refuse("tasks/1", "材料不实", "赵六").status()) ==
        common::v1::ERROR_REASON_TASK_STATE);
  CHECK(world.Get(opened.name())->SerializeAsString() == after.SerializeAsString());
  CHECK(world.GetTask("tasks/1")->officer() == "王五");
}

TEST_CASE(
    "claiming again changes nothing, and the first claim is told without the officer's name") {
  CaseWorld world;
  const Case opened = world.Begin();
  const Task claimed = *world.Claim("tasks/1", "王五");
  CHECK(claimed.officer() == "王五");
  CHECK(world.Claim("tasks/1", "王五")->etag() == claimed.etag());
  CHECK(world.Timeline(opened.name()).back() == "task.claimed cert");
  CHECK(world.Get(opened.name())->timeline_count() == 4);
}

TEST_CASE("an authority sees and decides its own tasks only") {
  CaseWorld world;
  world.Begin();
  world.mutable_officer()->authorities = {codes::CreditCode::Parse(kPolice).value()};
  CHECK(ReasonOf(world.ListTasks(kHealth).status()) == common::v1::ERROR_REASON_OUT_OF_SCOPE);
  CHECK(world.ListTasks(kPolice)->tasks().empty());
  for (const absl::Status& status :
       {world.GetTask("tasks/1").status(), world.Claim("tasks/1", "王五").status(),
        world.Approve("tasks/1").status(), world.Approve("tasks/99").status()}) {
    CHECK(status.code() == absl::StatusCode::kNotFound);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_TASK_NOT_FOUND);
  }
  world.mutable_officer()->authorities = {codes::CreditCode::Parse(kHealth).value()};
  world.mutable_officer()->regions = {codes::RegionCode::Parse("360200").value()};
  CHECK(world.ListTasks(kHealth)->tasks().empty());
  CHECK(ReasonOf(world.Approve("tasks/1").status()) == common::v1::ERROR_REASON_TASK_NOT_FOUND);
  world.mutable_officer()->regions = {codes::RegionCode::Parse("36").value()};
  CHECK(world.Approve("tasks/1").ok());
}

TEST_CASE("a task shows the officer what the item needs, and others no personal data") {
  CaseWorld world;
  const Case opened = world.Begin();
  const Task cert = *world.GetTask("tasks/1");
  CHECK(cert.applicant().name() == "李小敏");
  CHECK(cert.form().at("child-name") == "张一一");
  CHECK(cert.materials().at("record") == "files/1");
  const Task vaccine = *world.GetTask("tasks/2");
  CHECK(vaccine.form().empty());
  CHECK(vaccine.materials().empty());
  const Task outline = *world.GetTask("tasks/1", world.supervisor());
  CHECK(outline.applicant().name() == "李*敏");
  CHECK(outline.form().empty());
  const auto all = world.ListTasks(kHealth);
  for (const Task& listed : all->tasks()) {
    CHECK(listed.applicant().code() == "110105********002X");
    CHECK(listed.form().empty());
  }
  const Task done = *world.Approve("tasks/1");
  CHECK(done.applicant().name() == "李*敏");
  CHECK(done.elements().empty());
  CHECK(world.GetTask("tasks/1")->elements().at("certificate-number") == "X360000001");
  world.AnswerLicense("1.2.156.3005.2.X");
  CHECK(world.GetTask("tasks/3")->materials().at("cert-result") == "licenses/1.2.156.3005.2.X");
}

TEST_CASE("a task is named by its number or by its case item") {
  CaseWorld world;
  const Case opened = world.Begin();
  CHECK(world.GetTask(opened.name() + "/items/cert")->name() == "tasks/1");
  for (const char* item : {"hukou", "card", "pay", "nothing"}) {
    CHECK(ReasonOf(world.GetTask(opened.name() + "/items/" + item).status()) ==
          common::v1::ERROR_REASON_TASK_NOT_FOUND);
  }
  CHECK(world.Approve(opened.name() + "/items/cert").ok());
  CHECK(world.Approve(opened.name() + "/items/hukou").ok());
}

TEST_CASE("tasks are listed those due first on top, open or ended") {
  CaseWorld world;
  world.Begin();
  world.clock().Advance(-absl::Hours(24 * 7));
  // The store's time never runs back: the second case is due with the first.
  world.Begin();
  world.clock().Advance(absl::Hours(24 * 21));
  world.Begin();
  REQUIRE(world.Approve("tasks/3").ok());
  const auto due = [&](Task::State state) {
    std::vector<std::string> list;
    const auto page = world.ListTasks(kHealth, state);
    for (const Task& task : page->tasks()) {
      list.push_back(task.name() + " " + task.due_date());
    }
    return list;
  };
  CHECK(due(Task::STATE_UNSPECIFIED) ==
        std::vector<std::string>{"tasks/1 2026-03-09", "tasks/2 2026-03-09", "tasks/4 2026-03-09",
                                 "tasks/5 2026-03-23", "tasks/6 2026-03-23"});
  CHECK(due(Task::STATE_DONE) == std::vector<std::string>{"tasks/3 2026-03-09"});
  REQUIRE(world.Claim("tasks/5", "王五").ok());
  CHECK(due(Task::STATE_CLAIMED) == std::vector<std::string>{"tasks/5 2026-03-23"});
  CHECK(due(Task::STATE_UNSPECIFIED).size() == 5);
  CHECK(due(Task::STATE_CANCELLED).empty());
}

TEST_CASE("no sentence of a timeline names a person") {
  CaseWorld world;
  const Case opened = world.Begin();
  REQUIRE(world.Claim("tasks/1", "王五").ok());
  REQUIRE(world.Approve("tasks/1").ok());
  REQUIRE(world.Refuse("tasks/3", "张一一的材料不实").ok());
  REQUIRE(world.store()
              .Query([&](const storage::View& view) {
                world.tables().timeline.ForEach(view, [](const v1::TimelineRecord& row) {
                  for (const v1::TimelineEventRecord& event : row.events()) {
                    for (const char* secret : {"张一一", "李小敏", "王五", kMother}) {
                      CHECK(event.sentence().find(secret) == std::string::npos);
                    }
                    CHECK_FALSE(event.sentence().empty());
                  }
                  return true;
                });
                return absl::OkStatus();
              })
              .ok());
}

TEST_CASE("an item that starts when the calendar has ended keeps its task undecided") {
  CaseWorld world;
  const Case opened = world.Begin();
  world.clock().Set(calendar::StartOfDayInChina(calendar::Date(2026, 12, 20)));
  // Covered by the joint limit: its due date is known.
  REQUIRE(world.Approve("tasks/1").ok());
  // The card keeps a promise of its own.
  CHECK(ReasonOf(world.Approve("tasks/3").status()) ==
        common::v1::ERROR_REASON_CALENDAR_UNKNOWN_YEAR);
  CHECK(world.GetTask("tasks/3")->state() == Task::STATE_OPEN);
  CHECK(world.Check().ok());
}

}  // namespace
}  // namespace onething::workflow
