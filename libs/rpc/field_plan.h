// The compiled form of field rules: what Validator walks over. Internal to libs/rpc.

#ifndef ONETHING_LIBS_RPC_FIELD_PLAN_H_
#define ONETHING_LIBS_RPC_FIELD_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "onething/options/v1/options.pb.h"
#include "re2/re2.h"

namespace onething::rpc {

struct MessagePlan;

// What one value, be it a field's or an element's, may be.
struct ValuePlan {
  // The field that carries the value; of a map its `value`.
  const google::protobuf::FieldDescriptor* field = nullptr;
  uint32_t length_min = 0;
  uint32_t length_max = 0;
  std::unique_ptr<const RE2> pattern;
  options::v1::Format format = options::v1::FORMAT_UNSPECIFIED;
  std::optional<int64_t> minimum;
  std::optional<int64_t> maximum;
  // Of messages; plans may hold themselves.
  const MessagePlan* message = nullptr;
};

// What one field may hold.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool required = false;
  bool output_only = false;
  bool sensitive = false;
  uint32_t items_min = 0;
  uint32_t items_max = 0;
  ValuePlan value;
};

// What a message may hold. Immutable once compiled.
struct MessagePlan {
  // Types whose values have a range that no option states.
  enum class Kind { kOther, kTimestamp, kDuration };

  Kind kind = Kind::kOther;
  // In the order of declaration; without fields that can hold nothing wrong.
  std::vector<FieldPlan> fields;
  // Of a request that updates a resource: its mask and the resource.
  const google::protobuf::FieldDescriptor* update_mask = nullptr;
  const google::protobuf::FieldDescriptor* resource = nullptr;
};

using MessagePlans =
    absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>>;

// The plan of `type`, compiled into `plans` with those of all types it can hold. Aborts, naming the
// field, on rules that make no sense.
const MessagePlan* CompilePlan(const google::protobuf::Descriptor& type, MessagePlans* plans);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_FIELD_PLAN_H_
