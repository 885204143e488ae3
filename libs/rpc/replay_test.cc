// A repeated request_id has one effect: what Router does with the rows of request_log.h.

#include <catch2/catch.hpp>

#include "libs/audit/audit.h"
#include "libs/codes/citizen_number.h"
#include "libs/rpc/request_log.h"
#include "libs/rpc/test_samples.h"

namespace onething::rpc::test {
namespace {

using absl::StatusCode;

absl::StatusOr<pb::Sample> Create(SampleProcess& process, const std::string& identity,
                                  const pb::CreateSampleRequest& request,
                                  const std::string& subject = "") {
  return process.Call<pb::Sample>("CreateSample", identity, request, {.on_behalf_of = subject});
}

template <class Read>
auto Query(SampleProcess& process, Read read) {
  const auto snapshot = process.store().engine().TakeSnapshot();
  return read(storage::View(*snapshot, process.clock().Now()));
}

uint64_t AuditRows(SampleProcess& process) {
  return Query(process, [](const storage::View& view) { return audit::HeadOf(view).sequence(); });
}

double Replayed(SampleProcess& process, const char* method) {
  return process.metrics()
      .rpc.replayed.With({absl::StrCat("onething.testing.v1.Samples/", method)})
      .Value();
}

TEST_CASE("the same command again gets the first answer and has no second effect") {
  SampleProcess process;
  const auto first = Create(process, "portal", CreateRequest("a", "request-1"));
  REQUIRE(first.ok());
  process.clock().Advance(absl::Hours(1));

  SECTION("at once") {}
  SECTION("after a restart") { process.Restart(); }

  const auto second = Create(process, "portal", CreateRequest("a", "request-1"));
  REQUIRE(second.ok());
  CHECK(second->SerializeAsString() == first->SerializeAsString());
  CHECK(process.samples().created == 1);
  CHECK(AuditRows(process) == 1);
  CHECK(Replayed(process, "CreateSample") == 1);
}

TEST_CASE("a request id used for something else is refused") {
  SampleProcess process;
  const std::string first_subject =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 1)->value();
  const std::string second_subject =
      codes::CitizenNumber::Make("110101", absl::CivilDay(1990, 3, 7), 2)->value();
  REQUIRE(Create(process, "portal", CreateRequest("a", "request-1"), first_subject).ok());

  absl::Status refused;
  SECTION("with another body") {
    pb::CreateSampleRequest other = CreateRequest("a", "request-1");
    other.mutable_sample()->set_title("另一个");
    refused = Create(process, "portal", other, first_subject).status();
  }
  SECTION("with a field that this build does not know") {
    pb::CreateSampleRequest other = CreateRequest("a", "request-1");
    other.GetReflection()->MutableUnknownFields(&other)->AddVarint(999, 1);
    refused = Create(process, "portal", other, first_subject).status();
  }
  SECTION("for another subject") {
    refused = Create(process, "portal", CreateRequest("a", "request-1"), second_subject).status();
  }
  SECTION("for no subject") {
    refused = Create(process, "portal", CreateRequest("a", "request-1")).status();
  }
  SECTION("after a restart") {
    process.Restart();
    refused = Create(process, "portal", CreateRequest("b", "request-1"), first_subject).status();
  }
  CHECK(refused.code() == StatusCode::kInvalidArgument);
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  CHECK(process.samples().created == 1);
  CHECK(AuditRows(process) == 1);
}

TEST_CASE("a request id used for another method is refused") {
  SampleProcess process;
  REQUIRE(Create(process, "editor", CreateRequest("a", "request-1")).ok());
  pb::SealSampleRequest seal;
  seal.set_name("a");
  seal.set_request_id("request-1");
  const auto refused = process.Call<pb::SealSampleResponse>("SealSample", "editor", seal);
  CHECK(ReasonOf(refused.status()) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  CHECK(process.samples().prepared == 0);
}

TEST_CASE("request ids belong to their caller") {
  SampleProcess process;
  REQUIRE(Create(process, "portal", CreateRequest("a", "request-1")).ok());
  const auto other = Create(process, "other.portal", CreateRequest("b", "request-1"));
  REQUIRE(other.ok());
  CHECK(other->name() == "b");
  // Nor does another caller get the answer of the first: its command runs, and decides for itself.
  const auto same = Create(process, "editor", CreateRequest("a", "request-1"));
  CHECK(ReasonOf(same.status()) == common::v1::ERROR_REASON_ITEM_EXISTS);
}

TEST_CASE("concurrent duplicates in one group have one effect and the same answer") {
  SampleProcess process;
  std::vector<std::shared_ptr<Answer>> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(process.Dispatch("CreateSample", "portal", CreateRequest("a", "request-1")));
  }
  pb::CreateSampleRequest other = CreateRequest("b", "request-1");
  const auto clash = process.Dispatch("CreateSample", "portal", other);
  process.router().RunPending();
  for (const auto& answer : answers) {
    CHECK(answer->count == 1);
    CHECK(answer->status.ok());
    CHECK(answer->response == answers[0]->response);
  }
  CHECK(ReasonOf(clash->status) == common::v1::ERROR_REASON_REQUEST_ID_REUSED);
  CHECK(process.samples().created == 1);
  CHECK(AuditRows(process) == 1);
}

TEST_CASE("a duplicate in the group of a failed commit is not told that it took effect") {
  SampleProcess process;
  const auto first = process.Dispatch("CreateSample", "portal", CreateRequest("a", "request-1"));
  const auto second = process.Dispatch("CreateSample", "portal", CreateRequest("a", "request-1"));
  process.disk().FailFrom(0);
  process.router().RunPending();
  for (const auto& answer : {first, second}) {
    CHECK(answer->count == 1);
    CHECK(ReasonOf(answer->status) == common::v1::ERROR_REASON_NOT_SERVING);
    CHECK(answer->response.empty());
  }
}

TEST_CASE("a repeated prepared command is answered without preparing again") {
  SampleProcess process;
  REQUIRE(Create(process, "editor", CreateRequest("a", "request-1")).ok());
  pb::SealSampleRequest seal;
  seal.set_name("a");
  seal.set_request_id("request-2");
  const auto first = process.Call<pb::SealSampleResponse>("SealSample", "editor", seal);
  REQUIRE(first.ok());
  const auto second = process.Call<pb::SealSampleResponse>("SealSample", "editor", seal);
  REQUIRE(second.ok());
  CHECK(second->SerializeAsString() == first->SerializeAsString());
  CHECK(process.samples().prepared == 1);
  CHECK(Replayed(process, "SealSample") == 1);

  SECTION("and when both were prepared at the same time, only one takes effect") {
    REQUIRE(Create(process, "editor", CreateRequest("b", "request-3")).ok());
    seal.set_name("b");
    seal.set_request_id("request-4");
    const auto one = process.Dispatch("SealSample", "editor", seal);
    const auto two = process.Dispatch("SealSample", "editor", seal);
    process.router().RunPending();
    CHECK(one->status.ok());
    CHECK(two->status.ok());
    CHECK(one->response == two->response);
    CHECK(process.samples().prepared == 3);
    CHECK(AuditRows(process) == 4);
  }
}

TEST_CASE("a replayed answer is given to who may no longer wait, but not to who may not call") {
  SampleProcess process;
  REQUIRE(Create(process, "portal", CreateRequest("a", "request-1")).ok());
  const std::string body = CreateRequest("a", "request-1").SerializeAsString();
  const auto late = process.Dispatch({.method = SampleProcess::PathOf("CreateSample"),
                                      .identity = "portal",
                                      .deadline = process.clock().Now() + absl::Seconds(1),
                                      .body = body});
  process.clock().Advance(absl::Seconds(2));
  process.router().RunPending();
  CHECK(late->status.ok());
  const auto thief = Create(process, "thief", CreateRequest("a", "request-1"));
  CHECK(ReasonOf(thief.status()) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
}

TEST_CASE("rows older than request_keep are swept in bounded steps, younger ones stay") {
  SampleProcess process({.command_queue_max = 2000, .router = {.request_keep = absl::Hours(1)}});
  const auto create = [&](int number) {
    std::string name;
    for (int n = number; name.size() < 4; n /= 26) {
      name += static_cast<char>('a' + n % 26);
    }
    return process.Dispatch("CreateSample", "editor",
                            CreateRequest(name, absl::StrCat("request-", number)));
  };
  for (int i = 0; i < 1200; ++i) {
    create(i);
  }
  process.router().RunPending();
  process.clock().Advance(absl::Minutes(50));
  create(1200);
  process.router().RunPending();
  process.router().SweepRequests();
  process.router().RunPending();
  CHECK(process.metrics().rpc.request_rows_swept.Value() == 0);

  process.clock().Advance(absl::Minutes(11));
  process.router().SweepRequests();
  process.router().SweepRequests();
  process.router().RunPending();
  CHECK(process.metrics().rpc.request_rows_swept.Value() == 1200);
  Query(process, [](const storage::View& view) {
    CHECK_FALSE(FindRequest(view, "editor", "request-0").has_value());
    CHECK_FALSE(FindRequest(view, "editor", "request-1199").has_value());
    CHECK(FindRequest(view, "editor", "request-1200").has_value());
    CHECK(CheckRequests(view).ok());
    return 0;
  });
}

}  // namespace
}  // namespace onething::rpc::test
