#include "libs/rpc/page_token.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/check.h"
#include "libs/base/error.h"
#include "libs/rpc/request_digest.h"

namespace onething::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kTokenVersion = 1;
constexpr size_t kQueryBytes = 16;

const FieldDescriptor* FieldOf(const Message& request, const char* name,
                               FieldDescriptor::CppType type) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  CHECK(field != nullptr && !field->is_repeated() && field->cpp_type() == type);
  return field;
}

const FieldDescriptor* SizeField(const Message& request) {
  return FieldOf(request, "page_size", FieldDescriptor::CPPTYPE_INT32);
}

const FieldDescriptor* TokenField(const Message& request) {
  return FieldOf(request, "page_token", FieldDescriptor::CPPTYPE_STRING);
}

crypto::Digest QueryDigest(const Call& call, const Message& request) {
  const std::unique_ptr<Message> query(request.New());
  query->CopyFrom(request);
  query->GetReflection()->ClearField(query.get(), SizeField(request));
  query->GetReflection()->ClearField(query.get(), TokenField(request));
  return DigestOf({call.method, call.caller.identity, call.on_behalf_of}, *query);
}

}  // namespace

absl::Status PageTokenInvalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                   "翻页标记无效或属于另一次查询，请从第一页重新查询");
}

PageTokens::PageTokens(const Call& call, const Message& request)
    : request_(request), head_(1, kTokenVersion) {
  const crypto::Digest query = QueryDigest(call, request);
  absl::StrAppend(&head_, crypto::AsBytes(query).substr(0, kQueryBytes));
}

absl::StatusOr<storage::PageRequest> PageTokens::Decode() const {
  storage::PageRequest page;
  const int32_t size = request_.GetReflection()->GetInt32(request_, SizeField(request_));
  if (size < 0) {
    common::v1::BadRequest faults;
    auto* fault = faults.add_field_violations();
    fault->set_field("page_size");
    fault->set_description("不能小于0");
    return MakeViolationsError(absl::StatusCode::kInvalidArgument,
                               common::v1::ERROR_REASON_FIELD_INVALID, "请求不符合接口约定",
                               faults);
  }
  page.size = size == 0 ? kPageSizeDefault : std::min(static_cast<size_t>(size), kPageSizeMax);
  const std::string token = request_.GetReflection()->GetString(request_, TokenField(request_));
  if (token.empty()) {
    return page;
  }
  std::string bytes;
  absl::string_view cursor;
  if (absl::WebSafeBase64Unescape(token, &bytes)) {
    cursor = bytes;
  }
  if (!absl::ConsumePrefix(&cursor, head_) || cursor.empty()) {
    return PageTokenInvalid();
  }
  page.cursor = std::string(cursor);
  return page;
}

std::string PageTokens::Encode(absl::string_view cursor) const {
  return cursor.empty() ? "" : absl::WebSafeBase64Escape(absl::StrCat(head_, cursor));
}

}  // namespace onething::rpc
