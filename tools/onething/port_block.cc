#include "tools/onething/port_block.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

constexpr int kAttempts = 200;
// Below the ports that the system gives to outgoing connections.
constexpr int kLowest = 20000;
// Ten ports and the guard's, and some space.
constexpr int kStride = 13;

enum class Use {
  // As a server binds: past connections do not matter, and others may bind as long as none listens.
  kShared,
  kAlone
};

// A socket on loopback bound to `port`, -1 when that is not to be had.
int Bind(int port, Use use) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return -1;
  }
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int reuse = use == Use::kShared ? 1 : 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

bool AreFree(int first_port) {
  for (int port = first_port; port < first_port + kPortsPerSuite; ++port) {
    const int fd = Bind(port, Use::kShared);
    if (fd < 0) {
      return false;
    }
    close(fd);
  }
  return true;
}

}  // namespace

absl::StatusOr<PortBlock> PortBlock::Take(int first_port) {
  if (first_port != 0) {
    if (!AreFree(first_port)) {
      return AdvisedError(absl::StrCat("端口 ", first_port, "–", first_port + kPortsPerSuite - 1,
                                       " 中有的已被占用"),
                          "请用 --port 换一组（0 为自动选择）");
    }
    return PortBlock(first_port, -1);
  }
  // Beginning at a place of this process's own makes the search short.
  const int offset = getpid() % kAttempts;
  for (int i = 0; i < kAttempts; ++i) {
    const int candidate = kLowest + (offset + i) % kAttempts * kStride;
    const int guard = Bind(candidate + kPortsPerSuite, Use::kAlone);
    if (guard < 0) {
      continue;
    }
    PortBlock block(candidate, guard);
    if (AreFree(candidate)) {
      return block;
    }
  }
  return AdvisedError("没有可用的连续端口", "请停掉不用的服务后重试");
}

PortBlock::~PortBlock() {
  if (guard_ >= 0) {
    close(guard_);
  }
}

PortBlock::PortBlock(PortBlock&& other) noexcept
    : first_(other.first_), guard_(std::exchange(other.guard_, -1)) {}

}  // namespace onething::tool
