// Who calls: an authenticated identity mapped by the service's configuration to a platform, roles,
// regions and authorities. It answers what the caller is; which role a method asks for stands in
// the contract and is enforced by Router, and whether a record is this caller's is decided by the
// handler with MayActFor and Covers.

#ifndef ONETHING_LIBS_RPC_CALLER_H_
#define ONETHING_LIBS_RPC_CALLER_H_

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libs/codes/credit_code.h"
#include "libs/codes/region_code.h"
#include "onething/config/v1/server.pb.h"
#include "onething/options/v1/options.pb.h"

namespace onething::rpc {

using options::v1::Role;

// A set of roles. A value.
class RoleSet {
 public:
  RoleSet() = default;
  RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) {
      Add(role);
    }
  }

  void Add(Role role) { bits_ |= uint32_t{1} << role; }
  bool Contains(Role role) const { return (bits_ >> role & 1) != 0; }
  bool empty() const { return bits_ == 0; }

  // Whether one of `others` is in this set.
  bool Intersects(RoleSet others) const { return (bits_ & others.bits_) != 0; }

  // Its roles in the order of their numbers.
  std::vector<Role> ToVector() const;

 private:
  uint32_t bits_ = 0;
};

// One known caller. Immutable once in a directory; safe to read from any thread.
struct Caller {
  // As authenticated: a SPIFFE URI, a certificate's subject or, in development, a plain name.
  std::string identity;
  // The platform it belongs to, for audit and statistics, e.g. `赣服通`.
  std::string platform;
  RoleSet roles;
  // Divisions it works in, each with all that lies in it; empty means everywhere.
  std::vector<codes::RegionCode> regions;
  // Authorities it works for, in ascending order; empty means any.
  std::vector<codes::CreditCode> authorities;

  // Whether it has `role`. Every known caller has ROLE_ANY.
  bool Has(Role role) const { return role == options::v1::ROLE_ANY || roles.Contains(role); }

  // Whether it has one of `wanted`.
  bool HasOneOf(RoleSet wanted) const {
    return wanted.Contains(options::v1::ROLE_ANY) || wanted.Intersects(roles);
  }

  // Whether it may act as the authority with this credit code. False for a text that is no code,
  // unless it may act for any.
  bool MayActFor(absl::string_view authority) const;
  bool MayActFor(const codes::CreditCode& authority) const { return MayActFor(authority.value()); }

  // Whether `region` lies in one of its divisions.
  bool Covers(const codes::RegionCode& region) const;
};

// All callers a service knows. Safe from any thread.
class CallerDirectory {
 public:
  using Entries = google::protobuf::RepeatedPtrField<config::v1::CallerEntry>;

  // Reads the configuration. INVALID_ARGUMENT naming the entry: an empty or repeated identity, no
  // role, a role that is not one, a malformed region or authority.
  static absl::StatusOr<CallerDirectory> Create(const Entries& entries);

  // Moving is for construction, while no other thread has the directory.
  CallerDirectory(CallerDirectory&& other) noexcept;

  // Puts other callers in place of all there are. Errors as Create, and then nothing changes. Not
  // concurrently with itself.
  absl::Status Replace(const Entries& entries);

  // The caller with this identity, valid as long as the directory. UNAUTHENTICATED (CALLER_UNKNOWN)
  // when there is none.
  absl::StatusOr<const Caller*> Find(absl::string_view identity) const;

 private:
  using Callers = absl::flat_hash_map<std::string, Caller>;

  CallerDirectory() = default;

  // Every set of callers there has been, the last in force: calls in flight point into the others.
  std::vector<std::unique_ptr<const Callers>> generations_;
  std::atomic<const Callers*> in_force_ = nullptr;
};

}  // namespace onething::rpc

#endif  // ONETHING_LIBS_RPC_CALLER_H_
