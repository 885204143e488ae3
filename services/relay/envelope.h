// What provinces sign for each other: envelopes and receipts, written with the own key and opened
// with the other side's keys. Pure given the keys: nothing here knows the store, so whoever holds
// the bytes and the public keys can check them anywhere, years later. Which keys belong to whom is
// peer_directory.h's matter. Signing and opening take half a millisecond: not inside a command.

#ifndef ONETHING_SERVICES_RELAY_ENVELOPE_H_
#define ONETHING_SERVICES_RELAY_ENVELOPE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/crypto/sm2.h"
#include "onething/relay/v1/relay.pb.h"

namespace onething::relay {

// Who should have signed: a province and the keys it may have used.
struct Signer {
  std::string province;
  std::vector<crypto::PublicKey> keys;
};

// The SM3 digest of the envelope's bytes, 32 bytes: what receipts are bound to.
std::string DigestOf(const v1::SignedEnvelope& signed_envelope);

// The envelope inside, once it is known to be signed by `signer`, to be of its province and to keep
// the field rules of the contract. PERMISSION_DENIED (SIGNATURE_WRONG) or INVALID_ARGUMENT
// (FIELD_INVALID).
absl::StatusOr<v1::Envelope> OpenEnvelope(const v1::SignedEnvelope& signed_envelope,
                                          const Signer& signer);

// The same for a receipt, which must be bound to the envelope with this digest.
absl::StatusOr<v1::ReceiptContent> OpenReceipt(const v1::Receipt& receipt, const Signer& signer,
                                               absl::string_view envelope_digest);

// The content of a receipt that was opened before it was kept. DATA_LOSS (RECORD_CORRUPT) when it
// cannot be read.
absl::StatusOr<v1::ReceiptContent> ReadKeptReceipt(const v1::Receipt& receipt);

// Signs for the own province. Immutable; any thread.
class Notary {
 public:
  Notary(std::string province, crypto::PrivateKey key)
      : province_(std::move(province)), key_(std::move(key)) {}

  const std::string& province() const { return province_; }
  const crypto::PublicKey& public_key() const { return key_.public_key(); }

  // The envelope, serialized once and signed; its source is the own province.
  absl::StatusOr<v1::SignedEnvelope> SignEnvelope(const v1::Envelope& envelope) const;

  // A receipt of the own province about the envelope with this digest, said at `time`. A RESULT has
  // a payload with its type.
  absl::StatusOr<v1::Receipt> SignReceipt(v1::ReceiptContent::Kind kind,
                                          absl::string_view envelope_digest, absl::Time time,
                                          absl::string_view payload_type = {},
                                          absl::string_view payload = {}) const;

 private:
  const std::string province_;
  const crypto::PrivateKey key_;
};

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_ENVELOPE_H_
