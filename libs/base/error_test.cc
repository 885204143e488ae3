#include "libs/base/error.h"

#include <catch2/catch.hpp>

namespace onething {
namespace {

TEST_CASE("an error carries its reason and metadata, and other statuses carry none") {
  const absl::Status status =
      MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND,
                "没有这个事项", {{"task_code", "1"}});
  CHECK(status.code() == absl::StatusCode::kNotFound);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_ITEM_NOT_FOUND);
  CHECK(ErrorInfoOf(status)->metadata().at("task_code") == "1");
  CHECK(ErrorInfoOf(status)->reason() == "ITEM_NOT_FOUND");
  CHECK_FALSE(ReasonOf(absl::OkStatus()).has_value());
  CHECK_FALSE(ReasonOf(absl::NotFoundError("x")).has_value());
}

TEST_CASE("an error with violations keeps all of them and its sentence shows the first three") {
  common::v1::BadRequest violations;
  for (int i = 0; i < 5; ++i) {
    auto* fault = violations.add_field_violations();
    fault->set_field("f" + std::to_string(i));
    fault->set_description("missing");
  }
  const absl::Status status =
      MakeViolationsError(absl::StatusCode::kInvalidArgument,
                          common::v1::ERROR_REASON_FIELD_INVALID, "请求有误", violations);
  CHECK(ViolationsOf(status)->field_violations_size() == 5);
  CHECK(status.message() == "请求有误: f0 missing; f1 missing; f2 missing; … (5)");
}

TEST_CASE("every reason has a name without prefix that parses back") {
  for (int i = 0; i < common::v1::ErrorReason_descriptor()->value_count(); ++i) {
    const auto reason =
        static_cast<ErrorReason>(common::v1::ErrorReason_descriptor()->value(i)->number());
    CHECK(ReasonOf(MakeError(absl::StatusCode::kInternal, reason, "x")) == reason);
  }
}

}  // namespace
}  // namespace onething
