#include "libs/rpc/status_codec.h"

#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::rpc {
namespace {

using common::v1::BadRequest;
using common::v1::ErrorInfo;

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

constexpr size_t kMessageMax = 600;
constexpr size_t kDetailsMax = 3000;

constexpr char kInternalSentence[] = "服务内部错误，请稍后重试；如仍出现请联系管理员";
constexpr char kCorruptSentence[] = "服务存储的数据无法读取，请联系管理员";
constexpr char kUnavailableSentence[] = "服务暂不可用，请稍后重试";
constexpr char kDeadlineSentence[] = "超过调用方的期限，请求未被处理，请重试";

std::string Cut(absl::string_view text) {
  size_t size = text.size();
  if (size > kMessageMax) {
    size = kMessageMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
      --size;
    }
  }
  return std::string(text.substr(0, size));
}

template <class Detail>
void AddDetail(const char* url, const Detail& detail, common::v1::Status* envelope) {
  google::protobuf::Any* any = envelope->add_details();
  any->set_type_url(url);
  any->set_value(detail.SerializeAsString());
}

// The first faults that fit into `size_max` bytes.
BadRequest Shorten(const BadRequest& faults, size_t size_max) {
  BadRequest kept;
  size_t size = 0;
  for (const auto& fault : faults.field_violations()) {
    size += fault.ByteSizeLong() + 4;
    if (size > size_max) {
      auto* last = kept.add_field_violations();
      last->set_field("…");
      last->set_description(absl::StrCat(
          "另有", faults.field_violations_size() - kept.field_violations_size() + 1, "处未列出"));
      return kept;
    }
    *kept.add_field_violations() = fault;
  }
  return kept;
}

absl::Status WithoutReason(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnimplemented:
      return status;
    case absl::StatusCode::kUnavailable:
      return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_NOT_SERVING,
                       kUnavailableSentence);
    case absl::StatusCode::kDeadlineExceeded:
      return MakeError(absl::StatusCode::kDeadlineExceeded,
                       common::v1::ERROR_REASON_DEADLINE_PASSED, kDeadlineSentence);
    default:
      return MakeError(absl::StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL,
                       kInternalSentence);
  }
}

// `status` has a reason.
absl::Status WithoutInternals(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kInternal &&
      status.code() != absl::StatusCode::kDataLoss) {
    return status;
  }
  const bool corrupt = status.code() == absl::StatusCode::kDataLoss;
  return MakeError(status.code(), *ReasonOf(status),
                   corrupt ? kCorruptSentence : kInternalSentence);
}

}  // namespace

WireStatus EncodeStatus(const absl::Status& status) {
  WireStatus wire{.code = static_cast<int>(status.code()), .message = Cut(status.message())};
  const std::optional<ErrorInfo> info = ErrorInfoOf(status);
  if (!info.has_value()) {
    return wire;
  }
  common::v1::Status envelope;
  envelope.set_code(wire.code);
  envelope.set_message(wire.message);
  AddDetail(kErrorInfoUrl, *info, &envelope);
  if (const std::optional<BadRequest> faults = ViolationsOf(status)) {
    const size_t used = envelope.ByteSizeLong();
    AddDetail(kBadRequestUrl, Shorten(*faults, kDetailsMax > used ? kDetailsMax - used : 0),
              &envelope);
  }
  wire.details = envelope.SerializeAsString();
  return wire;
}

absl::Status DecodeStatus(const WireStatus& wire) {
  if (wire.code == 0) {
    return absl::OkStatus();
  }
  const bool known =
      wire.code > 0 && wire.code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  absl::Status status(known ? static_cast<absl::StatusCode>(wire.code) : absl::StatusCode::kUnknown,
                      wire.message);
  common::v1::Status envelope;
  if (envelope.ParseFromString(wire.details)) {
    for (const google::protobuf::Any& detail : envelope.details()) {
      status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  return status;
}

absl::Status ForCaller(const absl::Status& status, absl::string_view domain) {
  if (status.ok()) {
    return status;
  }
  absl::Status answer =
      ReasonOf(status).has_value() ? WithoutInternals(status) : WithoutReason(status);
  std::optional<ErrorInfo> info = ErrorInfoOf(answer);
  if (info.has_value() && info->domain().empty()) {
    info->set_domain(domain.data(), domain.size());
    answer.SetPayload(kErrorInfoUrl, absl::Cord(info->SerializeAsString()));
  }
  return answer;
}

}  // namespace onething::rpc
