#include "services/relay/deliveries.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "services/relay/test_provinces.h"

namespace onething::relay {
namespace {

using test::SampleSubmission;
using test::TwoProvinces;
using v1::Envelope;
using v1::ReceiptContent;
using v1::Transfer;

constexpr char kName[] = "transfers/36-33-36-1-1";
constexpr char kDeliverMethod[] = "onething.relay.v1.RelayPeer/Deliver";
constexpr char kPostMethod[] = "onething.relay.v1.RelayPeer/PostReceipt";

Envelope SampleEnvelope(int64_t number = 1) {
  const v1::SubmitTransferRequest request = SampleSubmission("cases/36-1", number);
  Envelope envelope;
  envelope.set_source("36");
  envelope.set_target(request.target());
  envelope.set_case_name(request.case_name());
  envelope.set_message_number(number);
  envelope.set_mode(request.mode());
  envelope.set_catalog_code(request.catalog_code());
  envelope.set_purpose(request.purpose());
  envelope.set_payload_type(request.payload_type());
  envelope.set_payload(request.payload());
  envelope.mutable_accept_time()->set_seconds(1'772'413'200);
  return envelope;
}

v1::DeliverRequest Sign(const Envelope& envelope, const crypto::PrivateKey& key) {
  v1::DeliverRequest request;
  v1::SignedEnvelope* signed_envelope = request.mutable_signed_envelope();
  envelope.SerializeToString(signed_envelope->mutable_envelope());
  signed_envelope->set_signature(key.Sign(signed_envelope->envelope()).value());
  request.set_request_id(RandomId());
  return request;
}

absl::StatusOr<v1::Receipt> DeliverTo(test::Province& target, const v1::DeliverRequest& request,
                                      const std::string& identity = "relay.36") {
  return target.Call<v1::Receipt>(identity, kDeliverMethod, request);
}

TEST_CASE("an envelope delivered again, by whatever way, has one effect and the same receipt") {
  TwoProvinces world;
  const v1::DeliverRequest request = Sign(SampleEnvelope(), world.source.key);
  const v1::Receipt first = DeliverTo(world.target, request).value();
  world.clock.Advance(absl::Hours(1));
  CHECK(DeliverTo(world.target, request)->SerializeAsString() == first.SerializeAsString());
  // Another request, and another signature over the same bytes.
  const v1::DeliverRequest again = Sign(SampleEnvelope(), world.source.key);
  REQUIRE(again.signed_envelope().signature() != request.signed_envelope().signature());
  CHECK(DeliverTo(world.target, again)->SerializeAsString() == first.SerializeAsString());
  world.Settle();
  CHECK(world.target.handler.handled.at("36/cases/36-1").size() == 1);
  CHECK(OpenReceipt(first, {.province = "33", .keys = {world.target.key.public_key()}},
                    DigestOf(request.signed_envelope()))
            ->kind() == ReceiptContent::KIND_DELIVERED);
}

TEST_CASE("messages of a case are taken in their order, and a number has one content") {
  TwoProvinces world;
  const auto reason = [&](const Envelope& envelope) {
    return ReasonOf(DeliverTo(world.target, Sign(envelope, world.source.key)).status());
  };
  CHECK(reason(SampleEnvelope(2)) == common::v1::ERROR_REASON_OUT_OF_ORDER);
  CHECK(reason(SampleEnvelope(1)) == std::nullopt);
  CHECK(reason(SampleEnvelope(3)) == common::v1::ERROR_REASON_OUT_OF_ORDER);
  CHECK(reason(SampleEnvelope(2)) == std::nullopt);
  Envelope other = SampleEnvelope(2);
  other.set_payload("other");
  CHECK(reason(other) == common::v1::ERROR_REASON_TRANSFER_CONFLICT);
  world.Settle();
  CHECK(world.target.handler.handled.at("36/cases/36-1") == std::vector<int64_t>{1, 2});
}

TEST_CASE("what a peer must not send is refused with its reason, and nothing of it is kept") {
  TwoProvinces world;
  struct Row {
    const char* what;
    ErrorReason reason;
    std::function<void(Envelope&)> change_envelope;
    std::function<void(v1::DeliverRequest&)> change_request;
    std::string identity = "relay.36";
  };
  const auto keep_envelope = [](Envelope&) {};
  const auto keep_request = [](v1::DeliverRequest&) {};
  const crypto::PrivateKey foreign = crypto::PrivateKey::Generate();
  const Row rows[] = {
      {"for another province", common::v1::ERROR_REASON_WRONG_TARGET,
       [](Envelope& envelope) { envelope.set_target("31"); }, keep_request},
      {"of another province", common::v1::ERROR_REASON_SIGNATURE_WRONG,
       [](Envelope& envelope) { envelope.set_source("31"); }, keep_request},
      {"of the target itself", common::v1::ERROR_REASON_SIGNATURE_WRONG,
       [](Envelope& envelope) { envelope.set_source("33"); }, keep_request},
      {"incomplete", common::v1::ERROR_REASON_FIELD_INVALID,
       [](Envelope& envelope) { envelope.clear_purpose(); }, keep_request},
      {"forged", common::v1::ERROR_REASON_SIGNATURE_WRONG, keep_envelope,
       [&foreign](v1::DeliverRequest& request) {
         request.mutable_signed_envelope()->set_signature(
             foreign.Sign(request.signed_envelope().envelope()).value());
       }},
      {"truncated", common::v1::ERROR_REASON_SIGNATURE_WRONG, keep_envelope,
       [](v1::DeliverRequest& request) {
         request.mutable_signed_envelope()->mutable_envelope()->pop_back();
       }},
      {"with a truncated signature", common::v1::ERROR_REASON_SIGNATURE_WRONG, keep_envelope,
       [](v1::DeliverRequest& request) {
         request.mutable_signed_envelope()->mutable_signature()->pop_back();
       }},
      {"without a signature", common::v1::ERROR_REASON_FIELD_INVALID, keep_envelope,
       [](v1::DeliverRequest& request) { request.mutable_signed_envelope()->clear_signature(); }},
      {"oversized", common::v1::ERROR_REASON_FIELD_INVALID, keep_envelope,
       [](v1::DeliverRequest& request) {
         request.mutable_signed_envelope()->mutable_envelope()->resize((1 << 20) + 1);
       }},
      {"by a relay that is no member", common::v1::ERROR_REASON_PEER_UNKNOWN, keep_envelope,
       keep_request, "relay.99"},
      {"by a caller that is no relay", common::v1::ERROR_REASON_ROLE_MISSING, keep_envelope,
       keep_request, "workflow"},
      {"by nobody known", common::v1::ERROR_REASON_CALLER_UNKNOWN, keep_envelope, keep_request,
       "relay.31"}};
  for (const Row& row : rows) {
    INFO(row.what);
    Envelope envelope = SampleEnvelope();
    row.change_envelope(envelope);
    v1::DeliverRequest request = Sign(envelope, world.source.key);
    row.change_request(request);
    CHECK(ReasonOf(DeliverTo(world.target, request, row.identity).status()) == row.reason);
  }
  world.Settle();
  CHECK(world.target.List({})->transfers_size() == 0);
  CHECK(world.target.handler.transfers.empty());
  // The number is still free for what its source really signed.
  CHECK(DeliverTo(world.target, Sign(SampleEnvelope(), world.source.key)).ok());
}

// A transfer of 36 that 33 has, and receipts of it as 33 or anybody else may sign them.
struct Posting {
  Posting() {
    world.source.Submit(SampleSubmission()).value();
    world.Settle();
    digest = DigestOf(world.source.Get(kName)->signed_envelope());
  }

  v1::PostReceiptRequest Receipt(Kind kind, const std::string& payload,
                                 const crypto::PrivateKey& key, const char* signer = "33") const {
    ReceiptContent content;
    content.set_kind(kind);
    content.set_signer(signer);
    content.set_envelope_digest(digest);
    content.mutable_time()->set_seconds(1'772'413'200);
    if (!payload.empty()) {
      content.set_payload_type("type");
      content.set_payload(payload);
    }
    v1::PostReceiptRequest request;
    request.set_name(kName);
    content.SerializeToString(request.mutable_receipt()->mutable_content());
    request.mutable_receipt()->set_signature(key.Sign(request.receipt().content()).value());
    request.set_request_id(RandomId());
    return request;
  }

  absl::Status Post(const v1::PostReceiptRequest& request,
                    const std::string& identity = "relay.33") {
    return world.source.Call<v1::PostReceiptResponse>(identity, kPostMethod, request).status();
  }

  TwoProvinces world;
  std::string digest;
};

TEST_CASE("a receipt posted again changes nothing, and one that says otherwise is refused") {
  Posting posting;
  const crypto::PrivateKey& key = posting.world.target.key;
  REQUIRE(posting.Post(posting.Receipt(ReceiptContent::KIND_RESULT, "准予办理", key)).ok());
  const Transfer before = posting.world.source.Get(kName).value();
  CHECK(before.state() == Transfer::STATE_RESULT);
  posting.world.clock.Advance(absl::Hours(1));
  CHECK(posting.Post(posting.Receipt(ReceiptContent::KIND_RESULT, "准予办理", key)).ok());
  CHECK(posting.Post(posting.Receipt(ReceiptContent::KIND_PROCESSED, "", key)).ok());
  CHECK(ReasonOf(posting.Post(posting.Receipt(ReceiptContent::KIND_RESULT, "不予办理", key))) ==
        common::v1::ERROR_REASON_TRANSFER_CONFLICT);
  posting.world.Settle();
  CHECK(posting.world.source.Get(kName)->SerializeAsString() == before.SerializeAsString());
  CHECK(posting.world.source.handler.told.at(kName).size() == 3);
}

TEST_CASE("receipts that prove nothing are refused with their reason, and nothing is kept") {
  Posting posting;
  const crypto::PrivateKey& key = posting.world.target.key;
  const Kind result = ReceiptContent::KIND_RESULT;
  const auto reason = [&](const v1::PostReceiptRequest& request,
                          const std::string& identity = "relay.33") {
    return ReasonOf(posting.Post(request, identity));
  };
  const std::string before = posting.world.source.Get(kName)->SerializeAsString();
  const crypto::PrivateKey foreign = crypto::PrivateKey::Generate();
  CHECK(reason(posting.Receipt(result, "x", foreign)) == common::v1::ERROR_REASON_SIGNATURE_WRONG);
  CHECK(reason(posting.Receipt(result, "x", key, "31")) ==
        common::v1::ERROR_REASON_SIGNATURE_WRONG);
  CHECK(reason(posting.Receipt(ReceiptContent::KIND_ACCEPTED, "", key)) ==
        common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(reason(posting.Receipt(ReceiptContent::KIND_DELIVERED, "", key)) ==
        common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(reason(posting.Receipt(result, "x", key), "relay.99") ==
        common::v1::ERROR_REASON_PEER_UNKNOWN);
  v1::PostReceiptRequest unknown = posting.Receipt(result, "x", key);
  unknown.set_name("transfers/36-33-36-2-1");
  CHECK(reason(unknown) == common::v1::ERROR_REASON_TRANSFER_NOT_FOUND);
  posting.digest = std::string(32, 'd');
  CHECK(reason(posting.Receipt(result, "x", key)) == common::v1::ERROR_REASON_SIGNATURE_WRONG);
  CHECK(posting.world.source.Get(kName)->SerializeAsString() == before);
}

TEST_CASE("a peer posts receipts only of what was sent to it") {
  TwoProvinces world;
  test::Province third("31", &world.clock, &world.network);
  world.source.Close();
  world.source.Trust(third);
  world.source.Open();
  REQUIRE(world.source.Submit(SampleSubmission()).ok());
  world.Settle();
  v1::PostReceiptRequest request;
  request.set_name(kName);
  const Notary notary("31", crypto::PrivateKey::FromPem(third.key.ToPem()).value());
  *request.mutable_receipt() =
      notary
          .SignReceipt(ReceiptContent::KIND_RESULT,
                       DigestOf(world.source.Get(kName)->signed_envelope()), world.clock.Now(),
                       "type", "准予办理")
          .value();
  request.set_request_id(RandomId());
  CHECK(ReasonOf(world.source.Call<v1::PostReceiptResponse>("relay.31", kPostMethod, request)
                     .status()) == common::v1::ERROR_REASON_TRANSFER_NOT_FOUND);
  // Nor of what it received, in the other direction.
  CHECK(ReasonOf(world.target.Call<v1::PostReceiptResponse>("relay.36", kPostMethod, request)
                     .status()) == common::v1::ERROR_REASON_TRANSFER_NOT_FOUND);
}

}  // namespace
}  // namespace onething::relay
