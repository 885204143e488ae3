// What may be shown of personal data in logs and audit rows. The contract marks the fields
// (`sensitive`); this file obeys the marks.

#ifndef ONETHING_LIBS_RPC_MASKING_H_
#define ONETHING_LIBS_RPC_MASKING_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace onething::rpc {

// A subject's code as logs and audit rows show it: a citizen number masked, a credit code, which is
// public, as it is; of anything else nothing.
std::string MaskSubject(absl::string_view code);

// `message` as one line of protobuf text, without the values of sensitive fields and all that is in
// them, and without unknown fields; cut after 2000 bytes. For debug logs: costs a copy of the
// message.
std::string MaskedText(const google::protobuf::Message& message);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_MASKING_H_
