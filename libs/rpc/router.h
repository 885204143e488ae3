// Router: the one way of a call through a service, whoever brings it — the gRPC server, the
// simulation or a test. It finds the method, knows the caller, enforces the roles and field rules
// of the contract, runs the handler as a query or a command, makes a repeated request_id have one
// effect, writes the audit row, counts, logs and answers. Handlers only decide.
//
//   Dispatch ─► caller ─► role ─► parse ─► field rules ─► deadline, and then
//
//   a query      snapshot, memory only, on this thread ─(would wait)─► executor, disk allowed
//   a command    commit loop
//   a prepared   executor: prepare ─► commit loop
//
//   commit loop  request_id seen before? its answer
//                else deadline, handler, request row, audit row: one batch, then the answer

#ifndef ONETHING_LIBS_RPC_ROUTER_H_
#define ONETHING_LIBS_RPC_ROUTER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/io/zero_copy_stream.h"
#include "google/protobuf/message.h"
#include "libs/rpc/call.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/executor.h"
#include "libs/storage/store.h"
#include "libs/storage/view.h"
#include "libs/telemetry/metrics.h"

namespace onething::rpc {

// A call as it arrives. The texts are read during Dispatch only.
struct Inbound {
  // `/onething.catalogue.v1.Catalogue/GetItem`.
  absl::string_view method;
  // Who calls, as the transport has authenticated it.
  absl::string_view identity;
  // The subject the caller names; empty for none.
  absl::string_view on_behalf_of = {};
  // By the store's clock.
  absl::Time deadline = absl::InfiniteFuture();
  absl::string_view trace_id = {};
  // The serialized request.
  absl::string_view body = {};
};

// Takes the answer, once, on any thread: OK with the serialized response, or a refusal as it goes
// to the caller (with ErrorInfo and domain, without internals) and nothing.
using Reply = std::function<void(const absl::Status& status, std::string response)>;

// What a handler is, its types erased. A query's answer is taken as bytes, a command's as a
// message.
using QueryHandler =
    std::function<absl::Status(const storage::View&, const Call&,
                               const google::protobuf::Message& request, std::string* response)>;
using CommandHandler =
    std::function<absl::Status(storage::Txn&, const Call&, const google::protobuf::Message& request,
                               std::unique_ptr<google::protobuf::Message>* answer)>;
using PrepareHandler = std::function<absl::StatusOr<CommandHandler>(
    const storage::View&, const Call&, const google::protobuf::Message& request)>;

// One RPC of a router, for servers and tests that go through all of them. Opaque to services.
struct Method;

struct RouterOptions {
  // How long the answer of a command is kept for a repeated request_id.
  absl::Duration request_keep = absl::Hours(24 * 7);
  // A call that takes longer is logged at level info.
  absl::Duration slow_call = absl::Seconds(1);
};

// Methods are added before the first call; from then on safe from any thread.
class Router {
 public:
  // All but the options outlive the router; executor and commit loop are stopped before it ends.
  Router(storage::Store* store, const CallerDirectory* callers, Executor* executor,
         telemetry::Metrics* metrics, RouterOptions options = {});
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Answers one call: sooner or later `reply` is called, also on this thread before Dispatch
  // returns. Never blocks on the disk or on a peer.
  void Dispatch(const Inbound& inbound, Reply reply);

  // The same with the method looked up before and the request read from `body` during the call;
  // inbound.method and inbound.body are not looked at.
  void Dispatch(const Method& method, const Inbound& inbound,
                google::protobuf::io::ZeroCopyInputStream* body, Reply reply);

  // The method of this path; null when there is none.
  const Method* Find(absl::string_view path) const;

  // All methods in the order in which they were added.
  std::vector<const Method*> methods() const;

  // Begins to remove request rows older than request_keep, a bounded step at a time as commands,
  // until none is left. For a timer, about once a minute. Safe while an earlier sweep is still at
  // work.
  void SweepRequests();

  // Runs what waits in the executor and the commit loop until both are empty; true when there was
  // anything. Only when both are without threads.
  bool RunPending();

  // Whether executor and commit loop have threads of their own.
  bool threaded() const { return executor_.threaded(); }

  storage::Store& store() const { return store_; }

 private:
  friend class ServiceMethods;
  struct InFlight;

  void Add(std::unique_ptr<Method> method);
  absl::Status Admit(const Inbound& inbound, google::protobuf::io::ZeroCopyInputStream* body,
                     InFlight* call) const;
  absl::Status ReadSubject(const Inbound& inbound, InFlight* call) const;
  bool RunQuery(storage::ReadTier tier, InFlight* call) const;
  void PostToExecutor(const std::shared_ptr<InFlight>& call);
  void PostCommand(const std::shared_ptr<InFlight>& call);
  absl::Status Prepare(InFlight* call) const;
  absl::Status RunCommand(storage::Txn& txn, InFlight* call) const;
  absl::StatusOr<bool> Replay(const storage::View& view, InFlight* call) const;
  void Keep(storage::Txn& txn, const google::protobuf::Message& response, InFlight* call) const;
  absl::Status CheckDeadline(const InFlight& call) const;
  void Finish(const absl::Status& status, InFlight* call) const;
  void PostSweep();

  // Constant after construction.
  storage::Store& store_;
  const CallerDirectory& callers_;
  Executor& executor_;
  telemetry::Metrics& metrics_;
  const RouterOptions options_;
  const std::string domain_;

  // Constant after the last Add.
  std::vector<std::unique_ptr<Method>> methods_;
  absl::flat_hash_map<std::string, const Method*> by_path_;

  std::atomic<bool> sweeping_{false};
};

// Registers the RPCs of one service of the contract, one line each; the RPC is the one whose input
// type is the handler's request type. The destructor aborts the process, naming the RPC, unless all
// of the service were registered. Registering aborts unless the RPC is of the kind its option says,
// has roles and, as a command, a required request_id, or as a listing, page_size and tokens.
//
//   rpc::ServiceMethods methods(&router, "onething.catalogue.v1.Catalogue");
//   methods.Command(&items, &Items::CreateItem);
//   methods.Query(&items, &Items::GetItem);
class ServiceMethods {
 public:
  // `Answer` is the RPC's response type.
  template <class Noun, class Request, class Answer>
  using ReadsFn = absl::StatusOr<Answer> (Noun::*)(const storage::View&, const Call&,
                                                   const Request&) const;
  template <class Noun, class Request, class Answer>
  using WritesFn = absl::StatusOr<Answer> (Noun::*)(storage::Txn&, const Call&,
                                                    const Request&) const;
  template <class Noun, class Request, class Answer, class Prepared>
  using WritesPreparedFn = absl::StatusOr<Answer> (Noun::*)(storage::Txn&, const Call&,
                                                            const Request&, const Prepared&) const;

  // `router` outlives this; the service is in the generated descriptor pool.
  ServiceMethods(Router* router, absl::string_view service);
  ~ServiceMethods();
  ServiceMethods(const ServiceMethods&) = delete;
  ServiceMethods& operator=(const ServiceMethods&) = delete;

  // A query: reads a snapshot on any thread; may run twice, first from memory, then with the disk.
  template <class Noun, class Request, class Answer>
  void Query(const Noun* noun, ReadsFn<Noun, Request, Answer> handler) {
    AddQuery(Request::default_instance(), Answer::default_instance(), Erase(noun, handler));
  }

  // A query that takes long whatever is in memory, such as one that reads a whole table: runs on
  // the executor at once, so that it does not hold up a thread of the server.
  template <class Noun, class Request, class Answer>
  void LongQuery(const Noun* noun, ReadsFn<Noun, Request, Answer> handler) {
    AddLongQuery(Request::default_instance(), Answer::default_instance(), Erase(noun, handler));
  }

  // A command: runs on the commit loop.
  template <class Noun, class Request, class Answer>
  void Command(const Noun* noun, WritesFn<Noun, Request, Answer> handler) {
    AddCommand(Request::default_instance(), Answer::default_instance(),
               [noun, handler](storage::Txn& txn, const Call& call, const Message& request,
                               std::unique_ptr<Message>* answer) {
                 const auto& typed = static_cast<const Request&>(request);
                 return Take((noun->*handler)(txn, call, typed), answer);
               });
  }

  // A command with work before it that is heavy or waits for a peer: `prepare` reads a snapshot on
  // the executor, `handler` runs on the commit loop with what it returned and must expect the state
  // to have moved on in between. Prepare may run more than once for one request_id, and with no
  // command after it: it has no effect of its own that matters.
  template <class Noun, class Request, class Answer, class Prepared>
  void PreparedCommand(const Noun* noun, ReadsFn<Noun, Request, Prepared> prepare,
                       WritesPreparedFn<Noun, Request, Answer, Prepared> handler) {
    AddPreparedCommand(
        Request::default_instance(), Answer::default_instance(),
        [noun, prepare, handler](const storage::View& view, const Call& call,
                                 const Message& request) -> absl::StatusOr<CommandHandler> {
          const auto& typed = static_cast<const Request&>(request);
          absl::StatusOr<Prepared> prepared = (noun->*prepare)(view, call, typed);
          if (!prepared.ok()) {
            return prepared.status();
          }
          return Bind(noun, handler, *std::move(prepared));
        });
  }

 private:
  using Message = google::protobuf::Message;

  template <class Noun, class Request, class Answer>
  static QueryHandler Erase(const Noun* noun, ReadsFn<Noun, Request, Answer> handler) {
    return [noun, handler](const storage::View& view, const Call& call, const Message& request,
                           std::string* response) -> absl::Status {
      const auto& typed = static_cast<const Request&>(request);
      const absl::StatusOr<Answer> answer = (noun->*handler)(view, call, typed);
      if (answer.ok()) {
        answer->SerializeToString(response);
      }
      return answer.status();
    };
  }

  template <class Noun, class Request, class Answer, class Prepared>
  static CommandHandler Bind(const Noun* noun,
                             WritesPreparedFn<Noun, Request, Answer, Prepared> handler,
                             Prepared prepared) {
    // Shared because a std::function is copyable and what was prepared need not be.
    const auto shared = std::make_shared<const Prepared>(std::move(prepared));
    return [noun, handler, shared](storage::Txn& txn, const Call& call, const Message& request,
                                   std::unique_ptr<Message>* answer) {
      const auto& typed = static_cast<const Request&>(request);
      return Take((noun->*handler)(txn, call, typed, *shared), answer);
    };
  }

  template <class Answer>
  static absl::Status Take(absl::StatusOr<Answer> result, std::unique_ptr<Message>* answer) {
    if (result.ok()) {
      *answer = std::make_unique<Answer>(*std::move(result));
    }
    return result.status();
  }

  void AddQuery(const Message& request, const Message& answer, QueryHandler handler);
  void AddLongQuery(const Message& request, const Message& answer, QueryHandler handler);
  void AddCommand(const Message& request, const Message& answer, CommandHandler handler);
  void AddPreparedCommand(const Message& request, const Message& answer, PrepareHandler handler);
  std::unique_ptr<Method> NewMethod(const Message& request, const Message& answer,
                                    options::v1::MethodKind kind) const;

  Router* const router_;
  const google::protobuf::ServiceDescriptor* const service_;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_ROUTER_H_
