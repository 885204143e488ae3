#include "services/license/trust_list.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "libs/crypto/bytes.h"
#include "libs/rpc/validator.h"

namespace onething::license {
namespace {

using calendar::Date;

// The list of a whole province: some ten thousand authorities with a key or two.
constexpr config::LoadOptions kLimits = {.size_bytes_max = size_t{16} << 20,
                                         .node_count_max = 2'000'000};
constexpr size_t kFaultsMax = 100;

absl::StatusOr<crypto::PublicKey> ParseKey(const std::string& text) {
  if (absl::StrContains(text, "-----BEGIN")) {
    return crypto::PublicKey::FromPem(text);
  }
  ASSIGN_OR_RETURN(const std::string point, crypto::FromHex(text));
  return crypto::PublicKey::FromUncompressed(point);
}

// The faults of the field rules, each with its place.
absl::Status CheckRules(const config::v1::TrustFile& file, const config::SourceMap& places) {
  const absl::Status status = rpc::Validator(*file.GetDescriptor()).Check(file);
  const auto violations = ViolationsOf(status);
  if (!violations.has_value()) {
    return status;
  }
  std::vector<config::Diagnostic> faults;
  for (const auto& fault : violations->field_violations()) {
    faults.push_back(
        places.At(fault.field(), absl::StrCat(fault.field(), "：", fault.description())));
  }
  return config::ToStatus(faults);
}

// `text` in quotes; what JSON escapes YAML reads the same.
std::string Quoted(absl::string_view text) { return absl::StrCat("\"", JsonEscape(text), "\""); }

}  // namespace

// Checks what the field rules cannot, and keeps what is right.
class TrustList::Builder {
 public:
  explicit Builder(const config::SourceMap& places) : places_(places) {}

  void Add(const config::v1::TrustedAuthority& authority, const std::string& path) {
    if (list_.keys_.contains(authority.code())) {
      Fault(absl::StrCat(path, ".code"), "颁发机构重复");
      return;
    }
    std::vector<TrustedKey>& keys = list_.keys_[authority.code()];
    for (int i = 0; i < authority.keys_size(); ++i) {
      const std::string key_path = absl::StrCat(path, ".keys[", i, "]");
      if (std::optional<TrustedKey> key = Read(authority.keys(i), key_path)) {
        keys.push_back(*std::move(key));
      }
    }
    std::stable_sort(keys.begin(), keys.end(), [](const TrustedKey& a, const TrustedKey& b) {
      return a.valid_from > b.valid_from;
    });
  }

  absl::StatusOr<TrustList> Take() && {
    RETURN_IF_ERROR(config::ToStatus(faults_));
    return std::move(list_);
  }

 private:
  std::optional<TrustedKey> Read(const config::v1::TrustedKey& key, const std::string& path) {
    const absl::StatusOr<crypto::PublicKey> parsed = ParseKey(key.public_key());
    if (!parsed.ok()) {
      Fault(absl::StrCat(path, ".public_key"), parsed.status().message());
      return std::nullopt;
    }
    if (!seen_.insert(parsed->ToHex()).second) {
      Fault(absl::StrCat(path, ".public_key"), "公钥重复");
      return std::nullopt;
    }
    // The field rules have seen to the form of the dates.
    TrustedKey trusted{.key = *parsed,
                       .valid_from = calendar::ParseDate(key.valid_from()).value(),
                       .valid_to = std::nullopt};
    if (!key.valid_to().empty()) {
      trusted.valid_to = calendar::ParseDate(key.valid_to()).value();
      if (*trusted.valid_to < trusted.valid_from) {
        Fault(absl::StrCat(path, ".valid_to"), "有效期的结束早于开始");
        return std::nullopt;
      }
    }
    return trusted;
  }

  void Fault(const std::string& path, absl::string_view what) {
    if (faults_.size() < kFaultsMax) {
      faults_.push_back(places_.At(path, absl::StrCat(path, "：", what)));
    }
  }

  const config::SourceMap& places_;
  TrustList list_;
  absl::flat_hash_set<std::string> seen_;
  std::vector<config::Diagnostic> faults_;
};

absl::StatusOr<TrustList> TrustList::Load(const std::string& path) {
  config::v1::TrustFile file;
  std::vector<config::Diagnostic> findings;
  config::SourceMap places;
  RETURN_IF_ERROR(config::LoadYamlFile(path, kLimits, &file, &findings, &places));
  return Create(file, places);
}

absl::StatusOr<TrustList> TrustList::Create(const config::v1::TrustFile& file,
                                            const config::SourceMap& places) {
  RETURN_IF_ERROR(CheckRules(file, places));
  Builder builder(places);
  for (int i = 0; i < file.authorities_size(); ++i) {
    builder.Add(file.authorities(i), absl::StrCat("authorities[", i, "]"));
  }
  return std::move(builder).Take();
}

std::vector<crypto::PublicKey> TrustList::KeysOf(absl::string_view authority, Date date) const {
  std::vector<crypto::PublicKey> good;
  const auto listed = keys_.find(authority);
  if (listed == keys_.end()) {
    return good;
  }
  for (const TrustedKey& trusted : listed->second) {
    const bool ended = trusted.valid_to.has_value() && *trusted.valid_to < date;
    if (trusted.valid_from <= date && !ended) {
      good.push_back(trusted.key);
    }
  }
  return good;
}

bool TrustList::Lists(absl::string_view authority, const crypto::PublicKey& key) const {
  const auto listed = keys_.find(authority);
  return listed != keys_.end() &&
         std::any_of(listed->second.begin(), listed->second.end(),
                     [&key](const TrustedKey& trusted) { return trusted.key == key; });
}

std::string FormatTrustFile(const config::v1::TrustFile& file) {
  std::string text = file.authorities().empty() ? "authorities: []\n" : "authorities:\n";
  for (const config::v1::TrustedAuthority& authority : file.authorities()) {
    absl::StrAppend(&text, "  - code: ", Quoted(authority.code()), "\n");
    absl::StrAppend(&text, "    name: ", Quoted(authority.name()), "\n    keys:\n");
    for (const config::v1::TrustedKey& key : authority.keys()) {
      absl::StrAppend(&text, "      - public_key: ", Quoted(key.public_key()), "\n");
      absl::StrAppend(&text, "        valid_from: ", Quoted(key.valid_from()), "\n");
      if (!key.valid_to().empty()) {
        absl::StrAppend(&text, "        valid_to: ", Quoted(key.valid_to()), "\n");
      }
    }
  }
  return text;
}

}  // namespace onething::license
