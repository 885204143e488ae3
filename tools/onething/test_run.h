// Runs the command line inside a test: output caught, and in place of the services one answer for
// every call, which is kept.

#ifndef ONETHING_TOOLS_ONETHING_TEST_RUN_H_
#define ONETHING_TOOLS_ONETHING_TEST_RUN_H_

#include <google/protobuf/dynamic_message.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/channel.h"
#include "tools/onething/command_line.h"

namespace onething::tool {

// What a run asked of a service.
struct SeenCall {
  std::string target;
  std::string identity;
  std::string method;
  std::string on_behalf_of;
  std::string request;
};

// One run.
struct TestRun {
  int exit_code = 0;
  std::string output;
  std::string errors;
  std::vector<SeenCall> calls;
};

// Answers every call with the same.
class AnsweringChannel final : public rpc::Channel {
 public:
  AnsweringChannel(SeenCall call, absl::StatusOr<std::string> answer, std::vector<SeenCall>* calls)
      : call_(std::move(call)), answer_(std::move(answer)), calls_(calls) {}

  void CallAsync(absl::string_view method, std::string request, const rpc::CallOptions& options,
                 Done done) override {
    call_.method = std::string(method);
    call_.request = std::move(request);
    call_.on_behalf_of = options.on_behalf_of;
    calls_->push_back(call_);
    done(answer_);
  }

 private:
  SeenCall call_;
  const absl::StatusOr<std::string> answer_;
  std::vector<SeenCall>* const calls_;
};

// What goes to `stream` while this lives.
class CaughtOutput {
 public:
  explicit CaughtOutput(std::ostream& stream)
      : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  ~CaughtOutput() { stream_.rdbuf(before_); }
  CaughtOutput(const CaughtOutput&) = delete;
  CaughtOutput& operator=(const CaughtOutput&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostream& stream_;
  std::ostringstream text_;
  std::streambuf* const before_;
};

// Runs `arguments` with `opener`.
inline TestRun RunWith(const std::vector<std::string>& arguments, ChannelOpener opener) {
  const CaughtOutput output(std::cout);
  const CaughtOutput errors(std::cerr);
  TestRun run;
  run.exit_code = RunCommandLine(arguments, std::move(opener));
  run.output = output.text();
  run.errors = errors.text();
  return run;
}

// Runs `arguments` against services at made-up addresses (`<service>:1`), all of which answer
// `answer`.
inline TestRun Run(std::vector<std::string> arguments,
                   const absl::StatusOr<std::string>& answer = std::string()) {
  for (const char* service : {"catalogue", "workflow", "license", "relay", "rating"}) {
    arguments.insert(arguments.begin(), {"--server", std::string(service) + "=" + service + ":1"});
  }
  std::vector<SeenCall> calls;
  TestRun run = RunWith(arguments, [&](const rpc::ChannelOptions& options) {
    const SeenCall call = {.target = options.target, .identity = options.development_identity};
    return std::make_unique<AnsweringChannel>(call, answer, &calls);
  });
  run.calls = calls;
  return run;
}

// A file that is removed with this object.
class TestFile {
 public:
  TestFile(const std::string& name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("onething-cli-" + std::to_string(getpid()) + "-" + name)) {
    std::ofstream(path_) << text;
  }
  ~TestFile() { std::filesystem::remove(path_); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  const std::filesystem::path path_;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_TEST_RUN_H_
