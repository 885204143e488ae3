#include "libs/rpc/caller.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/status.h"

namespace onething::rpc {
namespace {

absl::Status RefuseEntry(int index, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("callers[", index, "]：", what));
}

absl::StatusOr<Caller> ReadEntry(int index, const config::v1::CallerEntry& entry) {
  Caller caller{.identity = entry.identity(), .platform = entry.platform()};
  if (caller.identity.empty()) {
    return RefuseEntry(index, "缺少 identity");
  }
  for (const int role : entry.roles()) {
    if (!options::v1::Role_IsValid(role) || role == options::v1::ROLE_UNSPECIFIED) {
      return RefuseEntry(index, absl::StrCat("没有角色 ", role));
    }
    caller.roles.Add(static_cast<Role>(role));
  }
  if (caller.roles.empty()) {
    return RefuseEntry(index, "缺少 roles");
  }
  for (const std::string& text : entry.regions()) {
    absl::StatusOr<codes::RegionCode> region = codes::RegionCode::Parse(text);
    if (!region.ok()) {
      return RefuseEntry(index, absl::StrCat("区划 ", text, "：", region.status().message()));
    }
    caller.regions.push_back(*std::move(region));
  }
  for (const std::string& text : entry.authorities()) {
    absl::StatusOr<codes::CreditCode> code = codes::CreditCode::Parse(text);
    if (!code.ok()) {
      return RefuseEntry(index, absl::StrCat("部门 ", text, "：", code.status().message()));
    }
    caller.authorities.push_back(*std::move(code));
  }
  std::sort(caller.authorities.begin(), caller.authorities.end());
  return caller;
}

}  // namespace

std::vector<Role> RoleSet::ToVector() const {
  std::vector<Role> roles;
  for (int role = options::v1::Role_MIN; role <= options::v1::Role_MAX; ++role) {
    if (Contains(static_cast<Role>(role))) {
      roles.push_back(static_cast<Role>(role));
    }
  }
  return roles;
}

bool Caller::MayActFor(absl::string_view authority) const {
  if (authorities.empty()) {
    return true;
  }
  const auto found = std::lower_bound(
      authorities.begin(), authorities.end(), authority,
      [](const codes::CreditCode& code, absl::string_view text) { return code.value() < text; });
  return found != authorities.end() && found->value() == authority;
}

bool Caller::Covers(const codes::RegionCode& region) const {
  return regions.empty() ||
         std::any_of(regions.begin(), regions.end(),
                     [&](const codes::RegionCode& own) { return own.Contains(region); });
}

absl::StatusOr<CallerDirectory> CallerDirectory::Create(const Entries& entries) {
  CallerDirectory directory;
  RETURN_IF_ERROR(directory.Replace(entries));
  return directory;
}

CallerDirectory::CallerDirectory(CallerDirectory&& other) noexcept
    : generations_(std::move(other.generations_)), in_force_(other.in_force_.load()) {}

absl::Status CallerDirectory::Replace(const Entries& entries) {
  auto callers = std::make_unique<Callers>();
  for (int i = 0; i < entries.size(); ++i) {
    ASSIGN_OR_RETURN(Caller caller, ReadEntry(i, entries[i]));
    const std::string identity = caller.identity;
    if (!callers->try_emplace(identity, std::move(caller)).second) {
      return RefuseEntry(i, absl::StrCat("identity ", identity, " 重复"));
    }
  }
  in_force_ = callers.get();
  generations_.push_back(std::move(callers));
  return absl::OkStatus();
}

absl::StatusOr<const Caller*> CallerDirectory::Find(absl::string_view identity) const {
  const Callers& callers = *in_force_.load(std::memory_order_acquire);
  const auto found = callers.find(identity);
  if (found == callers.end()) {
    return MakeError(absl::StatusCode::kUnauthenticated, common::v1::ERROR_REASON_CALLER_UNKNOWN,
                     "调用方身份缺失或未登记，请检查客户端证书并联系管理员登记");
  }
  return &found->second;
}

}  // namespace onething::rpc
