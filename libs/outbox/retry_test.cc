#include "libs/outbox/retry.h"

#include <catch2/catch.hpp>
#include <set>

#include "libs/base/error.h"

namespace onething::outbox {
namespace {

TEST_CASE("which failures are worth another try") {
  const std::set<absl::StatusCode> retryable = {
      absl::StatusCode::kUnavailable,     absl::StatusCode::kDeadlineExceeded,
      absl::StatusCode::kAborted,         absl::StatusCode::kResourceExhausted,
      absl::StatusCode::kUnauthenticated, absl::StatusCode::kInternal,
      absl::StatusCode::kUnknown,         absl::StatusCode::kCancelled};
  for (int code = 1; code <= 16; ++code) {
    const auto status_code = static_cast<absl::StatusCode>(code);
    INFO(absl::StatusCodeToString(status_code));
    CHECK(IsRetryable(absl::Status(status_code, "x")) == retryable.contains(status_code));
  }
  CHECK(IsRetryable(MakeError(absl::StatusCode::kFailedPrecondition,
                              common::v1::ERROR_REASON_OUT_OF_ORDER, "x")));
  CHECK_FALSE(IsRetryable(
      MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_CASE_STATE, "x")));
}

TEST_CASE("the wait doubles up to its limit, and is between half and all of that") {
  const RetryOptions options = {.delay_min = absl::Seconds(1), .delay_max = absl::Seconds(10)};
  const std::vector<int> seconds = {1, 2, 4, 8, 10, 10, 10};
  for (uint64_t id = 1; id <= 200; ++id) {
    for (uint32_t attempts = 1; attempts <= seconds.size(); ++attempts) {
      const absl::Duration full = absl::Seconds(seconds[attempts - 1]);
      const absl::Duration delay = RetryDelay(options, id, attempts);
      CHECK(delay >= full / 2);
      CHECK(delay <= full);
    }
  }
  CHECK(RetryDelay(options, 1, 4'000'000'000) <= absl::Seconds(10));
}

TEST_CASE("the wait is the same for the same entry, and spread over different ones") {
  const RetryOptions options;
  std::set<absl::Duration> delays;
  for (uint64_t id = 1; id <= 100; ++id) {
    CHECK(RetryDelay(options, id, 3) == RetryDelay(options, id, 3));
    delays.insert(RetryDelay(options, id, 3));
  }
  CHECK(delays.size() > 90);
}

TEST_CASE("a sentence from elsewhere is masked and cut for the record") {
  struct Row {
    std::string sentence;
    std::string masked;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"事项 113600000144 不存在", "事项 11********** 不存在"},
      {"身份证 46010019990101123X。", "身份证 46****************。"},
      {"licence 91360000MA0000000A was revoked", "licence 91**************** was revoked"},
      {"port 50051 refused, 3 of 5", "port 50051 refused, 3 of 5"},
      {"UNAVAILABLE unknownhost", "UNAVAILABLE unknownhost"},
      {std::string("broken \xFF\xE4\xBB bytes"), "broken ??? bytes"},
  };
  for (const Row& row : rows) {
    CHECK(MaskSentence(row.sentence) == row.masked);
  }
  std::string many;
  for (int i = 0; i < 100; ++i) {
    many += "件";
  }
  CHECK(MaskSentence(many) == many.substr(0, 255) + "?");
  CHECK(MaskSentence(std::string(252, ' ') + "460100199901011234") ==
        std::string(252, ' ') + "46**");
}

}  // namespace
}  // namespace onething::outbox
