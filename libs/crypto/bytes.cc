#include "libs/crypto/bytes.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "libs/base/check.h"

namespace onething::crypto {

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

absl::StatusOr<std::string> FromHex(absl::string_view hex) {
  if (hex.size() % 2 != 0) return absl::InvalidArgumentError("十六进制文本的位数应为偶数");
  for (const char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("十六进制文本中有不是十六进制数字的字符");
    }
  }
  return absl::HexStringToBytes(hex);
}

bool ConstantTimeEquals(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string RandomBytes(std::size_t size) {
  std::string bytes(size, '\0');
  // Going on with bytes somebody can guess would be worse than not going on.
  CHECK(RAND_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(bytes.data()), size, 0) == 1);
  return bytes;
}

}  // namespace onething::crypto
