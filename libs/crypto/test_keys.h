// Fixed keys, messages and signatures for the tests of this folder. They were made once with the
// openssl command line (3.0), so that the tests also show that both read each other.

#ifndef ONETHING_LIBS_CRYPTO_TEST_KEYS_H_
#define ONETHING_LIBS_CRYPTO_TEST_KEYS_H_

#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/crypto/bytes.h"

namespace onething::crypto::test {

// openssl genpkey -algorithm SM2
inline constexpr absl::string_view kPrivatePem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgLV9vEIe5jnDCyStB\n"
    "MrfJU/P35UaoxdsE5EklgVSXmKyhRANCAAQ09mVN86cdAjqlf6/KTkcRkdQ2Gl3J\n"
    "4KxNTKzyIuV61M0l/O5DdxfTvmtMNAIW7j3K1clKUf0xe22R8sezIh4B\n"
    "-----END PRIVATE KEY-----\n";

// openssl pkey -pubout
inline constexpr absl::string_view kPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAENPZlTfOnHQI6pX+vyk5HEZHUNhpd\n"
    "yeCsTUys8iLletTNJfzuQ3cX075rTDQCFu49ytXJSlH9MXttkfLHsyIeAQ==\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr absl::string_view kPublicHex =
    "0434f6654df3a71d023aa57fafca4e471191d4361a5dc9e0ac4d4cacf222e57ad4"
    "cd25fcee437717d3be6b4c340216ee3dcad5c94a51fd317b6d91f2c7b3221e01";

// openssl pkey -pubin -outform DER | openssl dgst -sm3
inline constexpr absl::string_view kFingerprintHex =
    "d58e204282c01773e5c0f6fa61a7321d2b989d34e1afdc1eb2f4ededf18c0a95";

// The private number, as it stands in kPrivatePem.
inline constexpr absl::string_view kSecretHex =
    "2d5f6f1087b98e70c2c92b4132b7c953f3f7e546a8c5db04e4492581549798ac";

// openssl dgst -sm3 -sign KEY -sigopt distid:ID: over kMessage, or over nothing.
inline constexpr absl::string_view kMessage = "出生医学证明";
inline constexpr absl::string_view kSignatureHex =
    "3045022100b4193078bcc8fc159ff00f990cbd3d6b5bc493d3b6163c44d346dbb7744bad330220042c396231e167e0"
    "1d1ad8b2460926a7da982a5f8e68e1a4c3555e15d912303b";
inline constexpr absl::string_view kOtherId = "ALICE123@YAHOO.COM";
inline constexpr absl::string_view kOtherIdSignatureHex =
    "3045022030fd7b7b284f4c9611e3988997e67fedc5a824eec4f86ea6c3898fbc69b41d5d022100b0f72bb8f103afb2"
    "60697881772ffd0c1dd1abfe6b2841738ff46156127fa6cf";
inline constexpr absl::string_view kEmptyIdSignatureHex =
    "304502202c2de2c1ec3e51ceb88c8f36768ec0780bbb122ad72a06caa5687a3d80f16269022100e15c88c488d0d3f1"
    "9eef6637b1babbad39e8606a7a0316bd68cf6edd6eb7d80c";
inline constexpr absl::string_view kEmptyMessageSignatureHex =
    "30440220176a5ec4515eada6420a65402466300736aa723b30ba71ef53287fc8b5499cae022040fc3004762d869f5f"
    "114caaf8554f702db2ca1bb3635f4abaa8e456106c7559";

// The bytes of a hex constant above.
inline std::string Unhex(absl::string_view hex) { return *FromHex(hex); }

// `der` as one PEM block.
inline std::string Pem(absl::string_view label, absl::string_view der) {
  std::string pem = absl::StrCat("-----BEGIN ", label, "-----\n");
  const std::string text = absl::Base64Escape(der);
  for (std::size_t i = 0; i < text.size(); i += 64) absl::StrAppend(&pem, text.substr(i, 64), "\n");
  return absl::StrCat(pem, "-----END ", label, "-----\n");
}

}  // namespace onething::crypto::test

#endif  // ONETHING_LIBS_CRYPTO_TEST_KEYS_H_
