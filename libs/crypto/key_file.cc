#include "libs/crypto/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include <openssl/crypto.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/status.h"
#include "libs/base/system_error.h"

namespace onething::crypto {
namespace {

// A key is about 240 bytes of PEM; comments around it are fine, a disk image is not.
constexpr std::size_t kKeyFileSizeMax = 16 * 1024;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

// Text that held a secret.
class WipedString {
 public:
  explicit WipedString(std::string text) : text_(std::move(text)) {}
  ~WipedString() { OPENSSL_cleanse(text_.data(), text_.size()); }
  WipedString(const WipedString&) = delete;
  WipedString& operator=(const WipedString&) = delete;
  std::string& get() { return text_; }

 private:
  std::string text_;
};

std::string Sentence(const std::string& path, absl::string_view what) {
  return absl::StrCat("密钥文件 ", path, "：", what);
}

absl::Status SystemError(const std::string& path, int error) {
  const std::string message = Sentence(path, SystemErrorText(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    default:
      return absl::UnavailableError(message);
  }
}

absl::Status CheckMode(const std::string& path, const struct stat& info, mode_t forbidden) {
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(Sentence(path, "不是普通文件"));
  }
  if ((info.st_mode & forbidden) != 0) {
    return absl::FailedPreconditionError(
        Sentence(path, absl::StrCat("同组或其他用户可以读写；请执行 chmod 600 ", path)));
  }
  return absl::OkStatus();
}

// Reads until the end of the file or until `text` is full, and cuts `text` to what was read.
// Returns 0 or errno.
int ReadInto(int fd, std::string& text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return 0;
}

// The key in the file `path`, on which nobody has one of the `forbidden` rights.
template <class Key>
absl::StatusOr<Key> LoadKeyFile(const std::string& path, mode_t forbidden) {
  // Not blocking: a pipe at this path must be refused, not waited for.
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.ok()) return SystemError(path, errno);
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return SystemError(path, errno);
  RETURN_IF_ERROR(CheckMode(path, info, forbidden));

  WipedString pem(std::string(kKeyFileSizeMax, '\0'));
  if (const int error = ReadInto(fd.get(), pem.get()); error != 0) return SystemError(path, error);
  absl::StatusOr<Key> key = Key::FromPem(pem.get());
  if (!key.ok()) {
    return absl::Status(key.status().code(), Sentence(path, key.status().message()));
  }
  return key;
}

// Writes all of `text` and has it on disk. Returns 0 or errno.
int WriteDurably(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(fd) == 0 ? 0 : errno;
}

int SyncFolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.ok() && fsync(fd.get()) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<PrivateKey> LoadPrivateKeyFile(const std::string& path) {
  return LoadKeyFile<PrivateKey>(path, S_IRWXG | S_IRWXO);
}

absl::StatusOr<PublicKey> LoadPublicKeyFile(const std::string& path) {
  return LoadKeyFile<PublicKey>(path, 0);
}

absl::Status WritePrivateKeyFile(const std::string& path, const PrivateKey& key) {
  constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  const FileDescriptor fd(open(path.c_str(), kNewFile, S_IRUSR | S_IWUSR));
  if (!fd.ok()) return SystemError(path, errno);
  WipedString pem(key.ToPem());
  int error = WriteDurably(fd.get(), pem.get());
  if (error == 0) error = SyncFolderOf(path);
  if (error == 0) return absl::OkStatus();
  unlink(path.c_str());
  return SystemError(path, error);
}

}  // namespace onething::crypto
