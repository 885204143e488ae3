#include "services/relay/transfers.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/relay/test_provinces.h"

namespace onething::relay {
namespace {

using test::SampleSubmission;
using test::TwoProvinces;
using v1::ReceiptContent;
using v1::Transfer;

using Kinds = std::vector<Kind>;

constexpr char kName[] = "transfers/36-33-36-1-1";

Kinds KindsIn(const Transfer& transfer) {
  Kinds kinds;
  for (const v1::Receipt& receipt : transfer.receipts()) {
    kinds.push_back(ReadKeptReceipt(receipt)->kind());
  }
  return kinds;
}

TEST_CASE("the sender has its receipt before anything leaves, and hears of every later one") {
  TwoProvinces world;
  const Transfer accepted = world.source.Submit(SampleSubmission()).value();
  CHECK(accepted.name() == kName);
  CHECK(accepted.state() == Transfer::STATE_ACCEPTED);
  CHECK(accepted.direction() == Transfer::DIRECTION_OUTBOUND);
  CHECK(accepted.peer() == "33");
  CHECK(KindsIn(accepted) == Kinds{ReceiptContent::KIND_ACCEPTED});
  CHECK(world.network.calls == 0);

  world.Settle();
  const Transfer received = world.target.Get(kName).value();
  CHECK(received.state() == Transfer::STATE_PROCESSED);
  CHECK(received.direction() == Transfer::DIRECTION_INBOUND);
  CHECK(received.peer() == "36");
  CHECK(world.target.handler.handled.at("36/cases/36-1") == std::vector<int64_t>{1});

  CHECK(world.target.Report(kName, "准予办理")->state() == Transfer::STATE_RESULT);
  world.Settle();
  const Transfer sent = world.source.Get(kName).value();
  CHECK(sent.state() == Transfer::STATE_RESULT);
  CHECK(sent.failure().empty());
  const Kinds later = {ReceiptContent::KIND_DELIVERED, ReceiptContent::KIND_PROCESSED,
                       ReceiptContent::KIND_RESULT};
  CHECK(KindsIn(sent) == Kinds{ReceiptContent::KIND_ACCEPTED, later[0], later[1], later[2]});
  CHECK(KindsIn(world.target.Get(kName).value()) == later);
  CHECK(world.source.handler.KindsTold(kName) == later);
  const v1::HandleReceiptRequest& told = world.source.handler.told.at(kName).back();
  CHECK(told.case_name() == "cases/36-1");
  CHECK(told.message_key() == "items/social-card");
  CHECK(told.content().payload() == "准予办理");
  CHECK(world.source.Soundness() == "sound");
  CHECK(world.target.Soundness() == "sound");
}

TEST_CASE("what both sides keep proves, with the public keys alone, who said what") {
  TwoProvinces world;
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Settle();
  REQUIRE(world.target.Report(kName, "准予办理").ok());
  world.Settle();
  const Signer source = {.province = "36", .keys = {world.source.key.public_key()}};
  const Signer target = {.province = "33", .keys = {world.target.key.public_key()}};
  for (test::Province* province : {&world.source, &world.target}) {
    const Transfer kept = province->Get(kName).value();
    CHECK(OpenEnvelope(kept.signed_envelope(), source)->payload() == "payload of cases/36-1 1");
    const std::string digest = DigestOf(kept.signed_envelope());
    for (const v1::Receipt& receipt : kept.receipts()) {
      const bool own = ReadKeptReceipt(receipt)->kind() == ReceiptContent::KIND_ACCEPTED;
      CHECK(OpenReceipt(receipt, own ? source : target, digest).ok());
      CHECK_FALSE(OpenReceipt(receipt, own ? target : source, digest).ok());
    }
  }
  CHECK(world.source.Get(kName)->signed_envelope().SerializeAsString() ==
        world.target.Get(kName)->signed_envelope().SerializeAsString());
}

TEST_CASE("a message submitted again is the same transfer, and with other content is refused") {
  TwoProvinces world;
  const v1::SubmitTransferRequest request = SampleSubmission();
  const Transfer first = world.source.Submit(request).value();
  CHECK(world.source.Submit(request)->SerializeAsString() == first.SerializeAsString());

  v1::SubmitTransferRequest again = SampleSubmission();
  REQUIRE(again.request_id() != request.request_id());
  CHECK(world.source.Submit(again)->SerializeAsString() == first.SerializeAsString());
  world.Settle();
  again = SampleSubmission();
  CHECK(world.source.Submit(again)->state() == Transfer::STATE_PROCESSED);

  for (int field = 0; field < 3; ++field) {
    v1::SubmitTransferRequest other = SampleSubmission();
    field == 0   ? other.set_payload("other")
    : field == 1 ? other.set_purpose("other")
                 : other.set_message_key("other");
    CHECK(ReasonOf(world.source.Submit(other).status()) ==
          common::v1::ERROR_REASON_TRANSFER_CONFLICT);
  }
  world.Settle();
  CHECK(world.target.handler.handled.at("36/cases/36-1").size() == 1);
}

TEST_CASE("numbers of a case go up by one, and only members are sent to") {
  TwoProvinces world;
  const auto reason = [&world](const v1::SubmitTransferRequest& request) {
    return ReasonOf(world.source.Submit(request).status());
  };
  CHECK(reason(SampleSubmission("cases/36-1", 2)) == common::v1::ERROR_REASON_OUT_OF_ORDER);
  REQUIRE(world.source.Submit(SampleSubmission("cases/36-1", 1)).ok());
  CHECK(reason(SampleSubmission("cases/36-1", 3)) == common::v1::ERROR_REASON_OUT_OF_ORDER);
  CHECK(reason(SampleSubmission("cases/36-2", 2)) == common::v1::ERROR_REASON_OUT_OF_ORDER);
  CHECK(world.source.Submit(SampleSubmission("cases/36-1", 2)).ok());

  for (const char* province : {"36", "31", "00"}) {
    v1::SubmitTransferRequest request = SampleSubmission("cases/36-9");
    request.set_target(province);
    CHECK(reason(request) == common::v1::ERROR_REASON_PEER_UNKNOWN);
  }
  v1::SubmitTransferRequest incomplete = SampleSubmission("cases/36-9");
  incomplete.clear_purpose();
  CHECK(reason(incomplete) == common::v1::ERROR_REASON_FIELD_INVALID);
  v1::SubmitTransferRequest large = SampleSubmission("cases/36-9");
  large.set_payload(std::string(512 * 1024 + 1, 'x'));
  CHECK(reason(large) == common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(world.source.List({})->transfers_size() == 2);
}

TEST_CASE("the largest payload the contract allows arrives") {
  TwoProvinces world;
  v1::SubmitTransferRequest request = SampleSubmission();
  request.set_payload(std::string(512 * 1024, '\xE7'));
  REQUIRE(world.source.Submit(request).ok());
  world.Settle();
  REQUIRE(world.target.Report(kName, std::string(512 * 1024, '\x01')).ok());
  world.Settle();
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_RESULT);
  CHECK(world.source.handler.told.at(kName).back().content().payload().size() == 512 * 1024);
}

TEST_CASE("a result reported again is the same, another one is refused") {
  TwoProvinces world;
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Settle();
  const Transfer reported = world.target.Report(kName, "准予办理").value();
  CHECK(world.target.Report(kName, "准予办理")->SerializeAsString() ==
        reported.SerializeAsString());
  CHECK(ReasonOf(world.target.Report(kName, "不予办理").status()) ==
        common::v1::ERROR_REASON_TRANSFER_STATE);
  CHECK(ReasonOf(world.source.Report(kName, "准予办理").status()) ==
        common::v1::ERROR_REASON_TRANSFER_STATE);
  CHECK(ReasonOf(world.target.Report("transfers/36-33-36-1-2", "准予办理").status()) ==
        common::v1::ERROR_REASON_TRANSFER_NOT_FOUND);
  CHECK(ReasonOf(world.target.Get("transfers/36-33-36-1-2").status()) ==
        common::v1::ERROR_REASON_TRANSFER_NOT_FOUND);
}

TEST_CASE("a result that overtakes the handler's answer proves that the transfer was taken over") {
  TwoProvinces world;
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  // The handler took it over, but its answers are lost.
  world.network.faults.answer_lost = 100;
  world.Settle();
  REQUIRE(world.target.handler.transfers.count(kName) == 1);
  REQUIRE(world.target.Get(kName)->state() == Transfer::STATE_DELIVERED);
  const Transfer reported = world.target.Report(kName, "准予办理").value();
  CHECK(KindsIn(reported) == Kinds{ReceiptContent::KIND_DELIVERED, ReceiptContent::KIND_PROCESSED,
                                   ReceiptContent::KIND_RESULT});
  world.network.faults.answer_lost = 0;
  world.Pass(absl::Minutes(10));
  CHECK(world.target.Get(kName)->receipts_size() == 3);
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_RESULT);
  CHECK(world.target.handler.handled.at("36/cases/36-1").size() == 1);
  // The answer to Deliver was lost as well: what overtook it made telling of it needless.
  const Kinds told = world.source.handler.KindsTold(kName);
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.back() == ReceiptContent::KIND_RESULT);
}

TEST_CASE("lists filter by state, peer and direction, the oldest first, and pages join") {
  TwoProvinces world;
  for (int i = 1; i <= 7; ++i) {
    world.clock.Advance(absl::Seconds(1));
    REQUIRE(world.source.Submit(SampleSubmission(absl::StrCat("cases/36-", 10 - i))).ok());
    if (i == 4) {
      world.Settle();
    }
  }
  const auto names = [&world](v1::ListTransfersRequest request) {
    std::string all;
    request.set_page_size(2);
    do {
      const v1::ListTransfersResponse page = world.source.List(request).value();
      for (const Transfer& transfer : page.transfers()) {
        absl::StrAppend(&all, transfer.case_name().substr(9));
        CHECK(transfer.receipts_size() == 0);
        CHECK_FALSE(transfer.has_signed_envelope());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  };
  v1::ListTransfersRequest request;
  CHECK(names(request) == "9876543");
  request.set_peer("33");
  CHECK(names(request) == "9876543");
  request.set_peer("31");
  CHECK(names(request).empty());
  request.clear_peer();
  request.set_state(Transfer::STATE_PROCESSED);
  CHECK(names(request) == "9876");
  request.set_state(Transfer::STATE_ACCEPTED);
  request.set_peer("33");
  CHECK(names(request) == "543");
  request.Clear();
  request.set_direction(Transfer::DIRECTION_INBOUND);
  CHECK(names(request).empty());
}

}  // namespace
}  // namespace onething::relay
