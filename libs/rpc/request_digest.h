// The digest by which two requests are told to be the same. It is taken over the message, not over
// the bytes on the wire: clients may order the entries of a map as they like.

#ifndef ONETHING_LIBS_RPC_REQUEST_DIGEST_H_
#define ONETHING_LIBS_RPC_REQUEST_DIGEST_H_

#include <initializer_list>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/crypto/sm3.h"

namespace onething::rpc {

// SM3 of the texts, each after its length, and the deterministic serialization of `message`,
// unknown fields included: always as many texts, so that no two lists have the same bytes.
crypto::Digest DigestOf(std::initializer_list<absl::string_view> texts,
                        const google::protobuf::Message& message);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_REQUEST_DIGEST_H_
