// Session: what every command of the command line needs — where the suite is, who is calling, and
// how answers and refusals are shown. With --json exactly one JSON document goes to the standard
// output, nothing else.

#ifndef ONETHING_TOOLS_ONETHING_SESSION_H_
#define ONETHING_TOOLS_ONETHING_SESSION_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/client.h"
#include "onething/config/v1/server.pb.h"

namespace onething::tool {

// Exit codes of every command.
enum ExitCode { kDone = 0, kRefused = 1, kUsage = 2, kUnreachable = 3 };

// The options that every command understands.
struct SessionOptions {
  // Data directory of a running `onething up`.
  std::string suite = "onething-data";
  // Addresses that replace those of the suite: service → host:port.
  std::map<std::string, std::string> addresses;
  // The identity to call as; empty: the one the command names.
  std::string identity;
  // The subject acted for: citizen number or credit code.
  std::string on_behalf_of;
  bool json = false;
  absl::Duration timeout = absl::Seconds(10);
  // Certificates for services that ask for them; without a CA the calls go in plain text, as they
  // may on loopback.
  config::v1::TlsFiles tls;
};

// Opens the way to a service; replaced in tests.
using ChannelOpener =
    std::function<absl::StatusOr<std::unique_ptr<rpc::Channel>>(const rpc::ChannelOptions&)>;

// Says where a field of the request was written, `file:line:column`; empty when it was not.
using FieldPlace = std::function<std::string(absl::string_view field)>;

// One run of the command line. Single-threaded.
class Session {
 public:
  // `options` may still change until the first call, and outlives the session.
  explicit Session(const SessionOptions* options, ChannelOpener opener = rpc::OpenChannel)
      : options_(*options), opener_(std::move(opener)) {}

  // Calls `method` (`onething.catalogue.v1.Catalogue/GetItem`) of `service` as the session's
  // identity or, without one, as `identity`. UNAVAILABLE when the service cannot be reached or it
  // is not known where it listens.
  template <class Response>
  absl::StatusOr<Response> Call(absl::string_view service, absl::string_view method,
                                absl::string_view identity,
                                const google::protobuf::Message& request) {
    const absl::StatusOr<rpc::Channel*> channel = ChannelTo(service, identity);
    if (!channel.ok()) {
      return channel.status();
    }
    return (*channel)->Call<Response>(method, request, CallTerms());
  }

  // Calls and shows: the response as JSON with --json, else what `print` writes; a refusal with its
  // sentence, reason and what to do. Returns the exit code.
  template <class Response>
  int Run(absl::string_view service, absl::string_view method, absl::string_view identity,
          const google::protobuf::Message& request,
          const std::function<void(const Response&)>& print) {
    const absl::StatusOr<Response> response = Call<Response>(service, method, identity, request);
    return response.ok() ? Show(*response, [&] { print(*response); }) : Refuse(response.status());
  }

  // Shows a message as JSON with --json, else by `print`.
  int Show(const google::protobuf::Message& message, const std::function<void()>& print) const;

  // Shows a JSON text with --json, else by `print`.
  int ShowJson(const std::string& json, const std::function<void()>& print) const;

  // Shows why nothing was done, on the error output (with --json as the document) and returns the
  // exit code for it. `place` tells where the fields at fault were written.
  int Refuse(const absl::Status& status, const FieldPlace& place = {}) const;

  // Shows what is wrong with the command line, in the same ways. Returns kUsage.
  int RefuseUsage(const std::string& sentence) const;

  const SessionOptions& options() const { return options_; }

 private:
  absl::StatusOr<rpc::Channel*> ChannelTo(absl::string_view service, absl::string_view identity);
  rpc::CallOptions CallTerms() const;

  const SessionOptions& options_;
  const ChannelOpener opener_;
  // By address and identity.
  std::map<std::string, std::unique_ptr<rpc::Channel>> channels_;
};

// A protobuf message as one JSON document, keys as in the contract, all fields of plain types
// present.
std::string ToJson(const google::protobuf::Message& message);

// What a person should do about a refusal with this status, in Chinese: the advice that it has
// (advice.h), else what follows from its reason; empty when the sentence says it all.
std::string AdviceFor(const absl::Status& status);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_SESSION_H_
