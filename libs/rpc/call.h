// What a handler knows of the call it answers, besides the request: who calls, for whom, under
// which idempotency key and until when. Time is not here: a handler takes it from its view or
// transaction.

#ifndef ONETHING_LIBS_RPC_CALL_H_
#define ONETHING_LIBS_RPC_CALL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rpc/caller.h"

namespace onething::rpc {

// One call. Lives until it is answered; a handler keeps no reference to it.
struct Call {
  const Caller& caller;
  // The subject for whom a portal or a service acts: a citizen number or a credit code, its check
  // character right and x written X, so that equal texts are the same subject; empty when the
  // caller named none. Personal data.
  std::string on_behalf_of = {};
  // The idempotency key of a command; empty for a query.
  std::string request_id = {};
  // The whole name of the method, e.g. `onething.catalogue.v1.Catalogue/GetItem`.
  absl::string_view method = {};
  // When the caller stops waiting. Only prepare handlers, which may ask other services, look at it.
  absl::Time deadline = absl::InfiniteFuture();
  // Names the call in the logs of all services it touches; may be empty.
  std::string trace_id = {};
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_CALL_H_
