// Two whole relays and what may happen between them: peers that are down, handlers that refuse,
// keys that are replaced, power that is cut, and a network that does anything but invent.

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/relay/envelope.h"
#include "services/relay/relay_rules.h"
#include "services/relay/test_provinces.h"

namespace onething::relay {
namespace {

using test::Province;
using test::SampleSubmission;
using test::TwoProvinces;
using v1::ReceiptContent;
using v1::Transfer;

constexpr char kName[] = "transfers/36-33-36-1-1";

absl::Status NotAvailable() {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   common::v1::ERROR_REASON_ITEM_NOT_AVAILABLE, "该事项已暂停办理");
}

TEST_CASE("a peer that is down for days loses nothing, and gets all in order when it is back") {
  TwoProvinces world;
  world.target.Close();
  for (int case_number = 1; case_number <= 3; ++case_number) {
    for (int number = 1; number <= 3; ++number) {
      const std::string case_name = absl::StrCat("cases/36-", case_number);
      REQUIRE(world.source.Submit(SampleSubmission(case_name, number)).ok());
    }
  }
  world.Pass(absl::Hours(72), absl::Minutes(5));
  const Transfer waiting = world.source.Get(kName).value();
  CHECK(waiting.state() == Transfer::STATE_ACCEPTED);
  CHECK(world.source.DeadLetters().empty());
  // Only the first message of each case was tried, and with pauses.
  CHECK(world.network.calls < 3 * 2000);

  world.target.Open();
  world.Pass(absl::Minutes(10));
  for (int case_number = 1; case_number <= 3; ++case_number) {
    CHECK(world.target.handler.handled.at(absl::StrCat("36/cases/36-", case_number)) ==
          std::vector<int64_t>{1, 2, 3});
  }
  v1::ListTransfersRequest request;
  request.set_state(Transfer::STATE_PROCESSED);
  CHECK(world.source.List(request)->transfers_size() == 9);
}

TEST_CASE("a transfer that the handler refuses is dead, visible, and lives again by a replay") {
  TwoProvinces world;
  world.target.handler.refusal = NotAvailable();
  world.target.handler.refused_case = "cases/36-1";
  REQUIRE(world.source.Submit(SampleSubmission("cases/36-1", 1)).ok());
  REQUIRE(world.source.Submit(SampleSubmission("cases/36-1", 2)).ok());
  REQUIRE(world.source.Submit(SampleSubmission("cases/36-2", 1)).ok());
  world.Settle();

  v1::ListTransfersRequest request;
  request.set_state(Transfer::STATE_DEAD);
  const v1::ListTransfersResponse dead = world.target.List(request).value();
  REQUIRE(dead.transfers_size() == 1);
  CHECK(dead.transfers(0).name() == kName);
  CHECK(dead.transfers(0).failure() == "ITEM_NOT_AVAILABLE: 该事项已暂停办理");
  // The message behind it waits, other cases do not; the source knows that it was delivered.
  CHECK(world.target.handler.transfers == std::set<std::string>{"transfers/36-33-36-2-1"});
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_DELIVERED);
  CHECK(world.target.Soundness() == "sound");

  world.target.handler.refusal = absl::OkStatus();
  CHECK(world.target.ReplayDeadLetters() == 1);
  CHECK(world.target.Get(kName)->state() != Transfer::STATE_DEAD);
  world.Settle();
  CHECK(world.target.Get(kName)->state() == Transfer::STATE_PROCESSED);
  CHECK(world.target.Get(kName)->failure().empty());
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_PROCESSED);
  CHECK(world.target.handler.handled.at("36/cases/36-1") == std::vector<int64_t>{1, 2});
}

TEST_CASE("a transfer that the peer refuses is dead at its source until an operator replays it") {
  TwoProvinces world;
  // 33 does not know 36 yet.
  world.target.Close();
  world.target.config.clear_peers();
  world.target.Open();
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Settle();
  const Transfer dead = world.source.Get(kName).value();
  CHECK(dead.state() == Transfer::STATE_DEAD);
  CHECK(absl::StartsWith(dead.failure(), "PEER_UNKNOWN: "));
  CHECK(world.target.List({})->transfers_size() == 0);

  world.target.Close();
  config::v1::RelayPeer* peer = world.target.config.add_peers();
  peer->set_province("36");
  peer->set_identity("relay.36");
  peer->add_public_keys(world.source.key.public_key().ToHex());
  world.target.Open();
  CHECK(world.source.ReplayDeadLetters() == 1);
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_ACCEPTED);
  world.Settle();
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_PROCESSED);
}

TEST_CASE("receipts under a key that is not trusted yet move nothing until it is") {
  TwoProvinces world;
  world.target.Close();
  world.target.key = crypto::PrivateKey::Generate();
  world.target.Open();
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Settle();
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_DEAD);
  CHECK(absl::StartsWith(world.source.Get(kName)->failure(), "SIGNATURE_WRONG: "));
  CHECK(world.source.Get(kName)->receipts_size() == 1);
  CHECK(world.target.Get(kName)->state() == Transfer::STATE_PROCESSED);
  CHECK(world.target.DeadLetters().size() == 1);

  world.source.Close();
  world.source.Trust(world.target);
  world.source.Open();
  CHECK(world.source.ReplayDeadLetters() == 1);
  CHECK(world.target.ReplayDeadLetters() == 1);
  world.Settle();
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_PROCESSED);
  CHECK(world.target.handler.handled.at("36/cases/36-1").size() == 1);
}

TEST_CASE("a dead letter that was delivered after all lives by the receipt that proves it") {
  TwoProvinces world;
  // The peer takes it, but no answer to Deliver ever comes back.
  world.network.faults.answer_lost = 100;
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Pass(absl::Hours(24 * 12), absl::Minutes(5));
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_DEAD);
  CHECK(world.target.Get(kName)->state() == Transfer::STATE_DEAD);
  world.network.faults.answer_lost = 0;
  REQUIRE(world.target.Report(kName, "准予办理").ok());
  world.Pass(absl::Minutes(10));
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_RESULT);
  CHECK(world.source.Get(kName)->failure().empty());
  CHECK(world.source.ReplayDeadLetters() == 1);
  CHECK(world.target.ReplayDeadLetters() == 1);
  world.Settle();
  CHECK(world.source.Get(kName)->state() == Transfer::STATE_RESULT);
  CHECK(world.target.Get(kName)->receipts_size() == 3);
  CHECK(world.target.handler.handled.at("36/cases/36-1").size() == 1);
  CHECK(world.source.Soundness() == "sound");
  CHECK(world.target.Soundness() == "sound");
}

// One run of both provinces under every fault at once, and what must be true when the faults end.
class Storm {
 public:
  explicit Storm(unsigned seed) : world_(seed) {
    world_.network.faults = {.lost = 15, .answer_lost = 15, .doubled = 10, .delayed = 30};
  }

  void Run() {
    for (int step = 0; step < kSteps; ++step) {
      Act();
      for (Province* province : {&world_.source, &world_.target}) {
        RunOrRestart(*province);
      }
      for (unsigned i = world_.network.Pick(4); i > 0; --i) {
        world_.network.DeliverOne();
      }
      world_.clock.Advance(absl::Milliseconds(100 * world_.network.Pick(60)));
    }
  }

  // The faults end; everything that was acknowledged comes to its end.
  void Calm() {
    world_.network.faults = {};
    for (Province* province : {&world_.source, &world_.target}) {
      Restart(*province);
    }
    for (int minutes = 0; minutes < 60; ++minutes) {
      ReportResults(100);
      world_.Pass(absl::Minutes(1), absl::Seconds(20));
    }
  }

  void Check() {
    int transfers = 0;
    for (const auto& [case_name, last] : acknowledged_) {
      for (int64_t number = 1; number <= last; ++number) {
        CheckTransfer(TransferName("36", "33", case_name, number));
        ++transfers;
      }
      std::vector<int64_t> expected;
      for (int64_t number = 1; number <= last; ++number) {
        expected.push_back(number);
      }
      CHECK(world_.target.handler.handled.at("36/" + case_name) == expected);
    }
    CHECK(world_.source.List({})->transfers_size() == transfers);
    CHECK(world_.target.List({})->transfers_size() == transfers);
    for (Province* province : {&world_.source, &world_.target}) {
      CHECK(province->Soundness() == "sound");
      CHECK(province->DeadLetters().empty());
    }
  }

 private:
  static constexpr int kSteps = 120;
  static constexpr int kCases = 3;
  static constexpr int64_t kMessagesMax = 3;

  // Sends the next message of some case until it is acknowledged, as a workflow service does, and
  // reports results.
  void Act() {
    const std::string case_name = absl::StrCat("cases/36-", 1 + world_.network.Pick(kCases));
    const int64_t number = acknowledged_[case_name] + 1;
    if (number <= kMessagesMax && world_.network.Dice(40)) {
      const auto [pending, inserted] =
          pending_.try_emplace(case_name, SampleSubmission(case_name, number));
      if (world_.source.Submit(pending->second).ok()) {
        acknowledged_[case_name] = number;
        pending_.erase(pending);
      }
    }
    ReportResults(20);
  }

  void ReportResults(unsigned percent) {
    for (const std::string& transfer : world_.target.handler.transfers) {
      if (!reported_.contains(transfer) && world_.network.Dice(percent) &&
          world_.target.Report(transfer, "result of " + transfer, "report-" + transfer.substr(10))
              .ok()) {
        reported_.insert(transfer);
      }
    }
  }

  // Now and then the disk of a province fails at some step, or its power is cut.
  void RunOrRestart(Province& province) {
    if (world_.network.Dice(6)) {
      province.disk.FailFrom(world_.network.Pick(8));
    }
    if (world_.network.Dice(80)) {
      province.host().RunPending();
    }
    if (province.failed || world_.network.Dice(3)) {
      Restart(province);
    }
  }

  static void Restart(Province& province) {
    province.CutPower();
    province.Open();
  }

  void CheckTransfer(const std::string& name) {
    INFO(name);
    const Transfer sent = world_.source.Get(name).value();
    const Transfer received = world_.target.Get(name).value();
    CHECK(sent.state() == Transfer::STATE_RESULT);
    CHECK(received.state() == Transfer::STATE_RESULT);
    CHECK(sent.signed_envelope().SerializeAsString() ==
          received.signed_envelope().SerializeAsString());
    const Signer source = {.province = "36", .keys = {world_.source.key.public_key()}};
    const Signer target = {.province = "33", .keys = {world_.target.key.public_key()}};
    CHECK(OpenEnvelope(sent.signed_envelope(), source).ok());
    const std::string digest = DigestOf(sent.signed_envelope());
    std::map<Kind, std::string> said;
    for (const v1::Receipt& receipt : received.receipts()) {
      const ReceiptContent content = OpenReceipt(receipt, target, digest).value();
      said[content.kind()] = receipt.SerializeAsString();
    }
    CHECK(said.size() == 3);
    CHECK(sent.receipts_size() == 4);
    for (const v1::Receipt& receipt : sent.receipts()) {
      const Kind kind = ReadKeptReceipt(receipt)->kind();
      if (kind == ReceiptContent::KIND_ACCEPTED) {
        CHECK(OpenReceipt(receipt, source, digest).ok());
      } else {
        CHECK(said[kind] == receipt.SerializeAsString());
      }
    }
    const std::vector<Kind> told = world_.source.handler.KindsTold(name);
    // What the target posts keeps its order; only the answer to Deliver may be overtaken.
    REQUIRE(told.size() >= 2);
    CHECK(told.back() == ReceiptContent::KIND_RESULT);
    CHECK(told[told.size() - 2] == ReceiptContent::KIND_PROCESSED);
    CHECK((told.size() == 2 || told.front() == ReceiptContent::KIND_DELIVERED));
    CHECK(told.size() <= 3);
  }

  TwoProvinces world_;
  // By case: the last message acknowledged, and the one being submitted.
  std::map<std::string, int64_t> acknowledged_;
  std::map<std::string, v1::SubmitTransferRequest> pending_;
  std::set<std::string> reported_;
};

TEST_CASE("through every fault each accepted transfer has one effect, in order, and its proof") {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    Storm storm(seed);
    storm.Run();
    storm.Calm();
    storm.Check();
  }
}

}  // namespace
}  // namespace onething::relay
