// Who may make which call, and for whom: what the router decides before any handler runs.

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libs/codes/credit_code.h"
#include "libs/rpc/router.h"
#include "libs/rpc/test_samples.h"

namespace onething::rpc::test {
namespace {

using absl::StatusCode;
using common::v1::ErrorReason;

// What the calls below point to.
struct CallTexts {
  std::string good = CreateRequest("a", "request-1").SerializeAsString();
  std::string no_utf8 = "\x0a\x05\x12\x03\xff\xff\xff";
  std::string citizen = CitizenOf(1);
};

struct RefusedCall {
  const char* why;
  std::string method;
  Inbound inbound;
  StatusCode code;
  std::optional<ErrorReason> reason;
};

std::vector<RefusedCall> RefusedCalls(const CallTexts& texts, absl::Time now) {
  return {
      {"no such method",
       SampleProcess::PathOf("Nothing"),
       {.identity = "editor"},
       StatusCode::kUnimplemented,
       {}},
      {"no identity",
       SampleProcess::PathOf("CreateSample"),
       {.body = texts.good},
       StatusCode::kUnauthenticated,
       common::v1::ERROR_REASON_CALLER_UNKNOWN},
      {"unknown identity",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "nobody", .body = texts.good},
       StatusCode::kUnauthenticated,
       common::v1::ERROR_REASON_CALLER_UNKNOWN},
      {"role missing",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "authority", .body = texts.good},
       StatusCode::kPermissionDenied,
       common::v1::ERROR_REASON_ROLE_MISSING},
      {"acts for another without the role",
       SampleProcess::PathOf("Echo"),
       {.identity = "editor", .on_behalf_of = texts.citizen},
       StatusCode::kPermissionDenied,
       common::v1::ERROR_REASON_ROLE_MISSING},
      {"acts for nobody that can be",
       SampleProcess::PathOf("Echo"),
       {.identity = "portal", .on_behalf_of = "110101199003070000"},
       StatusCode::kInvalidArgument,
       common::v1::ERROR_REASON_CODE_INVALID},
      {"bytes that are no message",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "editor", .body = "\xff\xff"},
       StatusCode::kInvalidArgument,
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"text that is not UTF-8",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "editor", .body = texts.no_utf8},
       StatusCode::kInvalidArgument,
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"a field rule broken",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "editor", .body = ""},
       StatusCode::kInvalidArgument,
       common::v1::ERROR_REASON_FIELD_INVALID},
      {"deadline in the past",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "editor", .deadline = now - absl::Seconds(1), .body = texts.good},
       StatusCode::kDeadlineExceeded,
       common::v1::ERROR_REASON_DEADLINE_PASSED},
      {"deadline now",
       SampleProcess::PathOf("CreateSample"),
       {.identity = "editor", .deadline = now, .body = texts.good},
       StatusCode::kDeadlineExceeded,
       common::v1::ERROR_REASON_DEADLINE_PASSED},
  };
}

TEST_CASE("a call that may not be made is refused with its code and reason, and writes nothing") {
  SampleProcess process;
  const auto rows_before = AuditRows(process.store());
  const CallTexts texts;
  for (const RefusedCall& row : RefusedCalls(texts, process.clock().Now())) {
    INFO(row.why);
    Inbound inbound = row.inbound;
    inbound.method = row.method;
    const auto answer = process.Dispatch(inbound);
    CHECK(answer->count == 1);
    CHECK(answer->status.code() == row.code);
    CHECK(ReasonOf(answer->status) == row.reason);
    CHECK(answer->response.empty());
    if (row.reason.has_value()) {
      CHECK(ErrorInfoOf(answer->status)->domain() == "samples.onething");
    }
  }
  CHECK_FALSE(process.router().RunPending());
  CHECK(process.samples().created == 0);
  CHECK(AuditRows(process.store()) == rows_before);
}

TEST_CASE("a portal and a service may act for a person or an organisation") {
  SampleProcess process;
  const std::string citizen = CitizenOf(1);
  const std::string organisation = codes::CreditCode::Make("11360000014500000")->value();
  const std::string subjects[] = {citizen, organisation};
  for (const char* identity : {"portal", "service"}) {
    for (const std::string& subject : subjects) {
      INFO(identity);
      CHECK(process
                .Call<pb::EchoResponse>("Echo", identity, pb::EchoRequest(),
                                        {.on_behalf_of = subject})
                .ok());
    }
  }
}

TEST_CASE("a subject is the same however the last character of its number is written") {
  SampleProcess process;
  std::string written = "11010519491231002x";
  const auto create = [&] {
    return process.Call<pb::Sample>("CreateSample", "portal", CreateRequest("a", "request-1"),
                                    {.on_behalf_of = written});
  };
  REQUIRE(create().ok());
  CHECK(process.samples().created_for == "11010519491231002X");
  // The same subject, so the same request: it has been answered before.
  written.back() = 'X';
  CHECK(create().ok());
  CHECK(process.samples().created == 1);
}

}  // namespace
}  // namespace onething::rpc::test
