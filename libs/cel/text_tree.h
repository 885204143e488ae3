// Reads the text format of protobuf into a tree, without knowing any message. For the files of the
// conformance suite, which hold messages this suite does not have.

#ifndef ONETHING_LIBS_CEL_TEXT_TREE_H_
#define ONETHING_LIBS_CEL_TEXT_TREE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace onething::cel {

// A field: a scalar or a message. The whole file is a message without name.
struct TextField {
  std::string name;    // `[type.googleapis.com/…]` where it is a type
  std::string scalar;  // a text with its escapes replaced, a number or word as it stands
  bool is_message = false;
  std::vector<TextField> fields;  // of a message, in order; one each for the elements of a list

  // The first field of that name, null pointer when there is none.
  const TextField* Find(absl::string_view wanted) const;
  // The scalar of that field, empty when there is none.
  absl::string_view Get(absl::string_view wanted) const;
  // Whether that field is there and `true`.
  bool IsTrue(absl::string_view wanted) const { return Get(wanted) == "true"; }
};

// The tree of `text`. INVALID_ARGUMENT with the line where it is not the text format, or nested
// deeper than 100 messages.
absl::StatusOr<TextField> ParseTextTree(absl::string_view text);

}  // namespace onething::cel

#endif  // ONETHING_LIBS_CEL_TEXT_TREE_H_
