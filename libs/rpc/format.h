// The formats of field rules (Format in options.proto), checked through the parsers of libs/codes.
// It says whether a text has the format, not that what it names exists.

#ifndef ONETHING_LIBS_RPC_FORMAT_H_
#define ONETHING_LIBS_RPC_FORMAT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "onething/options/v1/options.pb.h"

namespace onething::rpc {

// What is wrong with `text`, in Chinese and without repeating it; empty when it has the format.
std::string FormatFault(options::v1::Format format, absl::string_view text);

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_FORMAT_H_
