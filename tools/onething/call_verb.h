// Noun: a noun of the command line and its verbs. A verb that calls an RPC is one statement: its
// name, its help, who calls by default, its options, and how the answer is shown. The method and
// the service follow from the request's type.

#ifndef ONETHING_TOOLS_ONETHING_CALL_VERB_H_
#define ONETHING_TOOLS_ONETHING_CALL_VERB_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "google/protobuf/message.h"
#include "tools/onething/commands.h"
#include "tools/onething/request_options.h"

namespace onething::tool {

// Who a verb calls as unless --as says otherwise: a caller that `onething up` configures.
struct DefaultCaller {
  const char* name;
  // Instead, when --for names a subject.
  const char* for_subject = nullptr;
};

inline constexpr DefaultCaller kEditor{"editor"};
inline constexpr DefaultCaller kPortal{"portal"};
inline constexpr DefaultCaller kAuthority{"authority"};
inline constexpr DefaultCaller kOperator{"operator"};
inline constexpr DefaultCaller kSupervisor{"supervisor"};
inline constexpr DefaultCaller kService{"service"};
// A person's own records are read by a portal, all others by who may see them.
inline constexpr DefaultCaller kSupervisorOrPortal{"supervisor", "portal"};
inline constexpr DefaultCaller kAuthorityOrPortal{"authority", "portal"};

// One verb's request, options and target. Single-threaded; `request` and `program` outlive it.
class CallVerb {
 public:
  // Adds the options, and those that follow from the contract: --request-id for a command,
  // --page-size and --page-token for a listing, --service for a method that every service has.
  CallVerb(CLI::App* verb, Program* program, DefaultCaller caller, std::vector<FieldOption> options,
           google::protobuf::Message* request);

  // Fills the request; the exit code when the command line or a file is wrong, having said so.
  std::optional<int> Prepare();

  // Shows a refusal of the call, with the places in the files given; returns the exit code.
  int Refuse(const absl::Status& status) const;

  // After Prepare: the service, `onething.catalogue.v1.Catalogue/GetItem`, and the identity.
  const std::string& service() const { return service_; }
  const std::string& method() const { return method_; }
  std::string identity() const;

 private:
  Program* const program_;
  const DefaultCaller caller_;
  google::protobuf::Message* const request_;
  std::string method_;
  std::string service_;
  std::string request_id_;
  std::optional<RequestOptions> options_;
};

// Writes `下一页：…` when the answer is a page that another follows.
void PrintNextPage(const google::protobuf::Message& response);

// Added to the program for good. `program` outlives it.
class Noun {
 public:
  Noun(CLI::App& app, Program* program, const std::string& name, const std::string& help);

  // Adds a verb that calls the RPC of Request and prints the answer. An answer for which `holds`
  // says no is shown like any other, but ends with exit code 1.
  template <class Request, class Response>
  void Call(const std::string& name, const std::string& help, DefaultCaller caller,
            const std::vector<FieldOption>& options, void (*print)(const Response&),
            std::type_identity_t<std::function<bool(const Response&)>> holds = {}) {
    CallThen<Request, Response>(
        name, help, caller, options,
        [print, holds](const Session& session, const Request&, const Response& response) -> int {
          session.Show(response, [&] {
            print(response);
            PrintNextPage(response);
          });
          return !holds || holds(response) ? kDone : kRefused;
        });
  }

  // The same, where `show` does all the showing and says the exit code.
  template <class Request, class Response>
  void CallThen(const std::string& name, const std::string& help, DefaultCaller caller,
                const std::vector<FieldOption>& options,
                std::function<int(const Session&, const Request&, const Response&)> show) {
    AddVerb(app_, program_, name, help, [&, program = program_](CLI::App& verb) {
      // Shared because CLI11 keeps copies of what runs.
      auto request = std::make_shared<Request>();
      auto call = std::make_shared<CallVerb>(&verb, program, caller, options, request.get());
      return [program, request, call, show]() -> int {
        if (const std::optional<int> exit_code = call->Prepare()) {
          return *exit_code;
        }
        const auto response = program->session.Call<Response>(call->service(), call->method(),
                                                              call->identity(), *request);
        return response.ok() ? show(program->session, *request, *response)
                             : call->Refuse(response.status());
      };
    });
  }

  CLI::App* app() const { return app_; }
  Program* program() const { return program_; }

 private:
  CLI::App* const app_;
  Program* const program_;
};

// Adds the option --service with the services of a suite.
CLI::Option* AddServiceOption(CLI::App* verb, std::string* service);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_CALL_VERB_H_
