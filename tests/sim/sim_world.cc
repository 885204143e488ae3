#include "tests/sim/sim_world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/rpc/in_process_channel.h"
#include "onething/ops/v1/operations.pb.h"
#include "tests/support/node.h"
#include "tests/support/scratch_suite.h"
#include "tools/onething/suite_file.h"

namespace onething::sim {
namespace {

constexpr absl::Duration kRetryPause = absl::Seconds(2);
constexpr absl::Duration kIdleStep = absl::Seconds(5);
constexpr uint32_t kStepsUntilTear = 40;
constexpr char kOperations[] = "onething.ops.v1.Operations/";

bool IsAnswer(const absl::Status& status) {
  const auto reason = ReasonOf(status);
  return status.ok() ||
         (reason.has_value() && reason != common::v1::ERROR_REASON_PEER_UNREACHABLE &&
          reason != common::v1::ERROR_REASON_NOT_SERVING &&
          reason != common::v1::ERROR_REASON_QUEUE_FULL &&
          reason != common::v1::ERROR_REASON_DEADLINE_PASSED);
}

}  // namespace

SimWorld::SimWorld(uint32_t seed) : network_(&clock_, seed) {
  for (const char* province : {"36", "33"}) {
    for (const char* service : tool::kServices) {
      auto node = std::make_unique<Node>();
      node->province = province;
      node->service = service;
      nodes_[absl::StrCat(province, "/", service)] = std::move(node);
    }
  }
}

SimWorld::~SimWorld() {
  for (auto& [name, node] : nodes_) {
    network_.SetHost(name, nullptr);
  }
}

absl::Status SimWorld::Start() {
  for (auto& [name, node] : nodes_) {
    RETURN_IF_ERROR(Open(node.get()));
  }
  return absl::OkStatus();
}

void SimWorld::set_faults(const WorldFaults& faults) {
  faults_ = faults;
  network_.set_faults(faults.network);
}

absl::Status SimWorld::Open(Node* node) {
  testing::NodeOptions options{
      .service = node->service,
      .config_file = testing::ScratchSuite::Shared().ConfigFile(node->service, node->province),
      .disk = &node->disk,
      .on_failed = [node] { node->commit_failed = true; }};
  const std::string identity = absl::StrCat(node->service, ".", node->province);
  for (const char* peer : tool::kServices) {
    options.channels[peer] = network_.ChannelTo(absl::StrCat(node->province, "/", peer), identity);
  }
  // Other services ask the catalogue while they wait: it is called directly, and does not crash.
  if (const auto& catalogue = nodes_.at(absl::StrCat(node->province, "/catalogue"));
      catalogue.get() != node) {
    options.channels["catalogue"] =
        std::make_unique<rpc::InProcessChannel>(&catalogue->host->router(), identity);
  }
  const std::string other = node->province == "36" ? "33" : "36";
  options.channels["relay." + other] = network_.ChannelTo(other + "/relay", identity);
  ASSIGN_OR_RETURN(node->host, testing::OpenNode(std::move(options), &clock_));
  node->commit_failed = false;
  network_.SetHost(absl::StrCat(node->province, "/", node->service), node->host.get());
  return Check(node);
}

void SimWorld::Crash(Node* node) {
  ++crash_count_;
  network_.SetHost(absl::StrCat(node->province, "/", node->service), nullptr);
  node->disk.PowerOff();
  node->host.reset();
  node->disk.PowerOn();
  const auto down_ms = static_cast<uint32_t>(absl::ToInt64Milliseconds(faults_.down_max));
  network_.After(absl::Milliseconds(1 + network_.Random(down_ms)), [this, node] {
    if (node->host == nullptr && broken_.ok()) {
      broken_ = Open(node);
    }
  });
}

absl::Status SimWorld::Check(Node* node) {
  const std::string name = absl::StrCat(node->province, "/", node->service);
  ASSIGN_OR_RETURN(const auto audit, Ask<ops::v1::VerifyAuditResponse>(
                                         name, "operator", absl::StrCat(kOperations, "VerifyAudit"),
                                         ops::v1::VerifyAuditRequest()));
  if (!audit.intact()) {
    return absl::DataLossError(absl::StrCat(name, " audit: ", audit.finding()));
  }
  ASSIGN_OR_RETURN(const auto store, Ask<ops::v1::CheckStoreResponse>(
                                         name, "operator", absl::StrCat(kOperations, "CheckStore"),
                                         ops::v1::CheckStoreRequest()));
  for (const ops::v1::CheckResult& result : store.results()) {
    if (!result.sound()) {
      return absl::DataLossError(absl::StrCat(name, " ", result.check(), ": ", result.finding()));
    }
  }
  return absl::OkStatus();
}

// Runs what can be done now on every node; a node whose commit failed ends, as its process would.
absl::Status SimWorld::SettleAll() {
  for (auto& [name, node] : nodes_) {
    if (node->host != nullptr) {
      node->host->RunPending();
      node->host->RunTicks(clock_.Now());
      if (node->commit_failed) {
        Crash(node.get());
      }
    }
  }
  return broken_;
}

absl::Status SimWorld::Step() {
  RETURN_IF_ERROR(SettleAll());
  if (network_.Chance(faults_.crashes)) {
    auto node = nodes_.begin();
    std::advance(node, network_.Random(static_cast<uint32_t>(nodes_.size())));
    if (node->second->host != nullptr && node->second->service != "catalogue") {
      if (network_.Chance(faults_.crashes_in_commit)) {
        node->second->disk.TearFailingAppends(network_.Random(64));
        node->second->disk.FailFrom(network_.Random(kStepsUntilTear));
      } else {
        Crash(node->second.get());
      }
    }
  }
  if (network_.NextTime() > clock_.Now() + kIdleStep) {
    clock_.Advance(kIdleStep);
  } else {
    network_.RunNext();
  }
  return SettleAll();
}

absl::Status SimWorld::RunUntil(const std::function<bool()>& done, absl::Duration limit) {
  const absl::Time end = clock_.Now() + limit;
  while (!done()) {
    if (clock_.Now() > end) {
      return absl::DeadlineExceededError("the simulation did not come to its end");
    }
    RETURN_IF_ERROR(Step());
  }
  return absl::OkStatus();
}

void SimWorld::Call(const std::string& node, const std::string& identity, const std::string& method,
                    const std::string& request, const std::string& on_behalf_of,
                    rpc::Channel::Done done) {
  std::unique_ptr<rpc::Channel>& channel = outside_[absl::StrCat(node, " ", identity)];
  if (channel == nullptr) {
    channel = network_.ChannelTo(node, identity);
  }
  channel->CallAsync(method, request, {.on_behalf_of = on_behalf_of},
                     [=, this, done = std::move(done)](const absl::StatusOr<std::string>& answer) {
                       if (IsAnswer(answer.status())) {
                         done(answer);
                       } else {
                         network_.After(kRetryPause, [=, this] {
                           Call(node, identity, method, request, on_behalf_of, done);
                         });
                       }
                     });
}

absl::Status SimWorld::AskNow(const std::string& node, const std::string& identity,
                              const std::string& method, const google::protobuf::Message& request,
                              google::protobuf::Message* response) {
  runtime::Host* const host = nodes_.at(node)->host.get();
  if (host == nullptr) {
    return absl::UnavailableError(absl::StrCat(node, " is down"));
  }
  absl::Status outcome = absl::UnavailableError("not answered");
  const std::string path = absl::StrCat("/", method);
  const std::string body = request.SerializeAsString();
  host->router().Dispatch({.method = path, .identity = identity, .body = body},
                          [&](const absl::Status& status, std::string bytes) {
                            outcome = status;
                            if (status.ok() && !response->ParseFromString(bytes)) {
                              outcome = absl::DataLossError("not a response");
                            }
                          });
  host->router().RunPending();
  return outcome;
}

absl::Status SimWorld::Heal() {
  set_faults({});
  for (auto& [name, node] : nodes_) {
    node->disk.FailFrom(-1);
    if (node->host == nullptr) {
      RETURN_IF_ERROR(Open(node.get()));
    }
  }
  return broken_;
}

absl::Status SimWorld::CheckAll() {
  for (auto& [name, node] : nodes_) {
    if (node->host != nullptr) {
      RETURN_IF_ERROR(Check(node.get()));
    }
  }
  return absl::OkStatus();
}

}  // namespace onething::sim
