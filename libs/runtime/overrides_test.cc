#include "libs/runtime/overrides.h"

#include <google/protobuf/text_format.h>

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "onething/testing/v1/config_sample.pb.h"
#include "onething/testing/v1/counter.pb.h"

namespace onething::runtime {
namespace {

std::string ShortText(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  while (!text.empty() && text.back() == ' ') {
    text.pop_back();
  }
  return text;
}

testing::v1::ConfigSample Sample(const std::string& text) {
  testing::v1::ConfigSample sample;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &sample));
  return sample;
}

TEST_CASE("--set replaces one setting and nothing else") {
  struct Row {
    const char* before;
    const char* assignment;
    const char* after;
  };
  const Row rows[] = {
      {"name: 'a' port: 1", "port=2", "name: \"a\" port: 2"},
      {"port: 1", "port=0", ""},
      {"reflection: true", "reflection=false", ""},
      {"port: 1", "port=", ""},
      {"", "name=127.0.0.1:7101", "name: \"127.0.0.1:7101\""},
      {"", "name=a=b", "name: \"a=b\""},
      {"", "name= spaced text ", "name: \"spaced text\""},
      {"", "source=e-licence", "source: SAMPLE_SOURCE_E_LICENCE"},
      {"", "drain_delay=200ms", "drain_delay { nanos: 200000000 }"},
      {"limits { entry_count_max: 1 wait_max { seconds: 1 } }", "limits.entry_count_max=2",
       "limits { entry_count_max: 2 wait_max { seconds: 1 } }"},
      {"limits { entry_count_max: 1 wait_max { seconds: 1 } }", "limits={entry_count_max: 2}",
       "limits { entry_count_max: 2 }"},
      {"peers: 'a' peers: 'b'", "peers=[c]", "peers: \"c\""},
      {"peers: 'a'", "peers=", ""},
      {"labels { key: 'a' value: '1' }", "labels.a=2", "labels { key: \"a\" value: \"2\" }"},
      {"", "labels.relay.33=x", "labels { key: \"relay.33\" value: \"x\" }"},
      {"", "labels.q\"uote=x", "labels { key: \"q\\\"uote\" value: \"x\" }"},
      {"labels { key: 'a' value: '1' }", "labels={b: 2}", "labels { key: \"b\" value: \"2\" }"},
      {"", "slots.7=applicant", "slots { key: 7 value: SAMPLE_SOURCE_APPLICANT }"},
      {"memory_bytes: 1", "disk.path=/d", "disk { path: \"/d\" }"},
  };
  for (const Row& row : rows) {
    INFO(row.assignment);
    testing::v1::ConfigSample sample = Sample(row.before);
    const absl::Status status = ApplyOverride(row.assignment, &sample);
    INFO(status);
    CHECK(status.ok());
    CHECK(ShortText(sample) == row.after);
  }
}

TEST_CASE("--set with a wrong path or value says so in one line and changes nothing") {
  struct Row {
    const char* assignment;
    const char* says;
  };
  const Row rows[] = {
      {"port", "--set port：应为一行的 路径=值"},
      {"=1", "应为一行的 路径=值"},
      {"port=1\n2", "应为一行的 路径=值"},
      {".port=1", "路径中有空的名称"},
      {"limits..wait_max=1s", "路径中有空的名称"},
      {"limits.=1", "路径中有空的名称"},
      {"prot=1", "是否想写“port”？"},
      {"limits.entry_count=1", "entry_count_max"},
      {"limit.entry_count_max=", "是否想写“limits”？"},
      {"port=abc", "--set port："},
      {"port=[1]", "--set port："},
      {"port.deep=1", "--set port.deep："},
      {"source=e-licens", "是否想写“e_licence”？"},
      {"name={a: b}", "--set name："},
  };
  for (const Row& row : rows) {
    INFO(row.assignment);
    testing::v1::ConfigSample sample = Sample("name: 'a' port: 1");
    const absl::Status status = ApplyOverride(row.assignment, &sample);
    INFO(status);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StrContains(status.message(), row.says));
    CHECK_FALSE(absl::StrContains(status.message(), "\n"));
    CHECK(ShortText(sample) == "name: \"a\" port: 1");
  }
}

}  // namespace
}  // namespace onething::runtime
