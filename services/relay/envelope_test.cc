#include "services/relay/envelope.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "libs/base/error.h"

namespace onething::relay {
namespace {

using crypto::PrivateKey;
using v1::Envelope;
using v1::Receipt;
using v1::ReceiptContent;
using v1::SignedEnvelope;

constexpr auto kSignatureWrong = common::v1::ERROR_REASON_SIGNATURE_WRONG;
constexpr auto kFieldInvalid = common::v1::ERROR_REASON_FIELD_INVALID;

Envelope SampleEnvelope() {
  Envelope envelope;
  envelope.set_source("36");
  envelope.set_target("33");
  envelope.set_case_name("cases/36-1");
  envelope.set_message_number(1);
  envelope.set_mode(v1::MODE_FULLY_ONLINE);
  envelope.set_catalog_code("442199806006");
  envelope.set_purpose("跨省通办");
  envelope.set_payload_type("onething.workflow.v1.HandOver");
  envelope.set_payload("payload");
  envelope.mutable_accept_time()->set_seconds(1'772'413'200);
  return envelope;
}

// The same bytes as whoever has the key may sign them, keeping no rule.
SignedEnvelope SignBytes(const std::string& bytes, const PrivateKey& key) {
  SignedEnvelope signed_envelope;
  signed_envelope.set_envelope(bytes);
  signed_envelope.set_signature(key.Sign(bytes).value());
  return signed_envelope;
}

// Province 36 and what others know of it.
struct Office {
  PrivateKey key = PrivateKey::Generate();
  Signer signer{.province = "36", .keys = {key.public_key()}};
  Notary notary{"36", PrivateKey::FromPem(key.ToPem()).value()};
};

TEST_CASE("an envelope opens with the key of its source and says what was signed") {
  const Office office;
  const SignedEnvelope signed_envelope = office.notary.SignEnvelope(SampleEnvelope()).value();
  const Envelope opened = OpenEnvelope(signed_envelope, office.signer).value();
  CHECK(opened.SerializeAsString() == signed_envelope.envelope());
  CHECK(opened.payload() == "payload");
  CHECK(DigestOf(signed_envelope).size() == 32);
}

TEST_CASE("no changed, cut or foreign envelope opens") {
  const Office office;
  const SignedEnvelope good = office.notary.SignEnvelope(SampleEnvelope()).value();
  for (size_t i = 0; i < good.envelope().size(); i += 7) {
    SignedEnvelope changed = good;
    (*changed.mutable_envelope())[i] ^= 1;
    CHECK(ReasonOf(OpenEnvelope(changed, office.signer).status()) == kSignatureWrong);
    SignedEnvelope cut = good;
    cut.mutable_envelope()->resize(i);
    CHECK(ReasonOf(OpenEnvelope(cut, office.signer).status()) == kSignatureWrong);
  }
  for (size_t i = 0; i < good.signature().size(); i += 5) {
    SignedEnvelope changed = good;
    (*changed.mutable_signature())[i] ^= 1;
    CHECK(ReasonOf(OpenEnvelope(changed, office.signer).status()) == kSignatureWrong);
    changed.mutable_signature()->resize(i);
    CHECK(ReasonOf(OpenEnvelope(changed, office.signer).status()) == kSignatureWrong);
  }
  const SignedEnvelope forged = SignBytes(good.envelope(), PrivateKey::Generate());
  CHECK(ReasonOf(OpenEnvelope(forged, office.signer).status()) == kSignatureWrong);
  const Signer other = {.province = "31", .keys = office.signer.keys};
  CHECK(ReasonOf(OpenEnvelope(good, other).status()) == kSignatureWrong);
}

TEST_CASE("a signature does not make an envelope that breaks the contract acceptable") {
  const Office office;
  const std::function<void(Envelope&)> faults[] = {
      [](Envelope& envelope) { envelope.clear_target(); },
      [](Envelope& envelope) { envelope.set_case_name("cases/../36"); },
      [](Envelope& envelope) { envelope.set_message_number(0); },
      [](Envelope& envelope) { envelope.set_mode(static_cast<v1::Mode>(99)); },
      [](Envelope& envelope) { envelope.set_catalog_code("12"); },
      [](Envelope& envelope) { envelope.clear_purpose(); },
      [](Envelope& envelope) { envelope.set_payload(std::string(524289, 'x')); },
      [](Envelope& envelope) { envelope.clear_accept_time(); }};
  for (const auto& fault : faults) {
    Envelope envelope = SampleEnvelope();
    fault(envelope);
    INFO(envelope.ShortDebugString().substr(0, 200));
    const SignedEnvelope bad = SignBytes(envelope.SerializeAsString(), office.key);
    CHECK(ReasonOf(OpenEnvelope(bad, office.signer).status()) == kFieldInvalid);
  }
  const SignedEnvelope garbage = SignBytes("no envelope", office.key);
  CHECK(ReasonOf(OpenEnvelope(garbage, office.signer).status()) == kFieldInvalid);
}

TEST_CASE("an envelope of a newer build keeps the fields that this one does not know") {
  const Office office;
  Envelope envelope = SampleEnvelope();
  envelope.GetReflection()->MutableUnknownFields(&envelope)->AddLengthDelimited(1000)->assign("新");
  const SignedEnvelope newer = SignBytes(envelope.SerializeAsString(), office.key);
  const Envelope opened = OpenEnvelope(newer, office.signer).value();
  CHECK(opened.SerializeAsString() == newer.envelope());
}

TEST_CASE("while a key is replaced both open, afterwards only the new one") {
  const Office office;
  const PrivateKey next = PrivateKey::Generate();
  const SignedEnvelope by_old = office.notary.SignEnvelope(SampleEnvelope()).value();
  const SignedEnvelope by_next = SignBytes(by_old.envelope(), next);
  const Signer both = {.province = "36", .keys = {office.key.public_key(), next.public_key()}};
  CHECK(OpenEnvelope(by_old, both).ok());
  CHECK(OpenEnvelope(by_next, both).ok());
  const Signer later = {.province = "36", .keys = {next.public_key()}};
  CHECK_FALSE(OpenEnvelope(by_old, later).ok());
  CHECK(OpenEnvelope(by_next, later).ok());
}

TEST_CASE("a receipt opens only with its signer's key and only for its envelope") {
  const Office office;
  const std::string digest(32, 'd');
  const Receipt receipt = office.notary
                              .SignReceipt(ReceiptContent::KIND_RESULT, digest,
                                           absl::FromUnixSeconds(1'772'413'200), "type", "result")
                              .value();
  const ReceiptContent content = OpenReceipt(receipt, office.signer, digest).value();
  CHECK(content.kind() == ReceiptContent::KIND_RESULT);
  CHECK(content.signer() == "36");
  CHECK(content.payload() == "result");
  CHECK(content.time().seconds() == 1'772'413'200);

  CHECK(ReasonOf(OpenReceipt(receipt, office.signer, std::string(32, 'e')).status()) ==
        kSignatureWrong);
  const Signer other = {.province = "31", .keys = office.signer.keys};
  CHECK(ReasonOf(OpenReceipt(receipt, other, digest).status()) == kSignatureWrong);
  Receipt changed = receipt;
  changed.mutable_content()->back() ^= 1;
  CHECK(ReasonOf(OpenReceipt(changed, office.signer, digest).status()) == kSignatureWrong);
  Receipt garbage;
  garbage.set_content("no receipt");
  garbage.set_signature(office.key.Sign(garbage.content()).value());
  CHECK(ReasonOf(OpenReceipt(garbage, office.signer, digest).status()) == kFieldInvalid);
}

TEST_CASE("no signed receipt passes for an envelope, and no envelope for a receipt") {
  const Office office;
  const std::string digest(32, 'd');
  const Receipt receipt =
      office.notary.SignReceipt(ReceiptContent::KIND_DELIVERED, digest, absl::UnixEpoch()).value();
  SignedEnvelope as_envelope;
  as_envelope.set_envelope(receipt.content());
  as_envelope.set_signature(receipt.signature());
  CHECK_FALSE(OpenEnvelope(as_envelope, office.signer).ok());

  const SignedEnvelope envelope = office.notary.SignEnvelope(SampleEnvelope()).value();
  Receipt as_receipt;
  as_receipt.set_content(envelope.envelope());
  as_receipt.set_signature(envelope.signature());
  CHECK_FALSE(OpenReceipt(as_receipt, office.signer, DigestOf(envelope)).ok());
}

}  // namespace
}  // namespace onething::relay
