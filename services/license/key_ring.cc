#include "services/license/key_ring.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/status.h"
#include "libs/base/system_error.h"
#include "libs/crypto/key_file.h"

namespace onething::license {
namespace {

constexpr absl::string_view kSuffix = ".pem";

// Names of the key files, in order, so that every start does the same.
absl::StatusOr<std::vector<std::string>> KeyFilesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (absl::EndsWith(name, kSuffix)) {
      names.push_back(std::move(name));
    }
  }
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("签名密钥目录 ", folder, "：", SystemErrorText(error)));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::Load(const std::string& folder) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, KeyFilesIn(folder));
  KeyRing ring;
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(folder, "/", name);
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(name, absl::MaxSplits('.', 1));
    const absl::StatusOr<codes::CreditCode> authority = codes::CreditCode::Parse(parts.first);
    if (!authority.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("密钥文件 ", path,
                                                     "：文件名应以颁发机构的统一社会信用代码开头：",
                                                     authority.status().message()));
    }
    ASSIGN_OR_RETURN(crypto::PrivateKey key, crypto::LoadPrivateKeyFile(path));
    ring.Add(*authority, std::move(key));
  }
  return ring;
}

void KeyRing::Add(const codes::CreditCode& authority, crypto::PrivateKey key) {
  keys_[authority.value()].push_back(std::move(key));
}

absl::Span<const crypto::PrivateKey> KeyRing::Of(absl::string_view authority) const {
  const auto found = keys_.find(authority);
  return found == keys_.end() ? absl::Span<const crypto::PrivateKey>()
                              : absl::MakeConstSpan(found->second);
}

}  // namespace onething::license
