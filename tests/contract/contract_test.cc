// What is true of every RPC of every service, checked by going through all of them: a new RPC is
// covered without a line here.

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/method.h"
#include "libs/rpc/router.h"
#include "tests/support/node.h"
#include "tests/support/random_message.h"
#include "tests/support/scratch_suite.h"
#include "tools/onething/suite_file.h"

namespace onething {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Everybody a development suite knows.
const char* const kCallers[] = {"portal",     "editor",  "authority", "operator",
                                "supervisor", "service", "relay.33"};

// A peer that is down.
class DownPeer final : public rpc::Channel {
 public:
  void CallAsync(absl::string_view, std::string, const rpc::CallOptions&, Done done) override {
    done(MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                   "the peer is down"));
  }
};

runtime::Channels DownPeers() {
  runtime::Channels channels;
  for (const char* service : tool::kServices) {
    channels[service] = std::make_unique<DownPeer>();
  }
  channels["relay.33"] = std::make_unique<DownPeer>();
  return channels;
}

// One service without its peers, alone in memory.
class Service {
 public:
  explicit Service(const std::string& name)
      : host_(testing::OpenNode({.service = name,
                                 .config_file = testing::ScratchSuite::Shared().ConfigFile(name),
                                 .disk = &disk_,
                                 .channels = DownPeers()},
                                &clock_)
                  .value()) {}

  std::vector<const rpc::Method*> methods() const { return host_->router().methods(); }

  struct Answer {
    absl::Status status;
    std::string body;
  };

  Answer Call(const rpc::Method& method, const std::string& identity, const std::string& body,
              absl::Time deadline = absl::InfiniteFuture()) {
    Answer answer;
    bool answered = false;
    host_->router().Dispatch({.method = method.path,
                              .identity = identity,
                              .on_behalf_of = identity == "portal" ? "11010519491231002X" : "",
                              .deadline = deadline,
                              .body = body},
                             [&](const absl::Status& status, std::string response) {
                               answer = {status, std::move(response)};
                               answered = true;
                             });
    host_->router().RunPending();
    REQUIRE(answered);
    return answer;
  }

  // A caller whom the method lets in; empty when there is none.
  std::string CallerFor(const rpc::Method& method) {
    for (const char* caller : kCallers) {
      const auto reason = ReasonOf(Call(method, caller, "").status);
      if (reason != common::v1::ERROR_REASON_ROLE_MISSING &&
          reason != common::v1::ERROR_REASON_CALLER_UNKNOWN) {
        return caller;
      }
    }
    return "";
  }

  absl::Time now() const { return clock_.Now(); }

 private:
  FakeClock clock_;
  storage::MemoryDisk disk_;
  std::unique_ptr<runtime::Host> host_;
};

// Runs `check` for every method of every service, each service made anew.
void ForEveryMethod(const std::function<void(Service&, const rpc::Method&)>& check) {
  for (const char* name : tool::kServices) {
    Service service(name);
    for (const rpc::Method* method : service.methods()) {
      INFO(method->path);
      check(service, *method);
    }
  }
}

bool HasRequiredField(const rpc::Method& method) {
  const auto* type = method.descriptor->input_type();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto& rules = type->field(i)->options().GetExtension(options::v1::field);
    if (rules.required() || rules.items_min() > 0) {
      return true;
    }
  }
  return false;
}

const FieldDescriptor* FieldOf(const rpc::Method& method, const char* name) {
  return method.descriptor->input_type()->FindFieldByName(name);
}

std::unique_ptr<Message> NewRequest(const rpc::Method& method) {
  return std::unique_ptr<Message>(method.request->New());
}

TEST_CASE("every method of the contract is served") {
  std::set<std::string> served;
  ForEveryMethod([&](Service&, const rpc::Method& method) {
    served.insert(std::string(method.descriptor->service()->full_name()));
  });
  CHECK(served ==
        std::set<std::string>{"onething.catalogue.v1.Catalogue", "onething.license.v1.Licenses",
                              "onething.ops.v1.Operations", "onething.rating.v1.Ratings",
                              "onething.relay.v1.Relay", "onething.relay.v1.RelayPeer",
                              "onething.relay.v1.TransferHandler", "onething.workflow.v1.Bundles",
                              "onething.workflow.v1.Cases", "onething.workflow.v1.Tasks"});
}

TEST_CASE("an unknown caller is refused by every method") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    CHECK(ReasonOf(service.Call(method, "nobody", "").status) ==
          common::v1::ERROR_REASON_CALLER_UNKNOWN);
    CHECK(ReasonOf(service.Call(method, "", "").status) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
  });
}

TEST_CASE("every method lets in exactly the callers with one of its roles") {
  const std::map<std::string, options::v1::Role> roles = {
      {"portal", options::v1::ROLE_PORTAL},         {"editor", options::v1::ROLE_EDITOR},
      {"authority", options::v1::ROLE_AUTHORITY},   {"operator", options::v1::ROLE_OPERATOR},
      {"supervisor", options::v1::ROLE_SUPERVISOR}, {"service", options::v1::ROLE_SERVICE}};
  ForEveryMethod([&](Service& service, const rpc::Method& method) {
    const auto& rules = method.descriptor->options().GetExtension(options::v1::method);
    for (const auto& [caller, role] : roles) {
      bool allowed = false;
      for (const int wanted : rules.roles()) {
        allowed = allowed || wanted == role || wanted == options::v1::ROLE_ANY;
      }
      INFO(caller);
      const auto reason = ReasonOf(service.Call(method, caller, "").status);
      CHECK((reason != common::v1::ERROR_REASON_ROLE_MISSING) == allowed);
    }
  });
}

TEST_CASE("bytes that are no request are refused with every fault's reason") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    const std::string caller = service.CallerFor(method);
    REQUIRE_FALSE(caller.empty());
    const Service::Answer answer = service.Call(method, caller, "\xff\xff\xff garbage");
    CHECK(absl::IsInvalidArgument(answer.status));
    CHECK(ReasonOf(answer.status) == common::v1::ERROR_REASON_FIELD_INVALID);
  });
}

TEST_CASE(
    "an empty request is refused where a field is required, and every required field is named") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    const Service::Answer answer = service.Call(method, service.CallerFor(method), "");
    if (!HasRequiredField(method)) {
      return;
    }
    CHECK(ReasonOf(answer.status) == common::v1::ERROR_REASON_FIELD_INVALID);
    const auto faults = ViolationsOf(answer.status);
    REQUIRE(faults.has_value());
    std::set<std::string> named;
    for (const auto& fault : faults->field_violations()) {
      named.insert(fault.field());
    }
    const auto* type = method.descriptor->input_type();
    for (int i = 0; i < type->field_count(); ++i) {
      if (type->field(i)->options().GetExtension(options::v1::field).required()) {
        INFO(type->field(i)->name());
        CHECK(named.count(std::string(type->field(i)->name())) == 1);
      }
    }
  });
}

TEST_CASE("every text of every request has a limit") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    const auto* type = method.descriptor->input_type();
    const std::string caller = service.CallerFor(method);
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || field->is_repeated()) {
        continue;
      }
      const std::unique_ptr<Message> request = NewRequest(method);
      request->GetReflection()->SetString(request.get(), field, std::string(2 << 20, 'x'));
      const absl::Status status = service.Call(method, caller, request->SerializeAsString()).status;
      INFO(field->name());
      const auto faults = ViolationsOf(status);
      REQUIRE(faults.has_value());
      bool named = false;
      for (const auto& fault : faults->field_violations()) {
        named = named || fault.field() == field->name();
      }
      CHECK(named);
    }
  });
}

TEST_CASE(
    "a listing refuses a page token that is none of its own, and a page size beyond its limit") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    const FieldDescriptor* token = FieldOf(method, "page_token");
    if (token == nullptr) {
      return;
    }
    const std::string caller = service.CallerFor(method);
    const std::unique_ptr<Message> request = NewRequest(method);
    std::mt19937 random(1);
    request->GetReflection()->SetInt32(request.get(), FieldOf(method, "page_size"), 201);
    CHECK(ReasonOf(service.Call(method, caller, request->SerializeAsString()).status) ==
          common::v1::ERROR_REASON_FIELD_INVALID);
  });
}

TEST_CASE("a call whose deadline has passed does nothing and says so") {
  ForEveryMethod([](Service& service, const rpc::Method& method) {
    if (HasRequiredField(method)) {
      return;
    }
    const Service::Answer answer =
        service.Call(method, service.CallerFor(method), "", service.now() - absl::Seconds(1));
    CHECK(ReasonOf(answer.status) == common::v1::ERROR_REASON_DEADLINE_PASSED);
  });
}

TEST_CASE("every command asks for a request id, and no query does") {
  ForEveryMethod([](Service&, const rpc::Method& method) {
    const FieldDescriptor* request_id = FieldOf(method, "request_id");
    if (method.kind == options::v1::METHOD_KIND_COMMAND) {
      REQUIRE(request_id != nullptr);
      CHECK(request_id->options().GetExtension(options::v1::field).required());
    } else if (std::string(method.descriptor->name()) != "ListAuditRows") {
      CHECK(request_id == nullptr);
    }
  });
}

TEST_CASE("no request whatever is answered with an internal error or without a reason") {
  for (const char* name : tool::kServices) {
    Service service(name);
    std::mt19937 random(20260302);
    for (int round = 0; round < 40; ++round) {
      for (const rpc::Method* method : service.methods()) {
        const std::unique_ptr<Message> request = NewRequest(*method);
        testing::FillRandomly(random, request.get());
        const std::string caller = kCallers[random() % std::size(kCallers)];
        INFO(method->path << " as " << caller << " round " << round << "\n"
                          << request->ShortDebugString());
        const Service::Answer answer = service.Call(*method, caller, request->SerializeAsString());
        if (!answer.status.ok()) {
          CHECK(ReasonOf(answer.status).has_value());
          CHECK(ErrorInfoOf(answer.status)->domain() == absl::StrCat(name, ".onething"));
          CHECK(ReasonOf(answer.status) != common::v1::ERROR_REASON_INTERNAL);
          CHECK_FALSE(answer.status.message().empty());
        }
      }
    }
  }
}

TEST_CASE("the same command again is answered alike, and another under its request id is refused") {
  int repeated = 0;
  for (const char* name : tool::kServices) {
    Service service(name);
    std::mt19937 random(20260303);
    for (int round = 0; round < 60; ++round) {
      for (const rpc::Method* method : service.methods()) {
        if (method->kind != options::v1::METHOD_KIND_COMMAND) {
          continue;
        }
        const std::unique_ptr<Message> request = NewRequest(*method);
        testing::FillRandomly(random, request.get());
        request->GetReflection()->SetString(
            request.get(), method->request_id,
            absl::StrCat("request-", name, "-", round, "-", method->descriptor->index()));
        const std::string caller = service.CallerFor(*method);
        const std::string body = request->SerializeAsString();
        const Service::Answer first = service.Call(*method, caller, body);
        const Service::Answer second = service.Call(*method, caller, body);
        INFO(method->path);
        CHECK(first.status.ok() == second.status.ok());
        CHECK(first.body == second.body);
        repeated += first.status.ok() ? 1 : 0;
      }
    }
  }
  WARN("commands that were accepted and repeated: " << repeated);
}

}  // namespace
}  // namespace onething
