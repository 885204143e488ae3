#include "services/relay/receipt_sender.h"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/error.h"
#include "onething/relay/v1/records.pb.h"
#include "services/relay/errands.h"
#include "services/relay/test_provinces.h"

namespace onething::relay {
namespace {

using v1::Receipt;
using v1::ReceiptContent;

// Keeps the call until the test answers it.
class Held final : public outbox::Sender {
 public:
  void Send(const ops::v1::OutboxEntry& entry, absl::Time, Done done) override {
    destination = entry.destination();
    answer = std::move(done);
  }

  std::string destination;
  Done answer;
};

// A sender of province 36, whose calls the test answers.
struct Bench {
  explicit Bench(size_t queue_max = 8)
      : executor({.thread_count = 0, .queue_max = queue_max}), peers(Directory()) {}

  PeerDirectory Directory() {
    source.Trust(target);
    return PeerDirectory::Create(source.config).value();
  }

  // The answer that the pump gets, if it got one.
  std::optional<absl::StatusOr<std::string>> Send(const char* kind,
                                                  absl::StatusOr<std::string> answer) {
    v1::ErrandContext context;
    context.set_transfer("transfers/36-33-36-1-1");
    context.set_peer("33");
    context.set_envelope_digest(digest);
    ops::v1::OutboxEntry entry;
    entry.set_kind(kind);
    entry.set_destination("there");
    entry.set_context(context.SerializeAsString());
    std::optional<absl::StatusOr<std::string>> given;
    sender->Send(entry, absl::InfiniteFuture(),
                 [&given](absl::StatusOr<std::string> got) { given = std::move(got); });
    CHECK(held.destination == "there");
    held.answer(std::move(answer));
    executor.RunPending();
    return given;
  }

  Receipt Said(Kind kind, const crypto::PrivateKey& key) const {
    const Notary other("33", crypto::PrivateKey::FromPem(key.ToPem()).value());
    return other.SignReceipt(kind, digest, clock.Now()).value();
  }

  FakeClock clock;
  test::Network network;
  test::Province source{"36", &clock, &network};
  test::Province target{"33", &clock, &network};
  rpc::Executor executor;
  PeerDirectory peers;
  const Notary notary{"36", crypto::PrivateKey::FromPem(source.key.ToPem()).value()};
  Held held;
  std::unique_ptr<ReceiptSender> sender =
      std::make_unique<ReceiptSender>(peers, notary, &clock, &executor, &held);
  const std::string digest = std::string(32, 'd');
};

TEST_CASE("a DELIVERED receipt of the peer passes, whatever else it answers is a refusal") {
  Bench bench;
  const Receipt good = bench.Said(ReceiptContent::KIND_DELIVERED, bench.target.key);
  CHECK(bench.Send(kDeliver, good.SerializeAsString())->value() == good.SerializeAsString());

  Receipt bound_elsewhere = good;
  ReceiptContent content = *ReadKeptReceipt(good);
  content.set_envelope_digest(std::string(32, 'e'));
  content.SerializeToString(bound_elsewhere.mutable_content());
  bound_elsewhere.set_signature(bench.target.key.Sign(bound_elsewhere.content()).value());
  const crypto::PrivateKey foreign = crypto::PrivateKey::Generate();
  for (const Receipt& wrong :
       {bench.Said(ReceiptContent::KIND_DELIVERED, foreign),
        bench.Said(ReceiptContent::KIND_PROCESSED, bench.target.key), bound_elsewhere, Receipt()}) {
    const auto given = bench.Send(kDeliver, wrong.SerializeAsString());
    CHECK(ReasonOf(given->status()) == common::v1::ERROR_REASON_SIGNATURE_WRONG);
  }
  CHECK(absl::IsDataLoss(bench.Send(kDeliver, "no receipt")->status()));
}

TEST_CASE("the handler's OK becomes a receipt that others can verify") {
  Bench bench;
  const auto given = bench.Send(kHandleTransfer, v1::HandleTransferResponse().SerializeAsString());
  Receipt receipt;
  REQUIRE(receipt.ParseFromString(given->value()));
  const Signer own = {.province = "36", .keys = {bench.source.key.public_key()}};
  CHECK(OpenReceipt(receipt, own, bench.digest)->kind() == ReceiptContent::KIND_PROCESSED);
}

TEST_CASE("refusals, and answers that are no receipts, pass as they are") {
  Bench bench;
  const absl::Status refusal = absl::FailedPreconditionError("no");
  for (const char* kind : {kDeliver, kHandleTransfer, kPostReceipt, kHandleReceipt}) {
    CHECK(bench.Send(kind, refusal)->status() == refusal);
  }
  CHECK(bench.Send(kPostReceipt, "as it is")->value() == "as it is");
  CHECK(bench.Send(kHandleReceipt, "as it is")->value() == "as it is");
}

TEST_CASE("an answer that cannot be seen to now is one to try again") {
  Bench full(1);
  REQUIRE(full.executor.Post([] {}).ok());
  const auto refused = full.Send(kHandleTransfer, "");
  CHECK(absl::IsResourceExhausted(refused->status()));

  Bench gone;
  std::optional<absl::StatusOr<std::string>> given;
  ops::v1::OutboxEntry entry;
  entry.set_kind(kHandleTransfer);
  gone.sender->Send(entry, absl::InfiniteFuture(),
                    [&given](absl::StatusOr<std::string> got) { given = std::move(got); });
  gone.sender.reset();
  gone.held.answer("");
  CHECK(absl::IsUnavailable(given->status()));
}

}  // namespace
}  // namespace onething::relay
