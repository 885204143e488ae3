#include "tools/onething/local_suite.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/ids.h"
#include "libs/crypto/sm2.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

// A directory that is gone with the test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("onething-suite-" + RandomId())) {}
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  LocalSuiteOptions For(const std::string& province) const {
    return {.province = province, .data_dir = path_};
  }

  // Content by file.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) {
        std::ifstream input(entry.path());
        files[entry.path()] = std::string(std::istreambuf_iterator<char>(input), {});
      }
    }
    return files;
  }

 private:
  const std::filesystem::path path_;
};

TEST_CASE("a suite's directory is no other's: nothing is written into it") {
  const Folder folder;
  auto first = LocalSuite::Create(folder.For("36"));
  REQUIRE(first.ok());
  const std::map<std::string, std::string> before = folder.Files();
  CHECK(before.size() > std::size(kServices));
  for (const char* province : {"36", "33"}) {
    INFO(province);
    const absl::Status refused = LocalSuite::Create(folder.For(province)).status();
    CHECK(absl::IsFailedPrecondition(refused));
    CHECK(absl::StrContains(AdviceOf(refused), "--data"));
    CHECK(folder.Files() == before);
  }
  first->reset();
  // Its stores stay those of its province.
  CHECK(absl::IsFailedPrecondition(LocalSuite::Create(folder.For("33")).status()));
  CHECK(folder.Files() == before);
  CHECK(LocalSuite::Create(folder.For("36")).ok());
}

TEST_CASE("what keeps a suite from starting is told with what to do about it") {
  const Folder folder;
  const auto refusal = [](const LocalSuiteOptions& options) {
    const absl::Status refused = LocalSuite::Create(options).status();
    INFO(refused);
    CHECK(absl::IsFailedPrecondition(refused));
    return std::string(refused.message()) + "；" + AdviceOf(refused);
  };
  REQUIRE(LocalSuite::Create(folder.For("36")).ok());
  CHECK(
      absl::EndsWith(refusal(folder.For("33")),
                     " 属于省份 36，不能用于省份 33；请用 --data 换一个目录，或写 --province 36"));

  LocalSuiteOptions blocked = folder.For("36");
  blocked.data_dir = "/dev/null/suite";
  CHECK(absl::StartsWith(refusal(blocked), "无法写入 /dev/null/suite：路径中有一段不是目录；请"));
}

TEST_CASE("a key file that is none is refused by its name, with what to do about it") {
  const Folder folder;
  LocalSuiteOptions options = folder.For("36");
  options.peers = {{.province = "33",
                    .relay_address = "127.0.0.1:7333",
                    .public_key_file = options.data_dir + "/33.pub.pem"}};
  const absl::Status missing = LocalSuite::Create(options).status();
  CHECK(missing.message() ==
        absl::StrCat("密钥文件 ", options.data_dir, "/33.pub.pem：没有此文件或目录"));
  CHECK(absl::StrContains(AdviceOf(missing), "keys/relay.pub.pem"));

  const std::string own = options.data_dir + "/keys/relay.pem";
  std::ofstream(own) << "no key";
  const absl::Status broken = LocalSuite::Create(folder.For("36")).status();
  CHECK(broken.message() == absl::StrCat("密钥文件 ", own, "：", crypto::key_error::kNotPem));
  CHECK(absl::StrContains(AdviceOf(broken), "新的密钥"));
}

}  // namespace
}  // namespace onething::tool
