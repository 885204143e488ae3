// Every refusal of the relay, made once.

#ifndef ONETHING_SERVICES_RELAY_RELAY_ERRORS_H_
#define ONETHING_SERVICES_RELAY_RELAY_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/relay/v1/relay.pb.h"

namespace onething::relay {

// NOT_FOUND (TRANSFER_NOT_FOUND).
absl::Status TransferNotFound(const std::string& name);

// ALREADY_EXISTS (TRANSFER_CONFLICT): the number, or the kind of receipt, was used with other
// content.
absl::Status TransferConflict(const std::string& name);

// ABORTED (OUT_OF_ORDER): `missing` has to come first; worth another try.
absl::Status OutOfOrder(const std::string& name, const std::string& missing);

// FAILED_PRECONDITION (TRANSFER_STATE).
absl::Status WrongState(const v1::Transfer& transfer, absl::string_view sentence);

// FAILED_PRECONDITION (PEER_UNKNOWN); `peer` is a province or a caller's identity.
absl::Status PeerUnknown(absl::string_view peer);

// FAILED_PRECONDITION (WRONG_TARGET): an envelope for `target` came to `own`.
absl::Status WrongTarget(absl::string_view target, absl::string_view own);

// PERMISSION_DENIED (SIGNATURE_WRONG): `signer` is the province that should have signed.
absl::Status SignatureWrong(absl::string_view sentence, absl::string_view signer);

// DATA_LOSS (RECORD_CORRUPT): rows of the transfer contradict each other.
absl::Status TransferCorrupt(const std::string& name, absl::string_view what);

}  // namespace onething::relay

#endif  // ONETHING_SERVICES_RELAY_RELAY_ERRORS_H_
