// Two provinces in one process, for tests: each a whole relay on a host with a disk in memory, a
// handler in place of its workflow service, and between them a network that can lose, double, delay
// and reorder calls and their answers. One clock, one thread, no wire.

#ifndef ONETHING_SERVICES_RELAY_TEST_PROVINCES_H_
#define ONETHING_SERVICES_RELAY_TEST_PROVINCES_H_

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/base/log.h"
#include "libs/crypto/sm2.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/in_process_channel.h"
#include "libs/rpc/server_config.h"
#include "libs/runtime/host.h"
#include "libs/storage/memory_disk.h"
#include "onething/config/v1/relay.pb.h"
#include "onething/relay/v1/relay.pb.h"
#include "services/relay/wiring.h"

namespace onething::relay::test {

using options::v1::Role;

inline absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                   "no answer");
}

// What the workflow service is to the relay, durable whatever happens to the relay. Answers a
// repeated request_id with the first answer, as every service does.
class Handler {
 public:
  absl::StatusOr<std::string> Answer(absl::string_view method, const std::string& request) {
    if (method == "onething.relay.v1.TransferHandler/HandleTransfer") {
      return HandleTransfer(request);
    }
    REQUIRE(method == "onething.relay.v1.TransferHandler/HandleReceipt");
    v1::HandleReceiptRequest told_request;
    REQUIRE(told_request.ParseFromString(request));
    if (seen_.insert(told_request.request_id()).second) {
      told[told_request.transfer()].push_back(told_request);
    }
    return v1::HandleReceiptResponse().SerializeAsString();
  }

  // Which kinds of receipts were told of a transfer, in their order.
  std::vector<v1::ReceiptContent::Kind> KindsTold(const std::string& transfer) const {
    std::vector<v1::ReceiptContent::Kind> kinds;
    const auto found = told.find(transfer);
    if (found != told.end()) {
      for (const v1::HandleReceiptRequest& request : found->second) {
        kinds.push_back(request.content().kind());
      }
    }
    return kinds;
  }

  // Not OK: how transfers of this case (empty: of every case) are answered.
  absl::Status refusal;
  std::string refused_case;
  // Message numbers taken over, by source and case, in their order; a number twice is two effects.
  std::map<std::string, std::vector<int64_t>> handled;
  // The transfers behind them.
  std::set<std::string> transfers;
  // What was told, by transfer.
  std::map<std::string, std::vector<v1::HandleReceiptRequest>> told;

 private:
  absl::StatusOr<std::string> HandleTransfer(const std::string& bytes) {
    v1::HandleTransferRequest request;
    REQUIRE(request.ParseFromString(bytes));
    const v1::Envelope& envelope = request.envelope();
    if (!refusal.ok() && (refused_case.empty() || refused_case == envelope.case_name())) {
      return refusal;
    }
    if (seen_.insert(request.request_id()).second) {
      handled[absl::StrCat(envelope.source(), "/", envelope.case_name())].push_back(
          envelope.message_number());
      transfers.insert(request.transfer());
    }
    return v1::HandleTransferResponse().SerializeAsString();
  }

  std::set<std::string> seen_;
};

class Network;

// One province: its relay's host and configuration, and its handler.
class Province {
 public:
  Province(std::string code, const Clock* clock, Network* network);
  ~Province() { Close(); }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  // Believes the present key of `peer` and takes its calls, from the next Open on.
  void Trust(const Province& peer);

  // Opens the relay on its disk and serves.
  void Open();
  // Ends the relay in order.
  void Close() { Stop(); }
  // Loses what was not synced; the relay is down until Open.
  void CutPower() {
    disk.PowerOff();
    Stop();
    disk.PowerOn();
  }

  bool is_up() const { return host_ != nullptr; }
  runtime::Host& host() { return *host_; }

  // Calls the relay as `identity`; UNAVAILABLE while it is down.
  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& identity, const char* method,
                                const Request& request) {
    if (!is_up()) {
      return Unreachable();
    }
    return rpc::InProcessChannel(&host_->router(), identity).Call<Response>(method, request);
  }

  absl::StatusOr<v1::Transfer> Submit(const v1::SubmitTransferRequest& request) {
    return Call<v1::Transfer>("workflow", "onething.relay.v1.Relay/SubmitTransfer", request);
  }
  absl::StatusOr<v1::Transfer> Get(const std::string& name) {
    v1::GetTransferRequest request;
    request.set_name(name);
    return Call<v1::Transfer>("operator", "onething.relay.v1.Relay/GetTransfer", request);
  }
  absl::StatusOr<v1::ListTransfersResponse> List(const v1::ListTransfersRequest& request) {
    return Call<v1::ListTransfersResponse>("operator", "onething.relay.v1.Relay/ListTransfers",
                                           request);
  }
  absl::StatusOr<v1::Transfer> Report(const std::string& name, const std::string& payload,
                                      const std::string& request_id = RandomId()) {
    v1::ReportResultRequest request;
    request.set_name(name);
    request.set_payload_type("onething.workflow.v1.HandOverResult");
    request.set_payload(payload);
    request.set_request_id(request_id);
    return Call<v1::Transfer>("workflow", "onething.relay.v1.Relay/ReportResult", request);
  }
  // Replays every dead letter; returns how many there were.
  int ReplayDeadLetters();
  std::vector<ops::v1::OutboxEntry> DeadLetters();
  // Whether the store is sound; the finding where it is not.
  std::string Soundness();

  const std::string code;
  config::v1::RelayConfig config;
  crypto::PrivateKey key = crypto::PrivateKey::Generate();
  storage::MemoryDisk disk;
  Handler handler;
  // A commit failed: the relay must be opened anew.
  bool failed = false;

 private:
  void Stop();

  const Clock* const clock_;
  Network* const network_;
  std::unique_ptr<runtime::Host> host_;
};

// Carries calls between the provinces' relays, and from each to its handler.
class Network {
 public:
  // In a hundred calls, about how many.
  struct Faults {
    unsigned lost = 0;
    unsigned answer_lost = 0;
    unsigned doubled = 0;
    unsigned delayed = 0;
  };

  explicit Network(unsigned seed = 1) : random_(seed) {}

  // A channel of `from` to what it calls `to`.
  std::unique_ptr<rpc::Channel> ChannelTo(Province* from, const std::string& to) {
    return std::make_unique<Line>(this, from, to);
  }
  void Add(Province* province) { provinces_[absl::StrCat("relay.", province->code)] = province; }

  // Lets one delayed call, any, arrive; false when none waits.
  bool DeliverOne() {
    if (delayed_.empty()) {
      return false;
    }
    const size_t chosen = random_() % delayed_.size();
    std::swap(delayed_[chosen], delayed_.back());
    const Message message = std::move(delayed_.back());
    delayed_.pop_back();
    Arrive(message);
    return true;
  }

  // Nobody waits for the answers of calls that `from` has made.
  void Forget(const Province* from) {
    for (Message& message : delayed_) {
      if (message.from == from) {
        message.done = [](const absl::StatusOr<std::string>&) {};
      }
    }
  }

  bool Dice(unsigned percent) { return random_() % 100 < percent; }
  unsigned Pick(unsigned count) { return static_cast<unsigned>(random_() % count); }

  Faults faults;
  // Calls between relays so far.
  int calls = 0;

 private:
  struct Message {
    Province* from;
    std::string to;
    std::string method;
    std::string request;
    rpc::Channel::Done done;
  };

  class Line final : public rpc::Channel {
   public:
    Line(Network* network, Province* from, std::string to)
        : network_(network), from_(from), to_(std::move(to)) {}
    void CallAsync(absl::string_view method, std::string request, const rpc::CallOptions&,
                   Done done) override {
      network_->Carry({from_, to_, std::string(method), std::move(request), std::move(done)});
    }

   private:
    Network* const network_;
    Province* const from_;
    const std::string to_;
  };

  void Carry(Message message) {
    if (Dice(faults.lost)) {
      message.done(Unreachable());
    } else if (Dice(faults.delayed)) {
      delayed_.push_back(std::move(message));
    } else {
      Arrive(message);
    }
  }

  void Arrive(const Message& message) {
    if (Dice(faults.doubled)) {
      static_cast<void>(CallOn(message));
    }
    const absl::StatusOr<std::string> answer = CallOn(message);
    message.done(Dice(faults.answer_lost) ? Unreachable() : answer);
  }

  absl::StatusOr<std::string> CallOn(const Message& message) {
    if (message.to == "workflow") {
      return message.from->handler.Answer(message.method, message.request);
    }
    ++calls;
    Province* to = provinces_.at(message.to);
    if (!to->is_up()) {
      return Unreachable();
    }
    absl::StatusOr<std::string> answer = absl::UnknownError("not answered");
    rpc::InProcessChannel(&to->host().router(), absl::StrCat("relay.", message.from->code))
        .CallAsync(message.method, message.request, {},
                   [&answer](absl::StatusOr<std::string> given) { answer = std::move(given); });
    return answer;
  }

  std::mt19937 random_;
  std::map<std::string, Province*> provinces_;
  std::vector<Message> delayed_;
};

inline Province::Province(std::string province_code, const Clock* clock, Network* network)
    : code(std::move(province_code)), clock_(clock), network_(network) {
  network_->Add(this);
  config::v1::ServerConfig& server = *config.mutable_server();
  server.set_province(code);
  server.set_listen_address("127.0.0.1:0");
  server.set_data_dir("/relay");
  server.set_development_plaintext(true);
  server.set_log_level("error");
  (*server.mutable_peers())["workflow"] = "127.0.0.1:1";
  const std::pair<const char*, Role> callers[] = {{"workflow", Role::ROLE_SERVICE},
                                                  {"operator", Role::ROLE_OPERATOR},
                                                  {"relay.99", Role::ROLE_PEER}};
  for (const auto& [identity, role] : callers) {
    config::v1::CallerEntry* caller = server.add_callers();
    caller->set_identity(identity);
    caller->add_roles(role);
  }
}

inline void Province::Trust(const Province& peer) {
  const std::string name = absl::StrCat("relay.", peer.code);
  config::v1::ServerConfig& server = *config.mutable_server();
  if (!server.peers().contains(name)) {
    (*server.mutable_peers())[name] = "127.0.0.1:1";
    config::v1::CallerEntry* caller = server.add_callers();
    caller->set_identity(name);
    caller->add_roles(Role::ROLE_PEER);
    config::v1::RelayPeer* entry = config.add_peers();
    entry->set_province(peer.code);
    entry->set_identity(name);
  }
  for (config::v1::RelayPeer& entry : *config.mutable_peers()) {
    if (entry.province() == peer.code) {
      entry.add_public_keys(peer.key.public_key().ToHex());
    }
  }
}

inline void Province::Open() {
  runtime::Channels channels;
  for (const auto& [name, address] : config.server().peers()) {
    channels[name] = network_->ChannelTo(this, name);
  }
  failed = false;
  host_ = runtime::Host::Open({.service = "relay",
                               .server = rpc::CompleteServerConfig(config.server()).value(),
                               .threaded = false,
                               .memory_disk = &disk,
                               .on_failed = [this] { failed = true; }},
                              std::move(channels), clock_)
              .value();
  crypto::PrivateKey copy = crypto::PrivateKey::FromPem(key.ToPem()).value();
  REQUIRE(WireWith(std::move(copy), config, *host_).ok());
  host_->Start();
}

inline void Province::Stop() {
  network_->Forget(this);
  host_.reset();
}

inline std::vector<ops::v1::OutboxEntry> Province::DeadLetters() {
  ops::v1::ListOutboxEntriesRequest request;
  request.set_state(ops::v1::OutboxEntry::DEAD);
  const auto dead = Call<ops::v1::ListOutboxEntriesResponse>(
      "operator", "onething.ops.v1.Operations/ListOutboxEntries", request);
  return {dead.value().entries().begin(), dead.value().entries().end()};
}

inline int Province::ReplayDeadLetters() {
  int count = 0;
  for (const ops::v1::OutboxEntry& entry : DeadLetters()) {
    ops::v1::ReplayOutboxEntryRequest request;
    request.set_id(entry.id());
    request.set_request_id(RandomId());
    REQUIRE(Call<ops::v1::OutboxEntry>("operator", "onething.ops.v1.Operations/ReplayOutboxEntry",
                                       request)
                .ok());
    ++count;
  }
  return count;
}

inline std::string Province::Soundness() {
  const auto checked = Call<ops::v1::CheckStoreResponse>(
      "operator", "onething.ops.v1.Operations/CheckStore", ops::v1::CheckStoreRequest());
  std::string findings;
  for (const ops::v1::CheckResult& result : checked.value().results()) {
    absl::StrAppend(&findings, result.finding());
  }
  return findings.empty() ? "sound" : findings;
}

// 江西 and 浙江, who trust each other, on one clock.
class TwoProvinces {
 public:
  explicit TwoProvinces(unsigned seed = 1) : network(seed) {
    SetLogLevel(LogLevel::kError);
    source.Trust(target);
    target.Trust(source);
    source.Open();
    target.Open();
  }

  // Runs everything that can be done at this instant.
  void Settle() {
    bool ran = true;
    while (ran) {
      ran = network.DeliverOne();
      for (Province* province : {&source, &target}) {
        ran = (province->is_up() && province->host().RunPending()) || ran;
      }
    }
  }

  // Lets time pass, in steps short against every pause between two tries.
  void Pass(absl::Duration duration, absl::Duration step = absl::Minutes(1)) {
    for (absl::Duration passed; passed < duration; passed += step) {
      clock.Advance(step);
      Settle();
    }
  }

  FakeClock clock;
  Network network;
  Province source{"36", &clock, &network};
  Province target{"33", &clock, &network};
};

// A request that is complete.
inline v1::SubmitTransferRequest SampleSubmission(const std::string& case_name = "cases/36-1",
                                                  int64_t number = 1) {
  v1::SubmitTransferRequest request;
  request.set_target("33");
  request.set_case_name(case_name);
  request.set_message_number(number);
  request.set_mode(v1::MODE_FULLY_ONLINE);
  request.set_catalog_code("442199806006");
  request.set_purpose("跨省通办：社会保障卡申领（个人信息保护法第二十三条，已取得单独同意）");
  request.set_payload_type("onething.workflow.v1.HandOver");
  request.set_payload(absl::StrCat("payload of ", case_name, " ", number));
  request.set_message_key("items/social-card");
  request.set_request_id(RandomId());
  return request;
}

}  // namespace onething::relay::test

#endif  // ONETHING_SERVICES_RELAY_TEST_PROVINCES_H_
