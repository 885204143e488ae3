#include "libs/rpc/caller.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "libs/base/error.h"

namespace onething::rpc {
namespace {

using config::v1::CallerEntry;
using Entries = google::protobuf::RepeatedPtrField<CallerEntry>;

CallerEntry Entry(const std::string& identity, const std::vector<Role>& roles) {
  CallerEntry entry;
  entry.set_identity(identity);
  for (const Role role : roles) {
    entry.add_roles(role);
  }
  return entry;
}

TEST_CASE("a caller is what its entry says") {
  const std::string first = codes::CreditCode::Make("11360000014500000")->value();
  const std::string second = codes::CreditCode::Make("11360000014500001")->value();
  const std::string third = codes::CreditCode::Make("11360000014500002")->value();
  Entries entries;
  CallerEntry* limited = entries.Add();
  *limited = Entry("spiffe://36/health", {options::v1::ROLE_AUTHORITY, options::v1::ROLE_EDITOR});
  limited->set_platform("卫健");
  limited->add_regions("360100");
  limited->add_regions("360200");
  limited->add_authorities(second);
  limited->add_authorities(first);
  *entries.Add() = Entry("portal", {options::v1::ROLE_PORTAL});
  const auto directory = CallerDirectory::Create(entries);
  REQUIRE(directory.ok());

  const Caller& health = **directory->Find("spiffe://36/health");
  CHECK(health.platform == "卫健");
  CHECK(health.Has(options::v1::ROLE_AUTHORITY));
  CHECK(health.Has(options::v1::ROLE_ANY));
  CHECK_FALSE(health.Has(options::v1::ROLE_PORTAL));
  CHECK(health.HasOneOf({options::v1::ROLE_PORTAL, options::v1::ROLE_EDITOR}));
  CHECK(health.HasOneOf({options::v1::ROLE_ANY}));
  CHECK_FALSE(health.HasOneOf({options::v1::ROLE_PORTAL, options::v1::ROLE_OPERATOR}));
  CHECK(health.roles.ToVector() ==
        std::vector<Role>{options::v1::ROLE_AUTHORITY, options::v1::ROLE_EDITOR});
  CHECK(health.MayActFor(first));
  CHECK(health.MayActFor(second));
  CHECK_FALSE(health.MayActFor(third));
  CHECK_FALSE(health.MayActFor(""));
  CHECK(health.Covers(*codes::RegionCode::Parse("360102")));
  CHECK(health.Covers(*codes::RegionCode::Parse("360200")));
  CHECK_FALSE(health.Covers(*codes::RegionCode::Parse("36")));
  CHECK_FALSE(health.Covers(*codes::RegionCode::Parse("330100")));

  const Caller& portal = **directory->Find("portal");
  CHECK(portal.MayActFor(third));
  CHECK(portal.Covers(*codes::RegionCode::Parse("33")));
}

TEST_CASE("who is not in the directory is unknown") {
  Entries entries;
  *entries.Add() = Entry("portal", {options::v1::ROLE_PORTAL});
  const auto directory = CallerDirectory::Create(entries);
  for (const char* identity : {"", "porta", "portal ", "PORTAL"}) {
    const absl::Status status = directory->Find(identity).status();
    CHECK(status.code() == absl::StatusCode::kUnauthenticated);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_CALLER_UNKNOWN);
  }
}

TEST_CASE("a directory with an entry that is wrong is refused, naming the entry") {
  const CallerEntry good = Entry("a", {options::v1::ROLE_PORTAL});
  CallerEntry region = Entry("b", {options::v1::ROLE_PORTAL});
  region.add_regions("99");
  CallerEntry authority = Entry("b", {options::v1::ROLE_PORTAL});
  authority.add_authorities("no code");
  struct Row {
    CallerEntry second;
    const char* what;
  };
  const Row rows[] = {
      {Entry("", {options::v1::ROLE_PORTAL}), "缺少 identity"},
      {Entry("a", {options::v1::ROLE_EDITOR}), "identity a 重复"},
      {Entry("b", {}), "缺少 roles"},
      {Entry("b", {options::v1::ROLE_UNSPECIFIED}), "没有角色 0"},
      {Entry("b", {static_cast<Role>(77)}), "没有角色 77"},
      {region, "区划 99"},
      {authority, "部门 no code"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    Entries entries;
    *entries.Add() = good;
    *entries.Add() = row.second;
    const absl::Status status = CallerDirectory::Create(entries).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StartsWith(status.message(), "callers[1]："));
    CHECK(absl::StrContains(status.message(), row.what));
  }
}

}  // namespace
}  // namespace onething::rpc
