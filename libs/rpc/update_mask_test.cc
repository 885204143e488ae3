#include "libs/rpc/update_mask.h"

#include <catch2/catch.hpp>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/base/error.h"
#include "onething/common/v1/error.pb.h"
#include "onething/testing/v1/echo.pb.h"

namespace onething::rpc {
namespace {

using google::protobuf::FieldMask;
using testing::v1::Sample;

Sample FromText(const std::string& text) {
  Sample sample;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &sample));
  return sample;
}

FieldMask MaskOf(const std::vector<std::string>& paths) {
  FieldMask mask;
  for (const std::string& path : paths) {
    mask.add_paths(path);
  }
  return mask;
}

TEST_CASE("a mask takes exactly what it names") {
  constexpr char kBefore[] =
      "name: 'a' title: 'old' colours: 'red' colours: 'blue' place { room: 'r' shelf: 2 }";
  struct Row {
    std::vector<std::string> paths;
    const char* from;
    const char* after;
  };
  const Row rows[] = {
      {{"title"},
       "title: 'new' colours: 'green'",
       "name: 'a' title: 'new' colours: 'red' colours: 'blue' place { room: 'r' shelf: 2 }"},
      {{"title"}, "", "name: 'a' colours: 'red' colours: 'blue' place { room: 'r' shelf: 2 }"},
      {{"colours"},
       "colours: 'green'",
       "name: 'a' title: 'old' colours: 'green' place { room: 'r' shelf: 2 }"},
      {{"colours"}, "", "name: 'a' title: 'old' place { room: 'r' shelf: 2 }"},
      {{"place"},
       "place { room: 'n' }",
       "name: 'a' title: 'old' colours: 'red' colours: 'blue' place { room: 'n' }"},
      {{"place"}, "", "name: 'a' title: 'old' colours: 'red' colours: 'blue'"},
      {{"place.shelf"},
       "place { room: 'n' shelf: 3 }",
       "name: 'a' title: 'old' colours: 'red' colours: 'blue' place { room: 'r' shelf: 3 }"},
      {{"place.shelf"},
       "",
       "name: 'a' title: 'old' colours: 'red' colours: 'blue' place { room: 'r' }"},
      {{"owner", "title", "owner"},
       "owner: 'o' title: 'new'",
       "name: 'a' title: 'new' owner: 'o' colours: 'red' colours: 'blue'"
       " place { room: 'r' shelf: 2 }"},
  };
  for (const Row& row : rows) {
    INFO(row.paths[0] << " from " << row.from);
    Sample sample = FromText(kBefore);
    CHECK(ApplyMask(MaskOf(row.paths), FromText(row.from), &sample).ok());
    CHECK(sample.ShortDebugString() == FromText(row.after).ShortDebugString());
  }
}

TEST_CASE("a mask with a path that may not be named changes nothing") {
  for (const char* path : {"name", "state", "create_time", "create_time.seconds", "nothing",
                           "place.nothing", "colours.0", "", "*"}) {
    INFO(path);
    Sample sample = FromText("name: 'a' title: 'old'");
    const absl::Status status =
        ApplyMask(MaskOf({"title", path}), FromText("name: 'b' title: 'new'"), &sample);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
    CHECK(ErrorInfoOf(status)->metadata().at("path") == path);
    CHECK(sample.title() == "old");
  }
  Sample sample;
  CHECK(ReasonOf(ApplyMask(FieldMask(), sample, &sample)) ==
        common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
}

TEST_CASE("a message that holds fixed fields is not replaced as a whole, a list of such is") {
  const auto& request = *testing::v1::CreateSampleRequest::descriptor();
  CHECK(ReasonOf(CheckMask(MaskOf({"sample"}), request)) ==
        common::v1::ERROR_REASON_UPDATE_MASK_INVALID);
  CHECK(CheckMask(MaskOf({"sample.title"}), request).ok());
  const auto& response = *testing::v1::ListSamplesResponse::descriptor();
  CHECK(CheckMask(MaskOf({"samples"}), response).ok());
  // A type that holds itself ends, too.
  CHECK(CheckMask(MaskOf({"nested"}), *testing::v1::Nested::descriptor()).ok());
}

}  // namespace
}  // namespace onething::rpc
