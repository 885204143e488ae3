// Keys in files: read at the start of a process, written by the tools that make keys. The
// errors name the file and say in Chinese what is wrong and what to do; they are for the operator,
// not for a caller.

#ifndef ONETHING_LIBS_CRYPTO_KEY_FILE_H_
#define ONETHING_LIBS_CRYPTO_KEY_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/sm2.h"

namespace onething::crypto {

// The key in the PEM file `path` (PKCS#8). Refused, by code:
//   NOT_FOUND            no such file
//   PERMISSION_DENIED    this process may not read it
//   FAILED_PRECONDITION  group or others have any right on it; the message says chmod 600
//   INVALID_ARGUMENT     no regular file, or the key is refused by PrivateKey::FromPem
//   UNAVAILABLE          reading failed
absl::StatusOr<PrivateKey> LoadPrivateKeyFile(const std::string& path);

// The key in the PEM file `path` (SubjectPublicKeyInfo); anybody may read it. Refused as above, but
// for the rights of others.
absl::StatusOr<PublicKey> LoadPublicKeyFile(const std::string& path);

// Writes `key` to a new file `path` that only its owner can read and write (0600), on disk when
// this returns OK. Never overwrites: ALREADY_EXISTS when there is anything at `path`. NOT_FOUND
// when its folder is missing, PERMISSION_DENIED, or UNAVAILABLE when writing failed, in which case
// nothing is left behind.
absl::Status WritePrivateKeyFile(const std::string& path, const PrivateKey& key);

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_KEY_FILE_H_
