#include "libs/crypto/key_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/crypto/test_keys.h"

namespace onething::crypto {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_((fs::temp_directory_path() / "key_file_test.XXXXXX").string()) {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

  std::string Write(const std::string& name, absl::string_view text, mode_t mode) const {
    const std::string path = File(name);
    std::ofstream(path, std::ios::binary) << text;
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return path;
  }

 private:
  std::string path_;
};

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

TEST_CASE("A written key file is for its owner only and reads back", "[key_file]") {
  const TemporaryFolder folder;
  const std::string path = folder.File("key.pem");
  const PrivateKey key = PrivateKey::Generate();
  const mode_t mask = umask(0);
  const absl::Status written = WritePrivateKeyFile(path, key);
  umask(mask);
  REQUIRE(written.ok());
  CHECK(ModeOf(path) == 0600);
  const absl::StatusOr<PrivateKey> read = LoadPrivateKeyFile(path);
  REQUIRE(read.ok());
  CHECK(read->public_key() == key.public_key());
}

TEST_CASE("A key file open to anybody else is refused with the remedy", "[key_file]") {
  const TemporaryFolder folder;
  for (const mode_t mode : {0644, 0640, 0604, 0660, 0620, 0602, 0610, 0601, 0777}) {
    CAPTURE(mode);
    const std::string path = folder.Write("key.pem", test::kPrivatePem, mode);
    const absl::Status status = LoadPrivateKeyFile(path).status();
    CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(absl::StrContains(status.message(), absl::StrCat("chmod 600 ", path)));
  }
  for (const mode_t mode : {0600, 0400, 0700}) {
    CAPTURE(mode);
    CHECK(LoadPrivateKeyFile(folder.Write("key.pem", test::kPrivatePem, mode)).ok());
  }
}

TEST_CASE("A public key file may be open to anybody and is refused by name", "[key_file]") {
  const TemporaryFolder folder;
  const std::string path = folder.Write("key.pem", test::kPublicPem, 0644);
  CHECK(LoadPublicKeyFile(path)->ToPem() == test::kPublicPem);
  const std::string wrong = folder.Write("wrong.pem", test::kPrivatePem, 0600);
  CHECK(
      LoadPublicKeyFile(wrong).status() ==
      absl::InvalidArgumentError(absl::StrCat("密钥文件 ", wrong, "：", key_error::kNotPublicKey)));
  CHECK(
      LoadPublicKeyFile(folder.File("missing")).status() ==
      absl::NotFoundError(absl::StrCat("密钥文件 ", folder.File("missing"), "：没有此文件或目录")));
}

TEST_CASE("What lies behind a link counts, not the link", "[key_file]") {
  const TemporaryFolder folder;
  fs::create_symlink(folder.Write("private.pem", test::kPrivatePem, 0600), folder.File("good"));
  fs::create_symlink(folder.Write("open.pem", test::kPrivatePem, 0644), folder.File("bad"));
  CHECK(LoadPrivateKeyFile(folder.File("good")).ok());
  CHECK(LoadPrivateKeyFile(folder.File("bad")).status().code() ==
        absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("A file that holds no key is refused with file and reason", "[key_file]") {
  const TemporaryFolder folder;
  struct Row {
    std::string text;
    absl::string_view reason;
  };
  const Row rows[] = {
      {"", key_error::kNotPem},
      {"hello", key_error::kNotPem},
      {std::string(test::kPublicPem), key_error::kNotPrivateKey},
      {absl::StrCat(std::string(20000, '\n'), test::kPrivatePem), key_error::kNotPem},
  };
  for (const Row& row : rows) {
    const std::string path = folder.Write("key.pem", row.text, 0600);
    CHECK(LoadPrivateKeyFile(path).status() ==
          absl::InvalidArgumentError(absl::StrCat("密钥文件 ", path, "：", row.reason)));
  }
}

TEST_CASE("What is no file is refused without waiting", "[key_file]") {
  const TemporaryFolder folder;
  CHECK(LoadPrivateKeyFile(folder.File("missing")).status().code() == absl::StatusCode::kNotFound);
  CHECK(LoadPrivateKeyFile(folder.File("")).status().code() == absl::StatusCode::kInvalidArgument);
  const std::string pipe = folder.File("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(LoadPrivateKeyFile(pipe).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("A file that may not be read or made is PERMISSION_DENIED", "[key_file]") {
  if (geteuid() == 0) {
    WARN("skipped: permission bits do not stop root");
    return;
  }
  const TemporaryFolder folder;
  const std::string path = folder.Write("key.pem", test::kPrivatePem, 0000);
  CHECK(LoadPrivateKeyFile(path).status().code() == absl::StatusCode::kPermissionDenied);
  REQUIRE(chmod(folder.File("").c_str(), 0500) == 0);
  CHECK(WritePrivateKeyFile(folder.File("new.pem"), PrivateKey::Generate()).code() ==
        absl::StatusCode::kPermissionDenied);
  REQUIRE(chmod(folder.File("").c_str(), 0700) == 0);
}

TEST_CASE("Nothing that is already there is overwritten", "[key_file]") {
  const TemporaryFolder folder;
  const PrivateKey key = PrivateKey::Generate();
  const std::string path = folder.Write("key.pem", test::kPrivatePem, 0600);
  CHECK(WritePrivateKeyFile(path, key).code() == absl::StatusCode::kAlreadyExists);
  CHECK(LoadPrivateKeyFile(path)->ToPem() == test::kPrivatePem);
  fs::create_symlink(folder.File("nowhere"), folder.File("link"));
  CHECK(WritePrivateKeyFile(folder.File("link"), key).code() == absl::StatusCode::kAlreadyExists);
  CHECK_FALSE(fs::exists(folder.File("nowhere")));
  CHECK(WritePrivateKeyFile(folder.File("missing/key.pem"), key).code() ==
        absl::StatusCode::kNotFound);
}

TEST_CASE("A key that cannot be written whole leaves nothing behind", "[key_file]") {
  const TemporaryFolder folder;
  const std::string path = folder.File("key.pem");
  const PrivateKey key = PrivateKey::Generate();
  // A limit on file sizes is a full disk that a test can have.
  struct rlimit before {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit limit { .rlim_cur = 100, .rlim_max = before.rlim_max };
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  const absl::Status status = WritePrivateKeyFile(path, key);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_FALSE(fs::exists(path));
  CHECK(WritePrivateKeyFile(path, key).ok());
}

}  // namespace
}  // namespace onething::crypto
