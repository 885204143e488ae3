#include "services/workflow/hand_overs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "services/workflow/case_world.h"

namespace onething::workflow {
namespace {

using relay::v1::ReceiptContent;
using v1::Case;
using v1::CaseItem;

constexpr char kTransfer[] = "transfers/36-33-36-2026-0000001-1";

// --- The sending place ---

// A case whose card item is with province 33.
Case BeginHandedOver(CaseWorld& world) {
  const Case opened = world.Begin();
  REQUIRE(world.Approve(opened.name() + "/items/cert").ok());
  REQUIRE(world.Approve(opened.name() + "/items/hukou").ok());
  const Case after = *world.Get(opened.name());
  REQUIRE(after.items(3).state() == CaseItem::STATE_HANDED_OVER);
  return after;
}

relay::v1::HandleReceiptRequest ReceiptOf(const Case& of, ReceiptContent::Kind kind) {
  relay::v1::HandleReceiptRequest request;
  request.set_transfer(kTransfer);
  request.set_case_name(of.name());
  request.set_message_key("card");
  request.mutable_content()->set_kind(kind);
  request.mutable_content()->set_signer(kind == ReceiptContent::KIND_ACCEPTED ? "36" : "33");
  return request;
}

relay::v1::HandleReceiptRequest ResultOf(const Case& of, v1::Decision decision) {
  v1::HandOverResult result;
  result.set_decision(decision);
  if (decision == v1::DECISION_REFUSE) result.set_reason("已在外省参保");
  if (decision == v1::DECISION_APPROVE) result.set_license("1.2.156.3005.2.C");
  relay::v1::HandleReceiptRequest request = ReceiptOf(of, ReceiptContent::KIND_RESULT);
  request.mutable_content()->set_payload_type("onething.workflow.v1.HandOverResult");
  request.mutable_content()->set_payload(result.SerializeAsString());
  return request;
}

TEST_CASE("an item of another province is handed to the own relay with the least it needs") {
  CaseWorld world;
  const Case opened = BeginHandedOver(world);
  const auto entries = world.Sent(kRelayPeer);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].order_key() == opened.name());
  CHECK(entries[0].method() == "/onething.relay.v1.Relay/SubmitTransfer");
  const auto request = world.SentAs<relay::v1::SubmitTransferRequest>(kRelayPeer)[0];
  CHECK(request.target() == "33");
  CHECK(request.message_number() == 1);
  CHECK(request.mode() == relay::v1::MODE_FULLY_ONLINE);
  CHECK(request.catalog_code() == kCardCatalogCode);
  CHECK(request.purpose() == "申领社会保障卡");
  CHECK(request.message_key() == "card");
  CHECK(request.request_id() == entries[0].request_id());
  v1::HandOver hand_over;
  REQUIRE(hand_over.ParseFromString(request.payload()));
  CHECK(hand_over.item() == "card");
  CHECK(hand_over.applicant().code() == kMother);
  CHECK(hand_over.form().size() == 1);
  CHECK(hand_over.due_date() == opened.items(3).due_date());
  CHECK(world.Check().ok());
}

TEST_CASE("messages to one province are numbered per case") {
  CaseWorld world;
  auto bundle = NewbornBundle();
  *bundle.mutable_items(5)->mutable_cross_province() = bundle.items(3).cross_province();
  bundle.mutable_items(5)->add_fields("child-name");
  world.Publish(bundle);
  BeginHandedOver(world);
  std::vector<int64_t> numbers;
  for (const auto& request : world.SentAs<relay::v1::SubmitTransferRequest>(kRelayPeer)) {
    numbers.push_back(request.message_number());
  }
  CHECK(numbers == std::vector<int64_t>{1, 2});
}

TEST_CASE("receipts are told one by one, and the result decides the item") {
  CaseWorld world;
  const Case opened = BeginHandedOver(world);
  relay::v1::Transfer transfer;
  transfer.set_name(kTransfer);
  world.Answer(world.Sent(kRelayPeer)[0], transfer.SerializeAsString());
  CHECK(world.Get(opened.name())->items(3).transfer() == kTransfer);
  REQUIRE(world.Receipt(ReceiptOf(opened, ReceiptContent::KIND_DELIVERED)).ok());
  REQUIRE(world.Receipt(ReceiptOf(opened, ReceiptContent::KIND_PROCESSED)).ok());
  REQUIRE(world.Receipt(ResultOf(opened, v1::DECISION_APPROVE)).ok());
  const CaseItem card = world.Get(opened.name())->items(3);
  CHECK(card.state() == CaseItem::STATE_APPROVED);
  CHECK(card.license() == "1.2.156.3005.2.C");
  CHECK(std::vector<std::string>(card.receipts().begin(), card.receipts().end()) ==
        std::vector<std::string>{"delivered", "processed", "result"});
  const std::vector<std::string> timeline = world.Timeline(opened.name());
  CHECK(std::vector<std::string>(timeline.end() - 6, timeline.end()) ==
        std::vector<std::string>{"transfer.accepted card", "transfer.delivered card",
                                 "transfer.processed card", "transfer.result card",
                                 "item.approved card", "license.issued card"});
  CHECK(world.Check().ok());
}

TEST_CASE("in whatever order and however often receipts come, each has one effect") {
  std::vector<ReceiptContent::Kind> order = {
      ReceiptContent::KIND_ACCEPTED, ReceiptContent::KIND_DELIVERED, ReceiptContent::KIND_PROCESSED,
      ReceiptContent::KIND_RESULT};
  do {
    CaseWorld world;
    const Case opened = BeginHandedOver(world);
    for (int round = 0; round < 2; ++round) {
      for (const ReceiptContent::Kind kind : order) {
        REQUIRE(world
                    .Receipt(kind == ReceiptContent::KIND_RESULT
                                 ? ResultOf(opened, v1::DECISION_APPROVE)
                                 : ReceiptOf(opened, kind))
                    .ok());
      }
    }
    const Case before = *world.Get(opened.name());
    // The answer of the own relay may come last of all.
    relay::v1::Transfer transfer;
    transfer.set_name(kTransfer);
    world.Answer(world.Sent(kRelayPeer)[0], transfer.SerializeAsString());
    CHECK(world.Get(opened.name())->SerializeAsString() == before.SerializeAsString());
    CHECK(before.items(3).state() == CaseItem::STATE_APPROVED);
    CHECK(before.items(3).receipts_size() == 3);
    CHECK(before.items(3).transfer() == kTransfer);
    std::vector<std::string> timeline = world.Timeline(opened.name());
    std::sort(timeline.begin(), timeline.end());
    CHECK(std::adjacent_find(timeline.begin(), timeline.end()) == timeline.end());
    CHECK(world.Check().ok());
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("a refusal elsewhere is one here, and can be rated at once") {
  CaseWorld world;
  const Case opened = BeginHandedOver(world);
  REQUIRE(world.Receipt(ResultOf(opened, v1::DECISION_REFUSE)).ok());
  const CaseItem card = world.Get(opened.name())->items(3);
  CHECK(card.state() == CaseItem::STATE_REFUSED);
  CHECK(card.reason() == "已在外省参保");
  const auto invited = world.SentAs<rating::v1::InviteRatingsRequest>(kRatingPeer);
  CHECK(invited.at(0).services(0).service_number() == 4);
}

TEST_CASE("a result that comes after the end is told and changes nothing else") {
  CaseWorld world;
  auto bundle = NewbornBundle();
  // Handed over from the start, so that nothing is decided yet.
  bundle.mutable_items(3)->clear_needs();
  world.Publish(bundle);
  const Case opened = world.Begin();
  const Case withdrawn = *world.Withdraw(opened.name());
  REQUIRE(world.Receipt(ResultOf(opened, v1::DECISION_APPROVE)).ok());
  const Case after = *world.Get(opened.name());
  CHECK(after.state() == Case::STATE_WITHDRAWN);
  CHECK(after.items(3).state() == CaseItem::STATE_WITHDRAWN);
  CHECK(after.items(3).license().empty());
  CHECK(world.Timeline(opened.name()).back() == "transfer.result card");
  CHECK(after.timeline_count() == withdrawn.timeline_count() + 2);
  CHECK(world.Check().ok());
}

TEST_CASE("a receipt that does not fit is refused and writes nothing") {
  struct Row {
    const char* story;
    void (*change)(relay::v1::HandleReceiptRequest*);
    common::v1::ErrorReason reason;
  };
  using Request = relay::v1::HandleReceiptRequest;
  const Row rows[] = {
      {"unknown case", [](Request* r) { r->set_case_name("cases/36-2026-0000099"); },
       common::v1::ERROR_REASON_CASE_NOT_FOUND},
      {"unknown item", [](Request* r) { r->set_message_key("nothing"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"an item of this province", [](Request* r) { r->set_message_key("hukou"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"another province", [](Request* r) { r->mutable_content()->set_signer("31"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"no kind", [](Request* r) { r->mutable_content()->clear_kind(); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"another payload", [](Request* r) { r->mutable_content()->set_payload_type("x.Y"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"a payload that cannot be read",
       [](Request* r) { r->mutable_content()->set_payload("\xff"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"no decision", [](Request* r) { r->mutable_content()->clear_payload(); },
       common::v1::ERROR_REASON_FIELD_INVALID},
  };
  for (const Row& row : rows) {
    INFO(row.story);
    CaseWorld world;
    const Case opened = BeginHandedOver(world);
    Request request = ResultOf(opened, v1::DECISION_APPROVE);
    row.change(&request);
    CHECK(ReasonOf(world.Receipt(request).status()) == row.reason);
    CHECK(world.Get(opened.name())->SerializeAsString() == opened.SerializeAsString());
  }
  CaseWorld world;
  const Case opened = BeginHandedOver(world);
  REQUIRE(world.Receipt(ReceiptOf(opened, ReceiptContent::KIND_DELIVERED)).ok());
  Request other = ReceiptOf(opened, ReceiptContent::KIND_PROCESSED);
  other.set_transfer("transfers/36-33-36-2026-0000001-2");
  CHECK(ReasonOf(world.Receipt(other).status()) == common::v1::ERROR_REASON_FIELD_INVALID);
}

TEST_CASE("a receipt before the item was handed over is refused") {
  CaseWorld world;
  const Case opened = world.Begin();
  CHECK(ReasonOf(world.Receipt(ReceiptOf(opened, ReceiptContent::KIND_DELIVERED)).status()) ==
        common::v1::ERROR_REASON_FIELD_INVALID);
}

// --- The handling place ---

relay::v1::HandleTransferRequest TransferOf(const std::string& catalog_code) {
  v1::HandOver hand_over;
  hand_over.set_item("card");
  hand_over.set_display_name("社会保障卡申领");
  hand_over.set_catalog_code(catalog_code);
  *hand_over.mutable_applicant() = NewbornApplication().applicant();
  (*hand_over.mutable_form())["child-name"] = "张一一";
  hand_over.set_due_date("2026-03-20");
  relay::v1::HandleTransferRequest request;
  request.set_transfer("transfers/31-36-31-2026-0000007-1");
  relay::v1::Envelope* envelope = request.mutable_envelope();
  envelope->set_source("31");
  envelope->set_target("36");
  envelope->set_case_name("cases/31-2026-0000007");
  envelope->set_message_number(1);
  envelope->set_catalog_code(catalog_code);
  envelope->set_payload_type("onething.workflow.v1.HandOver");
  envelope->set_payload(hand_over.SerializeAsString());
  return request;
}

std::vector<v1::HandOverResult> Reported(CaseWorld& world) {
  std::vector<v1::HandOverResult> results;
  for (const auto& request : world.SentAs<relay::v1::ReportResultRequest>(kRelayPeer)) {
    CHECK(request.name() == "transfers/31-36-31-2026-0000007-1");
    CHECK(request.payload_type() == "onething.workflow.v1.HandOverResult");
    REQUIRE(results.emplace_back().ParseFromString(request.payload()));
  }
  return results;
}

TEST_CASE("a received transfer becomes one task of the configured authority") {
  CaseWorld world;
  const auto request = TransferOf(kCardCatalogCode);
  CHECK(world.Receive(request)->handled_as() == "tasks/1");
  CHECK(world.Receive(request)->handled_as() == "tasks/1");
  const v1::Task task = *world.GetTask("tasks/1");
  CHECK(task.case_name() == "cases/31-2026-0000007");
  CHECK(task.display_name() == "社会保障卡申领");
  CHECK(task.authority_code() == kPolice);
  CHECK(task.region_code() == "330100");
  CHECK(task.from_province() == "31");
  CHECK(task.due_date() == "2026-03-20");
  CHECK(task.form().at("child-name") == "张一一");
  CHECK(task.applicant().name() == "李小敏");
  REQUIRE(world.ListTasks(kPolice)->tasks_size() == 1);
  CHECK(world.ListTasks(kPolice)->tasks(0).form().empty());
  CHECK(world.ListTasks(kPolice)->tasks(0).applicant().name() == "李*敏");
  CHECK(world.Check().ok());
}

TEST_CASE("the decision on received work is reported back, once") {
  CaseWorld world;
  REQUIRE(world.Receive(TransferOf(kCardCatalogCode)).ok());
  REQUIRE(world.Claim("tasks/1", "王五").ok());
  REQUIRE(world.Refuse("tasks/1", "已领过卡").ok());
  CHECK(ReasonOf(world.Approve("tasks/1").status()) == common::v1::ERROR_REASON_TASK_STATE);
  const auto results = Reported(world);
  REQUIRE(results.size() == 1);
  CHECK(results[0].decision() == v1::DECISION_REFUSE);
  CHECK(results[0].reason() == "已领过卡");
  CHECK(world.Sent(kLicensePeer).empty());
  CHECK(world.Check().ok());
}

TEST_CASE("with a licence to issue the result waits for its identifier") {
  CaseWorld world;
  REQUIRE(world.Receive(TransferOf("000714012000")).ok());
  REQUIRE(world.Approve("tasks/1").ok());
  CHECK(Reported(world).empty());
  const auto asked = world.SentAs<license::v1::IssueLicenseRequest>(kLicensePeer);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].type_code() == kCertificateType);
  CHECK(asked[0].issuer_code() == kPolice);
  CHECK(asked[0].issuer_name() == "杭州市人力资源和社会保障局");
  CHECK(asked[0].holder().code() == kMother);
  CHECK(asked[0].elements().at("certificate-number") == "X360000001");
  CHECK(asked[0].source() == "cases/31-2026-0000007/items/card");
  world.AnswerLicense("1.2.156.3005.2.D");
  const auto results = Reported(world);
  REQUIRE(results.size() == 1);
  CHECK(results[0].decision() == v1::DECISION_APPROVE);
  CHECK(results[0].license() == "1.2.156.3005.2.D");
  CHECK(results[0].elements().at("certificate-number") == "X360000001");
  world.Answer(world.Sent(kRelayPeer)[0], relay::v1::Transfer().SerializeAsString());
  CHECK(world.Sent(kRelayPeer).empty());
  CHECK(world.Check().ok());
}

TEST_CASE("a transfer that cannot be taken over is refused with its reason") {
  struct Row {
    const char* story;
    void (*change)(relay::v1::HandleTransferRequest*);
    common::v1::ErrorReason reason;
  };
  using Request = relay::v1::HandleTransferRequest;
  const Row rows[] = {
      {"for another province", [](Request* r) { r->mutable_envelope()->set_target("33"); },
       common::v1::ERROR_REASON_WRONG_TARGET},
      {"another payload", [](Request* r) { r->mutable_envelope()->set_payload_type("x.Y"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"a payload that cannot be read",
       [](Request* r) { r->mutable_envelope()->set_payload("\xff"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"envelope and payload differ",
       [](Request* r) { r->mutable_envelope()->set_catalog_code("000714012000"); },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"no due date",
       [](Request* r) {
         v1::HandOver hand_over;
         hand_over.ParseFromString(r->envelope().payload());
         hand_over.set_due_date("2026-02-30");
         r->mutable_envelope()->set_payload(hand_over.SerializeAsString());
       },
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"nobody handles it", [](Request* r) { *r = TransferOf("000714019000"); },
       common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE},
  };
  for (const Row& row : rows) {
    INFO(row.story);
    CaseWorld world;
    Request request = TransferOf(kCardCatalogCode);
    row.change(&request);
    CHECK(ReasonOf(world.Receive(request).status()) == row.reason);
    CHECK(world.ListTasks(kPolice)->tasks().empty());
  }
}

}  // namespace
}  // namespace onething::workflow
