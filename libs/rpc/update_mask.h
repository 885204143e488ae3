// Update masks (AIP-134): which fields of a resource an update request changes. A path names a
// field from the resource, e.g. `name` or `window.address`; a repeated field or a map is replaced
// as a whole. There is no `*`.

#ifndef ONETHING_LIBS_RPC_UPDATE_MASK_H_
#define ONETHING_LIBS_RPC_UPDATE_MASK_H_

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

namespace onething::rpc {

// OK when `mask` names at least one field of `resource`, and only such as a caller may change.
// INVALID_ARGUMENT (UPDATE_MASK_INVALID, metadata `path`) otherwise: no path, no such field, or the
// field, one above it or one in it is output only or immutable.
absl::Status CheckMask(const google::protobuf::FieldMask& mask,
                       const google::protobuf::Descriptor& resource);

// Copies the fields that `mask` names from `from` to `to`, clearing those that `from` does not set.
// Both are of one type. Errors as CheckMask, with `to` unchanged; Router has checked the mask of a
// request before its handler runs.
absl::Status ApplyMask(const google::protobuf::FieldMask& mask,
                       const google::protobuf::Message& from, google::protobuf::Message* to);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_UPDATE_MASK_H_
