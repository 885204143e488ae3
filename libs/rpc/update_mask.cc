#include "libs/rpc/update_mask.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "onething/options/v1/options.pb.h"

namespace onething::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::util::FieldMaskUtil;

absl::Status Refuse(const std::string& path, absl::string_view why) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_UPDATE_MASK_INVALID,
                   absl::StrCat("update_mask 有误：", why), {{"path", path}});
}

bool IsFixed(const FieldDescriptor& field) {
  const options::v1::FieldRules& rules = field.options().GetExtension(options::v1::field);
  return rules.output_only() || rules.immutable();
}

// Whether replacing a message of this type as a whole would touch a field that a caller may not
// change. Only singular messages are looked into: the elements of a list are new ones. `above` are
// the types on the way, since a type may hold itself.
bool HoldsFixed(const Descriptor& type, std::vector<const Descriptor*>* above) {
  for (const Descriptor* seen : *above) {
    if (seen == &type) {
      return false;
    }
  }
  above->push_back(&type);
  bool fixed = false;
  for (int i = 0; i < type.field_count() && !fixed; ++i) {
    const FieldDescriptor& field = *type.field(i);
    fixed = IsFixed(field) || (field.message_type() != nullptr && !field.is_repeated() &&
                               HoldsFixed(*field.message_type(), above));
  }
  above->pop_back();
  return fixed;
}

absl::Status CheckPath(const std::string& path, const Descriptor& resource) {
  std::vector<const FieldDescriptor*> fields;
  if (path.empty() || !FieldMaskUtil::GetFieldDescriptors(&resource, path, &fields)) {
    return Refuse(path, absl::StrCat("没有字段 ", path));
  }
  for (const FieldDescriptor* field : fields) {
    if (IsFixed(*field)) {
      return Refuse(path, absl::StrCat(path, " 不可修改"));
    }
  }
  const FieldDescriptor& last = *fields.back();
  std::vector<const Descriptor*> above;
  if (last.message_type() != nullptr && !last.is_repeated() &&
      HoldsFixed(*last.message_type(), &above)) {
    return Refuse(path, absl::StrCat(path, " 含有不可修改的字段，请逐项列出"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMask(const google::protobuf::FieldMask& mask, const Descriptor& resource) {
  if (mask.paths().empty()) {
    return Refuse("", "没有列出要修改的字段");
  }
  for (const std::string& path : mask.paths()) {
    RETURN_IF_ERROR(CheckPath(path, resource));
  }
  return absl::OkStatus();
}

absl::Status ApplyMask(const google::protobuf::FieldMask& mask,
                       const google::protobuf::Message& from, google::protobuf::Message* to) {
  CHECK(from.GetDescriptor() == to->GetDescriptor());
  RETURN_IF_ERROR(CheckMask(mask, *from.GetDescriptor()));
  FieldMaskUtil::MergeOptions replace;
  replace.set_replace_message_fields(true);
  replace.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(from, mask, replace, to);
  return absl::OkStatus();
}

}  // namespace onething::rpc
