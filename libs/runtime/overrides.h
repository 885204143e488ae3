// `--set path=value`: one setting of a configuration message replaced from the command line. Path
// and value are written as in the YAML file and read by the same loader, so a wrong name or value
// gets the same sentence.
//
//   path  := name ( "." name )*      as deep as messages go; in a map the rest of the path is the
//   key value := what would stand behind the key in the file; lists and maps in brackets; nothing =
//   back to the default
//
//   server.listen_address=127.0.0.1:7101    server.drain_delay=0s
//   server.peers.relay.33=127.0.0.1:7204

#ifndef ONETHING_LIBS_RUNTIME_OVERRIDES_H_
#define ONETHING_LIBS_RUNTIME_OVERRIDES_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace onething::runtime {

// Replaces the one setting that `assignment` names. INVALID_ARGUMENT with one line for an operator,
// `config` unchanged, when it is no assignment, the path does not exist or the value does not fit.
absl::Status ApplyOverride(absl::string_view assignment, google::protobuf::Message* config);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_OVERRIDES_H_
