// The audit trail of a service: a row for every command, in the same batch as the state it belongs
// to, so that there is no effect without its row and no row without its effect. Each row holds the
// hash of the one before; Verify finds any that was changed, removed, inserted or moved. It does
// not decide who may read the trail and does not log.
//
// Whoever can write the store's files could rewrite the whole chain from some row on. What stands
// against that is a head kept outside (HeadOf, at backups or on a schedule): Verify compares with
// it, and so also finds a tail that was cut off.

#ifndef ONETHING_LIBS_AUDIT_AUDIT_H_
#define ONETHING_LIBS_AUDIT_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/crypto/sm3.h"
#include "libs/storage/table.h"
#include "libs/storage/view.h"
#include "onething/ops/v1/audit.pb.h"
#include "onething/options/v1/options.pb.h"

namespace onething::audit {

// What a command says of itself; the fields are those of AuditRow. All texts are UTF-8 that was
// checked before the command, and are read during Append only.
struct AuditEntry {
  absl::string_view method;
  absl::string_view caller;
  absl::Span<const options::v1::Role> roles;
  // Masked (libs/codes/mask.h), never the plain number.
  absl::string_view on_behalf_of;
  absl::string_view request_id;
  absl::string_view resource;
  // SM3 over method, on_behalf_of and request; made before the command, off the loop.
  crypto::Digest request_digest{};
  absl::string_view outcome;
};

// Writes the next row and the new head; returns its sequence. Time is txn.now(). One hash over
// about 300 bytes. A head that cannot be read poisons the transaction (DATA_LOSS, RECORD_CORRUPT).
uint64_t Append(storage::Txn& txn, const AuditEntry& entry);

// The end of the chain as the store has it.
ops::v1::AuditHead HeadOf(const storage::View& view);

// The row of this sequence, if there is one.
std::optional<ops::v1::AuditRow> Find(const storage::View& view, uint64_t sequence);

// Rows in the order of their sequence, a page at a time; `filter` may be empty.
storage::Page<ops::v1::AuditRow> List(const storage::View& view,
                                      const storage::PageRequest& request,
                                      const storage::Filter<ops::v1::AuditRow>& filter = nullptr);

// What is wrong with a chain, in the order in which it is looked for at a row.
enum class FaultKind {
  // The row's bytes are no audit row.
  kUnreadable,
  // Nothing stands where this row belongs: it was removed, or the rows behind it were moved.
  kMissing,
  // The row says another sequence than the place it stands in: rows were swapped or copied.
  kMoved,
  // The row does not name the hash of the row before: one of the two was replaced or inserted.
  kBrokenLink,
  // The row's fields do not give its hash: it was changed.
  kChanged,
  // The store's own head is not this last row: rows were cut off or added, or the head was changed.
  kHeadDiffers,
  // The head kept outside is not this row: the chain was cut off before it, or rewritten.
  kExpectedHeadDiffers,
};

struct Fault {
  FaultKind kind;
  // The row it was found at; where chain and head are of different length, the first past the
  // shorter.
  uint64_t sequence = 0;
};

struct VerifyReport {
  // Rows found intact before the first fault.
  uint64_t rows = 0;
  // The last of them.
  ops::v1::AuditHead head;
  // Nullopt when the whole chain is intact.
  std::optional<Fault> first_fault;
};

// Reads the whole chain and checks every row against the one before, the last against the store's
// head, and, when given, the row that `expected_head` names. Takes about 2 µs a row. A failed read
// poisons the view; the report is then worthless.
VerifyReport Verify(const storage::View& view,
                    const std::optional<ops::v1::AuditHead>& expected_head = std::nullopt);

// One plain sentence for an operator, e.g. `audit row 17 was changed`.
std::string Describe(const Fault& fault);

// The bytes whose SM3 is the row's hash, for verifiers in other languages; grammar in audit.cc and
// the README.
std::string HashedBytes(const ops::v1::AuditRow& row);

}  // namespace onething::audit

#endif  // ONETHING_LIBS_AUDIT_AUDIT_H_
