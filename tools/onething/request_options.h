// RequestOptions: options of a verb that fill the fields of its request. Which option fills which
// field is data; what an option takes, whether it is required and how its help reads follow from
// the contract, so the command line cannot drift from it. What a value may be is left to the
// service, which knows the rules; only what cannot be put into the field is refused here.
//
//   string         the text; a resource name may leave out its collection: newborn for
//                  bundles/newborn
//   numbers        decimal
//   bool           a flag
//   enum           the name without the common prefix, lower case: published, e-licence
//   bytes          hexadecimal digits
//   map            KEY=VALUE, repeated
//   repeated       the option repeated; of a positional argument the rest of the words
//   message        a file with it: YAML, or JSON as --json prints it

#ifndef ONETHING_TOOLS_ONETHING_REQUEST_OPTIONS_H_
#define ONETHING_TOOLS_ONETHING_REQUEST_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "libs/config/source_map.h"

namespace onething::tool {

// One option and the field it fills.
struct FieldOption {
  // `--region`; without dashes a positional argument.
  const char* name;
  // `region_code`, `expected_head.hash`; empty: a file holds the whole request.
  const char* field;
  // Help in Chinese; what can be told from the contract is added.
  const char* help;
};

// The options of one verb and one request, which outlive it. Single-threaded.
class RequestOptions {
 public:
  // Adds the options to `verb`. Aborts when the request has no such field.
  RequestOptions(CLI::App* verb, const std::vector<FieldOption>& options,
                 google::protobuf::Message* request);
  RequestOptions(const RequestOptions&) = delete;
  RequestOptions& operator=(const RequestOptions&) = delete;

  // Once the command line was read: writes the values given into the request. INVALID_ARGUMENT
  // with a sentence about the first value that does not fit, or file that is not there.
  absl::Status TakeValues();

  // After TakeValues: reads the files given into the request. INVALID_ARGUMENT with all faults, by
  // line and column.
  absl::Status ReadFiles();

  // Where a field of the request stands in such a file, as `file:line:column`; empty when it came
  // otherwise.
  std::string PlaceOf(absl::string_view field) const;

 private:
  struct Bound {
    FieldOption option;
    // Null for the whole request.
    const google::protobuf::FieldDescriptor* field;
    CLI::Option* given;
  };
  struct File {
    std::string field;
    config::SourceMap places;
  };

  Bound Bind(CLI::App* verb, const FieldOption& option) const;
  absl::Status TakeValue(const Bound& bound);
  // The message that holds the bound field.
  google::protobuf::Message* HolderOf(const Bound& bound) const;

  google::protobuf::Message* const request_;
  std::vector<Bound> options_;
  std::vector<File> files_;
};

// `published、suspended、…`: the words of an enum, in the order of their numbers.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_REQUEST_OPTIONS_H_
