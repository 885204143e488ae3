#include "libs/audit/audit.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/check.h"

namespace onething::audit {
namespace {

using ops::v1::AuditHead;
using ops::v1::AuditRow;
using storage::TableId;
using storage::Txn;
using storage::View;

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int kNanosPerMicro = 1000;
constexpr size_t kHashedBytesTypical = 512;
constexpr char kFormat[] = "onething.audit.1";

const storage::Table<AuditRow, uint64_t>& Rows() {
  static const storage::Table<AuditRow, uint64_t> table(
      TableId::kAudit, [](const AuditRow& row) { return std::tuple(uint64_t{row.sequence()}); });
  return table;
}

const storage::Table<AuditHead>& Heads() {
  static const storage::Table<AuditHead> table(TableId::kAuditHead,
                                               [](const AuditHead&) { return std::tuple<>(); });
  return table;
}

AuditHead EmptyHead() {
  AuditHead head;
  head.set_hash(std::string(crypto::kDigestSize, '\0'));
  return head;
}

void AppendNumber(uint64_t value, std::string* out) { storage::AppendUnsigned(value, out); }

void AppendBytes(absl::string_view bytes, std::string* out) {
  AppendNumber(bytes.size(), out);
  out->append(bytes.data(), bytes.size());
}

void SetTime(absl::Time time, AuditRow* row) {
  const int64_t micros = absl::ToUnixMicros(time);
  CHECK(micros >= 0);
  row->mutable_time()->set_seconds(micros / kMicrosPerSecond);
  row->mutable_time()->set_nanos(static_cast<int>(micros % kMicrosPerSecond) * kNanosPerMicro);
}

// Walks the chain row by row; the state of one Verify.
class Verifier {
 public:
  explicit Verifier(const std::optional<AuditHead>& expected) : expected_(expected) {
    report_.head = EmptyHead();
  }

  // False after the first fault.
  bool Take(absl::string_view key, absl::string_view value) {
    const uint64_t place = report_.rows + 1;
    absl::string_view fields = key.substr(storage::TablePrefix(TableId::kAudit).size());
    uint64_t stands_at = 0;
    if (!storage::DecodeFields(fields, &stands_at) || stands_at < place) {
      return Fail(FaultKind::kUnreadable, place);
    }
    if (stands_at > place) {
      return Fail(FaultKind::kMissing, place);
    }
    AuditRow row;
    if (!storage::DecodeRecord(value, &row)) {
      return Fail(FaultKind::kUnreadable, place);
    }
    if (row.sequence() != place) {
      return Fail(FaultKind::kMoved, place);
    }
    if (row.previous_hash() != report_.head.hash()) {
      return Fail(FaultKind::kBrokenLink, place);
    }
    // Bytes that parse to the same fields without being what Append wrote are a change too.
    row.DiscardUnknownFields();
    if (row.hash() != crypto::AsBytes(crypto::Sm3(HashedBytes(row))) ||
        storage::EncodeRecord(row) != value) {
      return Fail(FaultKind::kChanged, place);
    }
    report_.rows = place;
    report_.head.set_sequence(place);
    report_.head.set_hash(row.hash());
    return !IsExpected(place) || row.hash() == expected_->hash() ||
           Fail(FaultKind::kExpectedHeadDiffers, place);
  }

  VerifyReport Finish(const AuditHead& stored_head) {
    if (!report_.first_fault.has_value() && expected_.has_value() &&
        expected_->sequence() > report_.rows) {
      Fail(FaultKind::kExpectedHeadDiffers, report_.rows + 1);
    }
    const uint64_t both = std::min<uint64_t>(stored_head.sequence(), report_.rows);
    const bool same_length = stored_head.sequence() == report_.rows;
    if (!report_.first_fault.has_value() &&
        (!same_length || stored_head.hash() != report_.head.hash())) {
      Fail(FaultKind::kHeadDiffers, same_length ? both : both + 1);
    }
    return std::move(report_);
  }

 private:
  bool IsExpected(uint64_t place) const {
    return expected_.has_value() && expected_->sequence() == place;
  }

  bool Fail(FaultKind kind, uint64_t sequence) {
    report_.first_fault = Fault{kind, sequence};
    return false;
  }

  const std::optional<AuditHead>& expected_;
  VerifyReport report_;
};

}  // namespace

// What is hashed:
//
//   hashed  := format previous_hash sequence seconds nanos method caller roles on_behalf_of
//              request_id resource request_digest outcome
//   format  := bytes, "onething.audit.1"
//   sequence, seconds, nanos := number
//   roles   := number of roles, then each role's enum value: number*
//   others  := bytes
//   bytes   := length: number, then that many bytes
//   number  := eight bytes, big-endian, two's complement
std::string HashedBytes(const AuditRow& row) {
  std::string out;
  out.reserve(kHashedBytesTypical);
  AppendBytes(kFormat, &out);
  AppendBytes(row.previous_hash(), &out);
  AppendNumber(row.sequence(), &out);
  AppendNumber(static_cast<uint64_t>(row.time().seconds()), &out);
  AppendNumber(static_cast<uint64_t>(int64_t{row.time().nanos()}), &out);
  AppendBytes(row.method(), &out);
  AppendBytes(row.caller(), &out);
  AppendNumber(static_cast<uint64_t>(row.roles_size()), &out);
  for (const int role : row.roles()) {
    AppendNumber(static_cast<uint64_t>(int64_t{role}), &out);
  }
  AppendBytes(row.on_behalf_of(), &out);
  AppendBytes(row.request_id(), &out);
  AppendBytes(row.resource(), &out);
  AppendBytes(row.request_digest(), &out);
  AppendBytes(row.outcome(), &out);
  return out;
}

uint64_t Append(Txn& txn, const AuditEntry& entry) {
  AuditHead head = HeadOf(txn);
  AuditRow row;
  row.set_sequence(head.sequence() + 1);
  SetTime(txn.now(), &row);
  row.set_method(entry.method.data(), entry.method.size());
  row.set_caller(entry.caller.data(), entry.caller.size());
  for (const options::v1::Role role : entry.roles) {
    row.add_roles(role);
  }
  row.set_on_behalf_of(entry.on_behalf_of.data(), entry.on_behalf_of.size());
  row.set_request_id(entry.request_id.data(), entry.request_id.size());
  row.set_resource(entry.resource.data(), entry.resource.size());
  row.set_request_digest(entry.request_digest.data(), entry.request_digest.size());
  row.set_outcome(entry.outcome.data(), entry.outcome.size());
  row.set_previous_hash(std::move(*head.mutable_hash()));
  const crypto::Digest hash = crypto::Sm3(HashedBytes(row));
  row.set_hash(hash.data(), hash.size());
  Rows().Put(txn, row);
  head.set_sequence(row.sequence());
  head.set_hash(hash.data(), hash.size());
  Heads().Put(txn, head);
  return row.sequence();
}

AuditHead HeadOf(const View& view) { return Heads().Find(view).value_or(EmptyHead()); }

std::optional<AuditRow> Find(const View& view, uint64_t sequence) {
  return Rows().Find(view, sequence);
}

storage::Page<AuditRow> List(const View& view, const storage::PageRequest& request,
                             const storage::Filter<AuditRow>& filter) {
  return Rows().List(view, request, filter);
}

VerifyReport Verify(const View& view, const std::optional<AuditHead>& expected_head) {
  Verifier verifier(expected_head);
  const std::string first = storage::TablePrefix(TableId::kAudit);
  view.Scan(
      {first, storage::PrefixEnd(first)},
      [&](absl::string_view key, absl::string_view value) { return verifier.Take(key, value); });
  // Read without the table: a head that cannot be read is a finding here, not a failure of the
  // store.
  AuditHead stored = EmptyHead();
  const std::optional<std::string> value = view.Get(storage::TablePrefix(TableId::kAuditHead));
  if (value.has_value() && !storage::DecodeRecord(*value, &stored)) {
    stored = EmptyHead();
  }
  return verifier.Finish(stored);
}

std::string Describe(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kUnreadable:
      return absl::StrCat("audit row ", fault.sequence, " cannot be read");
    case FaultKind::kMissing:
      return absl::StrCat("audit row ", fault.sequence, " is missing");
    case FaultKind::kMoved:
      return absl::StrCat("audit row ", fault.sequence, " is another row moved to this place");
    case FaultKind::kBrokenLink:
      return absl::StrCat("audit row ", fault.sequence, " does not follow the row before it");
    case FaultKind::kChanged:
      return absl::StrCat("audit row ", fault.sequence, " was changed");
    case FaultKind::kHeadDiffers:
      return absl::StrCat("the audit trail and its stored head part at row ", fault.sequence);
    case FaultKind::kExpectedHeadDiffers:
      return absl::StrCat("the audit trail and the head kept outside part at row ", fault.sequence);
  }
  return "";
}

}  // namespace onething::audit
