// Owning handles of OpenSSL objects, for the .cc files of this folder only: no public header
// includes it, so no OpenSSL type leaves libs/crypto.

#ifndef ONETHING_LIBS_CRYPTO_OPENSSL_HANDLES_H_
#define ONETHING_LIBS_CRYPTO_OPENSSL_HANDLES_H_

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace onething::crypto {

template <auto kFree>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Bio = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using Bignum = std::unique_ptr<BIGNUM, OpensslDeleter<BN_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpensslDeleter<PKCS8_PRIV_KEY_INFO_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDeleter<EVP_PKEY_CTX_free>>;

// Forgets the errors OpenSSL queues on this thread while one of these is alive. Left there, they
// would be taken for its own by the next user of OpenSSL on the thread, such as gRPC's TLS.
class ErrorQueueScope {
 public:
  ErrorQueueScope() { ERR_set_mark(); }
  ~ErrorQueueScope() { ERR_pop_to_mark(); }
  ErrorQueueScope(const ErrorQueueScope&) = delete;
  ErrorQueueScope& operator=(const ErrorQueueScope&) = delete;
};

}  // namespace onething::crypto

#endif  // ONETHING_LIBS_CRYPTO_OPENSSL_HANDLES_H_
