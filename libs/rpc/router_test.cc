#include "libs/rpc/router.h"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "libs/audit/audit.h"
#include "libs/base/log.h"
#include "libs/rpc/in_process_channel.h"
#include "libs/rpc/method.h"
#include "libs/rpc/test_log.h"
#include "libs/rpc/test_samples.h"
#include "libs/storage/key.h"

namespace onething::rpc::test {
namespace {

using absl::StatusCode;

pb::GetSampleRequest GetRequest(const std::string& name) {
  pb::GetSampleRequest request;
  request.set_name(name);
  return request;
}

pb::SealSampleRequest SealRequest(const std::string& name, const std::string& request_id) {
  pb::SealSampleRequest request;
  request.set_name(name);
  request.set_request_id(request_id);
  return request;
}

void CreateSample(SampleProcess& process, const std::string& name) {
  const auto made =
      process.Call<pb::Sample>("CreateSample", "editor", CreateRequest(name, "creating-" + name));
  REQUIRE(made.ok());
}

// Makes a sample whose row is on the disk only: opening moves rows into a file and reads its first
// block, so there are enough rows before it.
void CreateSampleOnDisk(SampleProcess& process, const std::string& name) {
  CreateSample(process, name);
  REQUIRE(process.store()
              .loop()
              .Run([](storage::Txn& txn) {
                std::minstd_rand random(1);
                for (uint64_t i = 0; i < 100; ++i) {
                  std::string noise(1000, ' ');
                  std::generate(noise.begin(), noise.end(),
                                [&] { return static_cast<char>(random()); });
                  txn.Put(storage::EncodeKey(storage::TableId::kItems, i), noise);
                }
                return absl::OkStatus();
              })
              .ok());
  process.Restart();
}

double DiskReads(SampleProcess& process) {
  return process.metrics().rpc.disk_reads.With({"onething.testing.v1.Samples/GetSample"}).Value();
}

TEST_CASE("a query in memory is answered before Dispatch returns") {
  SampleProcess process;
  pb::EchoRequest request;
  request.set_payload("hello");
  const auto answer = process.Dispatch("Echo", "authority", request);
  REQUIRE(answer->count == 1);
  pb::EchoResponse response;
  CHECK(response.ParseFromString(answer->response));
  CHECK(response.payload() == "hello");
}

TEST_CASE("a query that would wait on the disk runs again on the executor") {
  SampleProcess process;
  CreateSampleOnDisk(process, "a");
  const auto answer = process.Dispatch("GetSample", "editor", GetRequest("a"));
  CHECK(answer->count == 0);
  CHECK(process.executor().queue_size() == 1);
  CHECK(process.router().RunPending());
  REQUIRE(answer->count == 1);
  CHECK(answer->status.ok());
  pb::Sample sample;
  CHECK(sample.ParseFromString(answer->response));
  CHECK(sample.name() == "a");
  CHECK(DiskReads(process) == 1);
  // Now it is in memory.
  CHECK(process.Dispatch("GetSample", "editor", GetRequest("a"))->count == 1);
  CHECK(DiskReads(process) == 1);
}

TEST_CASE("a query whose deadline passes while it waits for the executor is not run") {
  SampleProcess process;
  CreateSampleOnDisk(process, "a");
  const std::string body = GetRequest("a").SerializeAsString();
  const auto answer = process.Dispatch({.method = SampleProcess::PathOf("GetSample"),
                                        .identity = "editor",
                                        .deadline = process.clock().Now() + absl::Seconds(1),
                                        .body = body});
  CHECK(answer->count == 0);
  process.clock().Advance(absl::Seconds(2));
  process.router().RunPending();
  CHECK(answer->count == 1);
  CHECK(ReasonOf(answer->status) == common::v1::ERROR_REASON_DEADLINE_PASSED);
}

TEST_CASE("a command whose deadline passes in the queue writes nothing and may be repeated") {
  SampleProcess process;
  const std::string body = CreateRequest("a", "request-1").SerializeAsString();
  const auto answer = process.Dispatch({.method = SampleProcess::PathOf("CreateSample"),
                                        .identity = "editor",
                                        .deadline = process.clock().Now() + absl::Seconds(1),
                                        .body = body});
  process.clock().Advance(absl::Seconds(2));
  process.router().RunPending();
  REQUIRE(answer->count == 1);
  CHECK(answer->status.code() == StatusCode::kDeadlineExceeded);
  CHECK(ReasonOf(answer->status) == common::v1::ERROR_REASON_DEADLINE_PASSED);
  CHECK(process.samples().created == 0);
  CHECK(AuditRows(process.store()) == 0);
  CHECK(process.Call<pb::Sample>("CreateSample", "editor", CreateRequest("a", "request-1")).ok());
}

TEST_CASE("full queues refuse at once and lose nothing that was taken") {
  SampleProcess process({.executor_queue_max = 1, .command_queue_max = 2});
  const auto first = process.Dispatch("CreateSample", "editor", CreateRequest("a", "request-1"));
  const auto second = process.Dispatch("CreateSample", "editor", CreateRequest("b", "request-2"));
  const auto third = process.Dispatch("CreateSample", "editor", CreateRequest("c", "request-3"));
  CHECK(first->count == 0);
  CHECK(second->count == 0);
  REQUIRE(third->count == 1);
  CHECK(third->status.code() == StatusCode::kResourceExhausted);
  CHECK(ReasonOf(third->status) == common::v1::ERROR_REASON_QUEUE_FULL);
  CHECK(process.metrics().commit.refused.Value() == 1);
  process.router().RunPending();
  CHECK(first->status.ok());
  CHECK(second->status.ok());
  CHECK(third->count == 1);

  const auto sealed = process.Dispatch("SealSample", "editor", SealRequest("a", "request-4"));
  const auto refused = process.Dispatch("SealSample", "editor", SealRequest("b", "request-5"));
  CHECK(sealed->count == 0);
  CHECK(ReasonOf(refused->status) == common::v1::ERROR_REASON_QUEUE_FULL);
  CHECK(process.metrics().executor.refused.Value() == 1);
  process.router().RunPending();
  CHECK(sealed->status.ok());
}

TEST_CASE("a refused command leaves nothing behind, and its request id stays free") {
  SampleProcess process;
  CreateSample(process, "a");
  const auto again =
      process.Call<pb::Sample>("CreateSample", "editor", CreateRequest("a", "request-2"));
  CHECK(again.status().code() == StatusCode::kAlreadyExists);
  CHECK(ReasonOf(again.status()) == common::v1::ERROR_REASON_ITEM_EXISTS);
  CHECK(AuditRows(process.store()) == 1);
  CHECK(process.Call<pb::Sample>("CreateSample", "editor", CreateRequest("b", "request-2")).ok());
}

TEST_CASE("a prepared command runs with what was prepared") {
  SampleProcess process;
  CreateSample(process, "a");
  const auto sealed =
      process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-2"));
  REQUIRE(sealed.ok());
  CHECK(sealed->sample().seal() == "seal of a");

  SECTION("a refusal of the handler after it reaches the caller") {
    const auto again =
        process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-3"));
    CHECK(ReasonOf(again.status()) == common::v1::ERROR_REASON_ITEM_STATE);
  }
  SECTION("a refusal of preparing reaches the caller and no command runs") {
    const auto missing =
        process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("b", "request-3"));
    CHECK(ReasonOf(missing.status()) == common::v1::ERROR_REASON_ITEM_NOT_FOUND);
    CHECK(ErrorInfoOf(missing.status())->metadata().at("name") == "b");
    CHECK(AuditRows(process.store()) == 2);
  }
  SECTION("an error without a reason is ours, and its details stay here") {
    process.samples().prepare_fails = absl::InvalidArgumentError("key in slot 7 is broken");
    const auto broken =
        process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-3"));
    CHECK(broken.status().code() == StatusCode::kInternal);
    CHECK(ReasonOf(broken.status()) == common::v1::ERROR_REASON_INTERNAL);
    CHECK_FALSE(absl::StrContains(broken.status().message(), "slot"));
  }
  SECTION("the refusal of another service passes with that service's name") {
    absl::Status remote = MakeError(StatusCode::kNotFound,
                                    common::v1::ERROR_REASON_LICENSE_NOT_FOUND, "没有这个证照");
    common::v1::ErrorInfo info = *ErrorInfoOf(remote);
    info.set_domain("license.onething");
    remote.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                      absl::Cord(info.SerializeAsString()));
    process.samples().prepare_fails = remote;
    const auto refused =
        process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-3"));
    CHECK(ReasonOf(refused.status()) == common::v1::ERROR_REASON_LICENSE_NOT_FOUND);
    CHECK(ErrorInfoOf(refused.status())->domain() == "license.onething");
  }
}

TEST_CASE("a record that cannot be read wins over the handler's answer, in queries and commands") {
  SampleProcess process;
  CreateSample(process, "a");
  const std::string key = storage::EncodeKey(storage::TableId::kTestRows, std::string("a"));
  REQUIRE(process.store()
              .loop()
              .Run([&](storage::Txn& txn) {
                txn.Put(key, "\x7f no record");
                return absl::OkStatus();
              })
              .ok());
  CapturedLog log;
  const auto read = process.Call<pb::Sample>("GetSample", "editor", GetRequest("a"));
  const auto listed =
      process.Call<pb::ListSamplesResponse>("ListSamples", "editor", pb::ListSamplesRequest());
  const auto sealed =
      process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-2"));
  for (const absl::Status& status : {read.status(), listed.status(), sealed.status()}) {
    CHECK(status.code() == StatusCode::kDataLoss);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_RECORD_CORRUPT);
    CHECK_FALSE(absl::StrContains(status.message(), "Sample"));
  }
  CHECK(absl::StrContains(log.text(), "\"level\":\"error\""));
  CHECK(absl::StrContains(log.text(), "a stored onething.testing.v1.Sample cannot be read"));
}

TEST_CASE("a store that cannot keep a command never answers OK for it") {
  SampleProcess process;
  CreateSample(process, "a");
  process.disk().FailFrom(0);
  const auto lost =
      process.Call<pb::Sample>("CreateSample", "editor", CreateRequest("b", "request-2"));
  CHECK(lost.status().code() == StatusCode::kUnavailable);
  CHECK(ReasonOf(lost.status()) == common::v1::ERROR_REASON_NOT_SERVING);
  const auto later =
      process.Call<pb::Sample>("CreateSample", "editor", CreateRequest("c", "request-3"));
  CHECK(ReasonOf(later.status()) == common::v1::ERROR_REASON_NOT_SERVING);
}

TEST_CASE("a command writes one audit row that names resource, outcome and the masked subject") {
  SampleProcess process;
  const std::string citizen = CitizenOf(1);
  REQUIRE(process
              .Call<pb::Sample>("CreateSample", "portal", CreateRequest("a", "request-1"),
                                {.on_behalf_of = citizen})
              .ok());
  REQUIRE(
      process.Call<pb::SealSampleResponse>("SealSample", "editor", SealRequest("a", "request-2"))
          .ok());
  const auto snapshot = process.store().engine().TakeSnapshot();
  const storage::View view(*snapshot, process.clock().Now());
  const auto rows = audit::List(view, {}).records;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].method() == "/onething.testing.v1.Samples/CreateSample");
  CHECK(rows[0].caller() == "portal");
  REQUIRE(rows[0].roles_size() == 1);
  CHECK(rows[0].roles(0) == options::v1::ROLE_PORTAL);
  CHECK(rows[0].on_behalf_of() == "110101********" + citizen.substr(14));
  CHECK(rows[0].request_id() == "request-1");
  CHECK(rows[0].resource() == "a");
  CHECK(rows[0].outcome() == "open");
  CHECK(rows[0].request_digest().size() == crypto::kDigestSize);
  CHECK(rows[1].resource() == "a");
  CHECK(rows[1].outcome() == "sealed");
  CHECK_FALSE(audit::Verify(view).first_fault.has_value());
}

TEST_CASE("every call is one log line without personal data and one count") {
  SampleProcess process;
  CapturedLog log;
  const std::string citizen = CitizenOf(1);
  pb::CreateSampleRequest request = CreateRequest("a", "request-1");
  request.mutable_sample()->set_owner("张小明");
  REQUIRE(process
              .Call<pb::Sample>("CreateSample", "portal", request,
                                {.on_behalf_of = citizen, .trace_id = "trace-7"})
              .ok());
  pb::CheckRulesRequest broken;
  broken.set_citizen_number("11010119900307003");
  broken.set_phone("23900001111");
  (*broken.mutable_secret_map())["张小明的母亲"] = std::string(300, 'x');
  CHECK_FALSE(process.Call<pb::CheckRulesResponse>("CheckRules", "portal", broken).ok());
  CHECK_FALSE(process.Call<pb::Sample>("CreateSample", "thief", request).ok());

  const std::vector<std::string> lines = absl::StrSplit(absl::StripSuffix(log.text(), "\n"), '\n');
  REQUIRE(lines.size() == 3);
  for (const std::string& line : lines) {
    INFO(line);
    CHECK(nlohmann::json::accept(line));
    for (const std::string& secret :
         {citizen, std::string("张小明"), std::string("11010119900307003"),
          std::string("23900001111"), std::string("xxxx")}) {
      CHECK_FALSE(absl::StrContains(line, secret));
    }
  }
  const auto made = nlohmann::json::parse(lines[0]);
  CHECK(made["method"] == "onething.testing.v1.Samples/CreateSample");
  CHECK(made["level"] == "debug");
  CHECK(made["caller"] == "portal");
  CHECK(made["on_behalf_of"] == "110101********" + citizen.substr(14));
  CHECK(made["request_id"] == "request-1");
  CHECK(made["trace_id"] == "trace-7");
  CHECK(made["code"] == "OK");
  CHECK(absl::StrContains(made["request"].get<std::string>(), "一个样品"));
  const auto refused = nlohmann::json::parse(lines[1]);
  CHECK(refused["level"] == "info");
  CHECK(refused["reason"] == "FIELD_INVALID");
  CHECK(absl::StrContains(refused["fields"].get<std::string>(), "citizen_number"));
  CHECK(absl::StrContains(refused["fields"].get<std::string>(), "secret_map[*]"));
  CHECK(nlohmann::json::parse(lines[2])["reason"] == "CALLER_UNKNOWN");

  const auto count = [&](const char* method, const char* code) {
    return process.metrics()
        .rpc.calls.With({absl::StrCat("onething.testing.v1.Samples/", method), code})
        .Value();
  };
  CHECK(count("CreateSample", "OK") == 1);
  CHECK(count("CreateSample", "UNAUTHENTICATED") == 1);
  CHECK(count("CheckRules", "INVALID_ARGUMENT") == 1);
}

TEST_CASE("at level info only refused and slow calls are written") {
  SampleProcess process({.router = {.slow_call = absl::InfiniteDuration()}});
  CapturedLog log;
  SetLogLevel(LogLevel::kInfo);
  CHECK(process.Call<pb::EchoResponse>("Echo", "editor", pb::EchoRequest()).ok());
  CHECK(log.text().empty());
  CHECK_FALSE(process.Call<pb::EchoResponse>("Echo", "nobody", pb::EchoRequest()).ok());
  CHECK(absl::StrContains(log.text(), "CALLER_UNKNOWN"));

  SampleProcess slow({.router = {.slow_call = absl::Microseconds(-1)}});
  CHECK(slow.Call<pb::EchoResponse>("Echo", "editor", pb::EchoRequest()).ok());
  CHECK(absl::StrContains(log.text(), "\"code\":\"OK\""));
  CHECK_FALSE(absl::StrContains(log.text(), "\"level\":\"debug\""));
}

TEST_CASE("a channel in the process carries calls, refusals and subjects") {
  SampleProcess process;
  InProcessChannel channel(&process.router(), "portal");
  const auto made =
      channel.Call<pb::Sample>("onething.testing.v1.Samples/CreateSample",
                               CreateRequest("a", "request-1"), {.on_behalf_of = CitizenOf(2)});
  REQUIRE(made.ok());
  CHECK(made->name() == "a");
  const auto refused = channel.Call<pb::Sample>("/onething.testing.v1.Samples/CreateSample",
                                                CreateRequest("", "request-2"));
  CHECK(ReasonOf(refused.status()) == common::v1::ERROR_REASON_FIELD_INVALID);
  CHECK(ViolationsOf(refused.status())->field_violations(0).field() == "sample.name");
  const auto wrong =
      channel.Call<pb::EchoResponse>("onething.testing.v1.Samples/GetSample", GetRequest("a"));
  CHECK(wrong.ok());  // A sample's name has the number of an echo's payload: bytes are bytes.
}

TEST_CASE("a router lists its methods with what the contract says of them") {
  SampleProcess process;
  const std::vector<const Method*> methods = process.router().methods();
  REQUIRE(methods.size() == 7);
  const Method* create = process.router().Find("/onething.testing.v1.Samples/CreateSample");
  REQUIRE(create != nullptr);
  CHECK(create->kind == options::v1::METHOD_KIND_COMMAND);
  CHECK(create->roles.ToVector() ==
        std::vector<Role>{options::v1::ROLE_PORTAL, options::v1::ROLE_EDITOR});
  CHECK(create->request->GetTypeName() == "onething.testing.v1.CreateSampleRequest");
  CHECK(create->name() == "onething.testing.v1.Samples/CreateSample");
}

}  // namespace
}  // namespace onething::rpc::test
