#include "services/relay/envelope.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/crypto/sm3.h"
#include "libs/rpc/validator.h"
#include "services/relay/relay_errors.h"

namespace onething::relay {
namespace {

using v1::Envelope;
using v1::Receipt;
using v1::ReceiptContent;
using v1::SignedEnvelope;

absl::Status CheckSignature(absl::string_view bytes, absl::string_view signature,
                            const Signer& signer) {
  const bool valid =
      std::any_of(signer.keys.begin(), signer.keys.end(), [&](const crypto::PublicKey& key) {
        return key.Verify(bytes, signature) == crypto::SignatureCheck::kValid;
      });
  return valid ? absl::OkStatus() : SignatureWrong("签名验证未通过，内容未被接收", signer.province);
}

// The message in signed bytes, with the field rules of the contract, which Router does not see in
// there.
template <class Message>
absl::StatusOr<Message> Read(const std::string& bytes) {
  static const auto* const validator = new rpc::Validator(*Message::descriptor());
  Message message;
  if (!message.ParseFromString(bytes)) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                     "签名内容无法解析");
  }
  RETURN_IF_ERROR(validator->Check(message));
  return message;
}

}  // namespace

std::string DigestOf(const SignedEnvelope& signed_envelope) {
  return std::string(crypto::AsBytes(crypto::Sm3(signed_envelope.envelope())));
}

absl::StatusOr<Envelope> OpenEnvelope(const SignedEnvelope& signed_envelope, const Signer& signer) {
  RETURN_IF_ERROR(CheckSignature(signed_envelope.envelope(), signed_envelope.signature(), signer));
  ASSIGN_OR_RETURN(Envelope envelope, Read<Envelope>(signed_envelope.envelope()));
  if (envelope.source() != signer.province) {
    return SignatureWrong("中继件不是以签名方的名义发出的", signer.province);
  }
  return envelope;
}

absl::StatusOr<ReceiptContent> OpenReceipt(const Receipt& receipt, const Signer& signer,
                                           absl::string_view envelope_digest) {
  RETURN_IF_ERROR(CheckSignature(receipt.content(), receipt.signature(), signer));
  ASSIGN_OR_RETURN(ReceiptContent content, Read<ReceiptContent>(receipt.content()));
  if (content.signer() != signer.province) {
    return SignatureWrong("回执不是以签名方的名义出具的", signer.province);
  }
  if (content.envelope_digest() != envelope_digest) {
    return SignatureWrong("回执签的是另一中继件", signer.province);
  }
  return content;
}

absl::StatusOr<ReceiptContent> ReadKeptReceipt(const Receipt& receipt) {
  ReceiptContent content;
  if (!content.ParseFromString(receipt.content())) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                     "a kept receipt cannot be read");
  }
  return content;
}

absl::StatusOr<SignedEnvelope> Notary::SignEnvelope(const Envelope& envelope) const {
  CHECK(envelope.source() == province_);
  SignedEnvelope signed_envelope;
  envelope.SerializeToString(signed_envelope.mutable_envelope());
  ASSIGN_OR_RETURN(*signed_envelope.mutable_signature(), key_.Sign(signed_envelope.envelope()));
  return signed_envelope;
}

absl::StatusOr<Receipt> Notary::SignReceipt(ReceiptContent::Kind kind,
                                            absl::string_view envelope_digest, absl::Time time,
                                            absl::string_view payload_type,
                                            absl::string_view payload) const {
  CHECK((kind == ReceiptContent::KIND_RESULT) == !payload_type.empty());
  ReceiptContent content;
  content.set_kind(kind);
  content.set_signer(province_);
  content.set_envelope_digest(std::string(envelope_digest));
  *content.mutable_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
  content.set_payload_type(std::string(payload_type));
  content.set_payload(std::string(payload));
  Receipt receipt;
  content.SerializeToString(receipt.mutable_content());
  ASSIGN_OR_RETURN(*receipt.mutable_signature(), key_.Sign(receipt.content()));
  return receipt;
}

}  // namespace onething::relay
