// A certificate authority and certificates of it, made anew for each test run in a temporary
// folder. For tests only.

#ifndef ONETHING_LIBS_RPC_TEST_CERTIFICATES_H_
#define ONETHING_LIBS_RPC_TEST_CERTIFICATES_H_

#include <openssl/evp.h>     // tidy-allow(home): certificates for tests only
#include <openssl/pem.h>     // tidy-allow(home): certificates for tests only
#include <openssl/x509.h>    // tidy-allow(home): certificates for tests only
#include <openssl/x509v3.h>  // tidy-allow(home): certificates for tests only

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "onething/config/v1/server.pb.h"

namespace onething::rpc::test {

// The files live as long as this. Throws when anything cannot be made.
class TestCertificates {
 public:
  TestCertificates() : key_(NewKey()), certificate_(X509_new()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "onething-rpc-XXXXXX").string();
    Require(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    Fill(certificate_.get(), "test authority", key_.get());
    AddExtension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    Require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
    Write("ca.pem", [&](std::FILE* file) { return PEM_write_X509(file, certificate_.get()); });
  }
  ~TestCertificates() { std::filesystem::remove_all(folder_); }
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // A certificate for this machine with these further names, e.g. `URI:spiffe://36/portal`, signed
  // by the authority.
  config::v1::TlsFiles Issue(const std::string& file, const std::string& names = "") {
    const Key key = NewKey();
    const Certificate certificate(X509_new());
    Fill(certificate.get(), file, key.get());
    AddExtension(certificate.get(), NID_subject_alt_name,
                 "DNS:localhost,IP:127.0.0.1" + (names.empty() ? "" : "," + names));
    Require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
    config::v1::TlsFiles files;
    files.set_certificate(Write(
        file + ".pem", [&](std::FILE* out) { return PEM_write_X509(out, certificate.get()); }));
    files.set_private_key(Write(file + ".key", [&](std::FILE* out) {
      return PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }));
    files.set_ca((folder_ / "ca.pem").string());
    return files;
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  static void Require(bool made) {
    if (!made) {
      // tidy-allow(throw): a test that cannot make its certificates has nothing to go on with
      throw std::runtime_error("a test certificate cannot be made");
    }
  }

  static Key NewKey() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

  // All but extensions and signature; valid from 2000 to 2099.
  void Fill(X509* certificate, const std::string& subject, EVP_PKEY* key) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    Require(ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20000101000000Z") == 1 &&
            ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20991231235959Z") == 1);
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(subject.c_str());
    Require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate_.get()));
    Require(X509_set_pubkey(certificate, key) == 1);
  }

  static void AddExtension(X509* certificate, int nid, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, Free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    Require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
  }

  template <class WriteTo>
  std::string Write(const std::string& name, WriteTo write_to) const {
    const std::string path = (folder_ / name).string();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                               &std::fclose);
    Require(file != nullptr && write_to(file.get()) == 1);
    return path;
  }

  std::filesystem::path folder_;
  long serial_ = 0;
  const Key key_;
  const Certificate certificate_;
};

}  // namespace onething::rpc::test

#endif  // ONETHING_LIBS_RPC_TEST_CERTIFICATES_H_
