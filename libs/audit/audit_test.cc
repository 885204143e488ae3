#include "libs/audit/audit.h"

#include <google/protobuf/stubs/logging.h>

#include <catch2/catch.hpp>
#include <random>

#include "libs/base/error.h"
#include "libs/crypto/bytes.h"
#include "libs/storage/key.h"
#include "libs/storage/test_store.h"

namespace onething::audit {
namespace {

using ops::v1::AuditHead;
using ops::v1::AuditRow;
using storage::EncodeKey;
using storage::TableId;
using storage::TestStore;
using storage::Txn;
using storage::View;

constexpr uint64_t kRows = 6;

void Must(TestStore* store, const std::function<void(Txn&)>& write) {
  const absl::Status status = store->Run([&write](Txn& txn) {
    write(txn);
    return absl::OkStatus();
  });
  REQUIRE(status.ok());
}

void AppendRows(TestStore* store, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    store->clock().Advance(absl::Milliseconds(1500));
    Must(store, [i](Txn& txn) {
      const std::vector<options::v1::Role> roles = {options::v1::ROLE_PORTAL,
                                                    options::v1::ROLE_OPERATOR};
      const std::string request_id = "request-" + std::to_string(i);
      Append(txn, {.method = "/onething.testing.v1.Counters/Add",
                   .caller = "spiffe://36/portal",
                   .roles = roles,
                   .on_behalf_of = "460100********1234",
                   .request_id = request_id,
                   .resource = "counters/七",
                   .request_digest = crypto::Sm3(request_id),
                   .outcome = "added"});
    });
  }
}

VerifyReport VerifyStore(TestStore* store,
                         const std::optional<AuditHead>& expected = std::nullopt) {
  return store->Query([&expected](const View& view) {
    VerifyReport report = Verify(view, expected);
    REQUIRE(view.status().ok());
    return report;
  });
}

AuditHead HeadOfStore(TestStore* store) {
  return store->Query([](const View& view) { return HeadOf(view); });
}

std::string KeyOf(uint64_t sequence) { return EncodeKey(TableId::kAudit, sequence); }

AuditRow RowAt(const View& view, uint64_t sequence) {
  AuditRow row;
  REQUIRE(storage::DecodeRecord(view.Get(KeyOf(sequence)).value_or(""), &row));
  return row;
}

void PutRow(Txn& txn, uint64_t place, const AuditRow& row) {
  txn.Put(KeyOf(place), storage::EncodeRecord(row));
}

void PutHead(Txn& txn, const AuditRow& last) {
  AuditHead head;
  head.set_sequence(last.sequence());
  head.set_hash(last.hash());
  txn.Put(EncodeKey(TableId::kAuditHead), storage::EncodeRecord(head));
}

void Rehash(AuditRow* row) {
  row->set_hash(std::string(crypto::AsBytes(crypto::Sm3(HashedBytes(*row)))));
}

// What someone who knows the format but has no copy of the head can do: a chain that fits in
// itself.
void RewriteFrom(Txn& txn, uint64_t first, uint64_t last) {
  AuditRow before = RowAt(txn, first);
  for (uint64_t i = first + 1; i <= last; ++i) {
    AuditRow row = RowAt(txn, i);
    row.set_sequence(i);
    row.set_previous_hash(before.hash());
    Rehash(&row);
    PutRow(txn, i, row);
    before = row;
  }
  PutHead(txn, before);
}

TEST_CASE("a chain of rows as they were appended verifies, also against a head kept outside") {
  TestStore store;
  const VerifyReport empty = VerifyStore(&store, HeadOfStore(&store));
  CHECK(empty.rows == 0);
  CHECK_FALSE(empty.first_fault.has_value());
  AppendRows(&store, kRows);
  const AuditHead middle = HeadOfStore(&store);
  AppendRows(&store, kRows);
  for (const auto& expected :
       {std::optional<AuditHead>(), std::optional(middle), std::optional(HeadOfStore(&store))}) {
    const VerifyReport report = VerifyStore(&store, expected);
    CHECK(report.rows == 2 * kRows);
    CHECK_FALSE(report.first_fault.has_value());
    CHECK(report.head.sequence() == 2 * kRows);
    CHECK(report.head.hash() == HeadOfStore(&store).hash());
  }
}

TEST_CASE("a row says who did what and when, and its hash is of the documented bytes") {
  TestStore store;
  AppendRows(&store, 1);
  const AuditRow row = store.Query([](const View& view) { return List(view, {}).records.at(0); });
  CHECK(row.sequence() == 1);
  CHECK(absl::FromUnixSeconds(row.time().seconds()) + absl::Nanoseconds(row.time().nanos()) ==
        store.clock().Now());
  CHECK(row.method() == "/onething.testing.v1.Counters/Add");
  CHECK(row.caller() == "spiffe://36/portal");
  CHECK(row.roles_size() == 2);
  CHECK(row.on_behalf_of() == "460100********1234");
  CHECK(row.request_id() == "request-0");
  CHECK(row.resource() == "counters/七");
  CHECK(row.request_digest() == crypto::AsBytes(crypto::Sm3("request-0")));
  CHECK(row.outcome() == "added");
  CHECK(row.previous_hash() == std::string(32, '\0'));
  AuditRow small;
  small.set_sequence(258);
  small.set_previous_hash("p");
  small.mutable_time()->set_seconds(2);
  small.set_method("m");
  small.add_roles(options::v1::ROLE_PORTAL);
  CHECK(crypto::ToHex(HashedBytes(small)) ==
        "00000000000000106f6e657468696e672e61756469742e31"  // format
        "000000000000000170"                                // previous_hash
        "0000000000000102"                                  // sequence
        "00000000000000020000000000000000"                  // seconds, nanos
        "00000000000000016d"                                // method
        "0000000000000000"                                  // caller
        "00000000000000010000000000000002"                  // roles
        "0000000000000000000000000000000000000000000000000000000000000000"
        "0000000000000000");
}

TEST_CASE("an undone command leaves no row and no gap") {
  TestStore store;
  AppendRows(&store, 1);
  const absl::Status refused = store.Run([](Txn& txn) {
    Append(txn, {.method = "refused"});
    return absl::FailedPreconditionError("no");
  });
  CHECK_FALSE(refused.ok());
  AppendRows(&store, 1);
  CHECK(VerifyStore(&store).rows == 2);
}

TEST_CASE("several rows of one group follow each other") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    Append(txn, {.method = "a"});
    Append(txn, {.method = "b"});
  });
  store.Reopen();
  AppendRows(&store, 1);
  const VerifyReport report = VerifyStore(&store);
  CHECK(report.rows == 3);
  CHECK_FALSE(report.first_fault.has_value());
}

struct Tampering {
  std::string name;
  std::function<void(Txn&)> change;
  FaultKind kind;
  uint64_t sequence;
  // Found only with the head kept outside: whoever did it rewrote everything after it.
  bool needs_head = false;
};

const Tampering kTamperings[] = {
    {"a field changed",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, 3);
       row.set_caller("nobody");
       PutRow(txn, 3, row);
     },
     FaultKind::kChanged, 3},
    {"a field changed and the row hashed again",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, 3);
       row.set_caller("nobody");
       Rehash(&row);
       PutRow(txn, 3, row);
     },
     FaultKind::kBrokenLink, 4},
    {"the last row changed and hashed again",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, kRows);
       row.set_caller("nobody");
       Rehash(&row);
       PutRow(txn, kRows, row);
     },
     FaultKind::kHeadDiffers, kRows},
    {"a field changed and the rest of the chain rewritten",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, 3);
       row.set_caller("nobody");
       Rehash(&row);
       PutRow(txn, 3, row);
       RewriteFrom(txn, 3, kRows);
     },
     FaultKind::kExpectedHeadDiffers, kRows, true},
    {"the time changed by a nanosecond",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, 1);
       row.mutable_time()->set_nanos(row.time().nanos() + 1);
       PutRow(txn, 1, row);
     },
     FaultKind::kChanged, 1},
    {"text moved from one field to the next",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, 2);
       row.set_resource(row.request_id() + row.resource());
       row.clear_request_id();
       PutRow(txn, 2, row);
     },
     FaultKind::kChanged, 2},
    {"bytes added that no field holds",
     [](Txn& txn) { txn.Put(KeyOf(2), *txn.Get(KeyOf(2)) + std::string("\xA0\x06\x01", 3)); },
     FaultKind::kChanged, 2},
    {"a row made unreadable", [](Txn& txn) { txn.Put(KeyOf(5), "\x01\xFF"); },
     FaultKind::kUnreadable, 5},
    {"a row emptied", [](Txn& txn) { txn.Put(KeyOf(5), ""); }, FaultKind::kUnreadable, 5},
    {"a row under a key that is none",
     [](Txn& txn) { txn.Put(EncodeKey(TableId::kAudit) + "x", *txn.Get(KeyOf(1))); },
     FaultKind::kUnreadable, kRows + 1},
    {"a row in place zero", [](Txn& txn) { PutRow(txn, 0, RowAt(txn, 1)); }, FaultKind::kUnreadable,
     1},
    {"the first row removed", [](Txn& txn) { txn.Delete(KeyOf(1)); }, FaultKind::kMissing, 1},
    {"a row removed", [](Txn& txn) { txn.Delete(KeyOf(4)); }, FaultKind::kMissing, 4},
    {"a row removed and those behind moved up",
     [](Txn& txn) {
       for (uint64_t i = 3; i < kRows; ++i) {
         PutRow(txn, i, RowAt(txn, i + 1));
       }
       txn.Delete(KeyOf(kRows));
     },
     FaultKind::kMoved, 3},
    {"a row removed and those behind numbered anew",
     [](Txn& txn) {
       for (uint64_t i = 3; i < kRows; ++i) {
         AuditRow row = RowAt(txn, i + 1);
         row.set_sequence(i);
         Rehash(&row);
         PutRow(txn, i, row);
       }
       txn.Delete(KeyOf(kRows));
     },
     FaultKind::kBrokenLink, 3},
    {"two rows swapped",
     [](Txn& txn) {
       const AuditRow second = RowAt(txn, 2);
       PutRow(txn, 2, RowAt(txn, 3));
       PutRow(txn, 3, second);
     },
     FaultKind::kMoved, 2},
    {"two rows swapped and numbered anew",
     [](Txn& txn) {
       AuditRow second = RowAt(txn, 2);
       AuditRow third = RowAt(txn, 3);
       second.set_sequence(3);
       third.set_sequence(2);
       Rehash(&second);
       Rehash(&third);
       PutRow(txn, 2, third);
       PutRow(txn, 3, second);
     },
     FaultKind::kBrokenLink, 2},
    {"a row inserted, those behind numbered anew",
     [](Txn& txn) {
       for (uint64_t i = kRows; i >= 3; --i) {
         AuditRow row = RowAt(txn, i);
         row.set_sequence(i + 1);
         Rehash(&row);
         PutRow(txn, i + 1, row);
       }
       AuditRow forged = RowAt(txn, 2);
       forged.set_sequence(3);
       forged.set_previous_hash(forged.hash());
       Rehash(&forged);
       PutRow(txn, 3, forged);
     },
     FaultKind::kBrokenLink, 4},
    {"the last row cut off", [](Txn& txn) { txn.Delete(KeyOf(kRows)); }, FaultKind::kHeadDiffers,
     kRows},
    {"all rows cut off",
     [](Txn& txn) {
       for (uint64_t i = 1; i <= kRows; ++i) {
         txn.Delete(KeyOf(i));
       }
     },
     FaultKind::kHeadDiffers, 1},
    {"the last two rows cut off and the head set back",
     [](Txn& txn) {
       txn.Delete(KeyOf(kRows));
       txn.Delete(KeyOf(kRows - 1));
       PutHead(txn, RowAt(txn, kRows - 2));
     },
     FaultKind::kExpectedHeadDiffers, kRows - 1, true},
    {"everything removed, head too",
     [](Txn& txn) {
       for (uint64_t i = 1; i <= kRows; ++i) {
         txn.Delete(KeyOf(i));
       }
       txn.Delete(EncodeKey(TableId::kAuditHead));
     },
     FaultKind::kExpectedHeadDiffers, 1, true},
    {"a row appended without the head",
     [](Txn& txn) {
       AuditRow row = RowAt(txn, kRows);
       row.set_sequence(kRows + 1);
       row.set_previous_hash(row.hash());
       Rehash(&row);
       PutRow(txn, kRows + 1, row);
     },
     FaultKind::kHeadDiffers, kRows + 1},
    {"the head made unreadable", [](Txn& txn) { txn.Put(EncodeKey(TableId::kAuditHead), "?"); },
     FaultKind::kHeadDiffers, 1},
};

TEST_CASE("every kind of tampering is found and its row named") {
  for (const Tampering& tampering : kTamperings) {
    INFO(tampering.name);
    TestStore store;
    AppendRows(&store, kRows);
    const AuditHead kept = HeadOfStore(&store);
    Must(&store, tampering.change);
    const VerifyReport alone = VerifyStore(&store);
    const VerifyReport report = VerifyStore(&store, kept);
    CHECK(alone.first_fault.has_value() == !tampering.needs_head);
    REQUIRE(report.first_fault.has_value());
    CHECK(report.first_fault->sequence == tampering.sequence);
    CHECK(Describe(alone.first_fault.value_or(*report.first_fault)) ==
          Describe({tampering.kind, tampering.sequence}));
  }
}

TEST_CASE("a change of any bit of a row or of the head is found") {
  // protobuf complains of every text that is no longer UTF-8.
  const google::protobuf::LogSilencer silence;
  TestStore store;
  AppendRows(&store, 3);
  for (const std::string& key : {KeyOf(2), KeyOf(3), EncodeKey(TableId::kAuditHead)}) {
    const std::string value = *store.Query([&key](const View& view) { return view.Get(key); });
    for (size_t bit = 0; bit < value.size() * 8; ++bit) {
      std::string damaged = value;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      storage::WriteSet overlay;
      const auto snapshot = store.engine().TakeSnapshot();
      Txn txn(*snapshot, &overlay, absl::UnixEpoch());
      txn.Put(key, damaged);
      REQUIRE(Verify(txn).first_fault.has_value());
    }
  }
}

TEST_CASE("appending to a chain whose head cannot be read is refused") {
  TestStore store;
  AppendRows(&store, 1);
  Must(&store, [](Txn& txn) { txn.Put(EncodeKey(TableId::kAuditHead), "?"); });
  const absl::Status status = store.Run([](Txn& txn) {
    Append(txn, {.method = "m"});
    return absl::OkStatus();
  });
  CHECK(status.code() == absl::StatusCode::kDataLoss);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_RECORD_CORRUPT);
}

TEST_CASE("rows are listed a page at a time, with a filter") {
  TestStore store;
  AppendRows(&store, 5);
  store.Query([](const View& view) {
    const auto first = List(view, {.size = 3});
    CHECK(first.records.size() == 3);
    const auto rest = List(view, {.cursor = first.next_cursor, .size = 3});
    CHECK(rest.records.size() == 2);
    CHECK(rest.next_cursor.empty());
    const auto one =
        List(view, {}, [](const AuditRow& row) { return row.request_id() == "request-3"; });
    REQUIRE(one.records.size() == 1);
    CHECK(one.records[0].sequence() == 4);
    return 0;
  });
}

}  // namespace
}  // namespace onething::audit
