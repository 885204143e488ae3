#include "libs/rpc/status_codec.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"

namespace onething::rpc {
namespace {

using absl::StatusCode;
using common::v1::BadRequest;

absl::Status WithFaults(int count) {
  BadRequest faults;
  for (int i = 0; i < count; ++i) {
    auto* fault = faults.add_field_violations();
    fault->set_field(absl::StrCat("item.materials[", i, "].name"));
    fault->set_description("必填，不能少于一个字符");
  }
  return MakeViolationsError(StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                             "请求不符合接口约定", faults);
}

TEST_CASE("a refusal arrives as it was sent, for every reason") {
  for (int i = 1; i < common::v1::ErrorReason_descriptor()->value_count(); ++i) {
    const auto reason =
        static_cast<ErrorReason>(common::v1::ErrorReason_descriptor()->value(i)->number());
    const absl::Status sent = MakeError(StatusCode::kFailedPrecondition, reason, "不可以",
                                        {{"task_code", "36"}, {"limit", "5"}});
    const absl::Status received = DecodeStatus(EncodeStatus(sent));
    CHECK(received.code() == sent.code());
    CHECK(received.message() == sent.message());
    CHECK(ReasonOf(received) == reason);
    CHECK(ErrorInfoOf(received)->metadata().at("task_code") == "36");
    CHECK(ErrorInfoOf(received)->metadata().at("limit") == "5");
  }
}

TEST_CASE("faults travel as google.rpc.BadRequest") {
  const absl::Status sent = WithFaults(3);
  const WireStatus wire = EncodeStatus(sent);
  CHECK(wire.code == 3);
  common::v1::Status envelope;
  REQUIRE(envelope.ParseFromString(wire.details));
  CHECK(envelope.code() == 3);
  CHECK(envelope.message() == wire.message);
  REQUIRE(envelope.details_size() == 2);
  CHECK(envelope.details(0).type_url() == "type.googleapis.com/google.rpc.ErrorInfo");
  CHECK(envelope.details(1).type_url() == "type.googleapis.com/google.rpc.BadRequest");
  CHECK(ViolationsOf(DecodeStatus(wire))->field_violations_size() == 3);
}

TEST_CASE("what would not fit into trailing metadata is left out, and the rest says so") {
  const WireStatus wire = EncodeStatus(WithFaults(100));
  // In percent and base64 encoding, below the 8 KiB that clients take.
  CHECK(wire.message.size() * 3 + wire.details.size() * 4 / 3 < 7 * 1024);
  const auto faults = ViolationsOf(DecodeStatus(wire));
  REQUIRE(faults.has_value());
  const int kept = faults->field_violations_size() - 1;
  CHECK(kept > 20);
  CHECK(faults->field_violations(0).field() == "item.materials[0].name");
  CHECK(faults->field_violations(kept).field() == "…");
  CHECK(faults->field_violations(kept).description() ==
        absl::StrCat("另有", 100 - kept, "处未列出"));

  std::string sentence;
  for (int i = 0; i < 500; ++i) {
    absl::StrAppend(&sentence, "长");
  }
  const WireStatus cut = EncodeStatus(
      MakeError(StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND, sentence));
  CHECK(cut.message.size() == 600);
  CHECK(absl::StartsWith(sentence, cut.message));
}

TEST_CASE("statuses of another origin are decoded as well as they can be") {
  CHECK(DecodeStatus({}).ok());
  CHECK(DecodeStatus({.code = 5, .message = "gone"}) == absl::NotFoundError("gone"));
  CHECK(DecodeStatus({.code = 14, .message = "x", .details = "\xff garbage"}) ==
        absl::UnavailableError("x"));
  CHECK(DecodeStatus({.code = 99, .message = "x"}).code() == StatusCode::kUnknown);
  CHECK(DecodeStatus({.code = -1, .message = "x"}).code() == StatusCode::kUnknown);
  CHECK(EncodeStatus(absl::OkStatus()).code == 0);
  CHECK(EncodeStatus(absl::NotFoundError("gone")).details.empty());
}

TEST_CASE("a caller sees refusals whole, and of our own faults nothing but that they are ours") {
  const absl::Status refusal =
      MakeError(StatusCode::kAborted, common::v1::ERROR_REASON_ETAG_MISMATCH, "请重新读取");
  CHECK(ForCaller(absl::OkStatus(), "a.onething").ok());
  const absl::Status seen = ForCaller(refusal, "a.onething");
  CHECK(seen.code() == StatusCode::kAborted);
  CHECK(seen.message() == "请重新读取");
  CHECK(ErrorInfoOf(seen)->domain() == "a.onething");
  CHECK(ErrorInfoOf(ForCaller(seen, "b.onething"))->domain() == "a.onething");

  struct Row {
    absl::Status status;
    StatusCode code;
    std::optional<ErrorReason> reason;
  };
  const Row rows[] = {
      {MakeError(StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL, "secret", {{"k", "v"}}),
       StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL},
      {MakeError(StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT, "secret"),
       StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT},
      {absl::InvalidArgumentError("secret"), StatusCode::kInternal,
       common::v1::ERROR_REASON_INTERNAL},
      {absl::UnknownError("secret"), StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL},
      {absl::DataLossError("secret"), StatusCode::kInternal, common::v1::ERROR_REASON_INTERNAL},
      {absl::UnavailableError("secret"), StatusCode::kUnavailable,
       common::v1::ERROR_REASON_NOT_SERVING},
      {absl::DeadlineExceededError("secret"), StatusCode::kDeadlineExceeded,
       common::v1::ERROR_REASON_DEADLINE_PASSED},
      {absl::UnimplementedError("none"), StatusCode::kUnimplemented, std::nullopt},
      {absl::CancelledError("gone"), StatusCode::kCancelled, std::nullopt},
  };
  for (const Row& row : rows) {
    INFO(row.status);
    const absl::Status answer = ForCaller(row.status, "a.onething");
    CHECK(answer.code() == row.code);
    CHECK(ReasonOf(answer) == row.reason);
    CHECK_FALSE(absl::StrContains(answer.message(), "secret"));
    if (row.reason.has_value()) {
      CHECK(ErrorInfoOf(answer)->domain() == "a.onething");
      CHECK(ErrorInfoOf(answer)->metadata().empty());
      CHECK_FALSE(answer.message().empty());
    }
  }
}

}  // namespace
}  // namespace onething::rpc
