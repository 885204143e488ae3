// Validator: enforces the field rules that the contract states as options
// (protos/onething/options/v1/options.proto), for one message type and all that it can hold. The
// options are read once, into a plan; checking a message looks at the plan only. What needs more
// than one message to decide is for the handler.
//
//   - A field is set when it is not empty, for numbers and enums not zero, for fields with presence
//   present. Least lengths, patterns,
//     formats and bounds are asked of set fields only; least elements always.
//   - For lists and maps, rules of text and numbers are asked of each element, of maps of each
//   value. Keys of maps are texts
//     of the default length.
//   - Where nothing is stated the default limits hold: 256 characters, 65536 bytes, 100 elements.
//   - Enum values must be known, timestamps and durations in range.
//   - A request with a `google.protobuf.FieldMask update_mask` and one other singular message
//   field, the resource: the mask may name
//     only what CheckMask allows, and of the resource's fields those outside the mask may be
//     missing.

#ifndef ONETHING_LIBS_RPC_VALIDATOR_H_
#define ONETHING_LIBS_RPC_VALIDATOR_H_

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libs/rpc/field_plan.h"

namespace onething::rpc {

// Faults that one refusal lists at most.
inline constexpr int kViolationsMax = 100;

// The rules of one message type. Immutable after construction; safe from any thread.
class Validator {
 public:
  // Compiles the rules of `type`, in the generated descriptor pool. Aborts on rules that make no
  // sense (a pattern that does not compile, a format of a number, least above most): a contract
  // with one is a mistake of ours.
  explicit Validator(const google::protobuf::Descriptor& type);
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  // OK, or INVALID_ARGUMENT with all faults at once, up to kViolationsMax, each with its path:
  // FIELD_INVALID; for a request whose only fault is its update mask UPDATE_MASK_INVALID. No
  // sentence repeats a value. `message` is of the type.
  absl::Status Check(const google::protobuf::Message& message) const;

 private:
  MessagePlans plans_;
  const MessagePlan* const root_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_VALIDATOR_H_
