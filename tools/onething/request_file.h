// Reads a message from a file that a person wrote (YAML) or another command printed (--json).

#ifndef ONETHING_TOOLS_ONETHING_REQUEST_FILE_H_
#define ONETHING_TOOLS_ONETHING_REQUEST_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "libs/config/source_map.h"

namespace onething::tool {

// Fills `message` from the file at `path`: JSON when it ends in .json, else YAML. Of JSON, fields
// that the message does not have are passed over, so that an answer may serve as a request;
// `places` (may be null) is then left alone. INVALID_ARGUMENT with every fault of a YAML file, or
// when the file cannot be read.
absl::Status ReadMessageFile(const std::string& path, google::protobuf::Message* message,
                             config::SourceMap* places);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_REQUEST_FILE_H_
