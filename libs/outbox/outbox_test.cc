#include "libs/outbox/outbox.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libs/outbox/outbox_fixture.h"
#include "libs/storage/key.h"
#include "onething/testing/v1/counter.pb.h"

namespace onething::outbox {
namespace {

using storage::Txn;

const absl::Status kDown = absl::UnavailableError("down");

absl::Status Refused() {
  return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND,
                   "没有事项 113600000144");
}

uint64_t Pending(OutboxFixture* fixture, const std::string& destination) {
  for (const DestinationStats& stats : fixture->Stats()) {
    if (stats.destination == destination) {
      return stats.pending;
    }
  }
  return 0;
}

// An entry refused for good, with the default handler: a dead letter.
uint64_t MakeDead(OutboxFixture* fixture, const std::string& destination,
                  const std::string& order_key = "") {
  const uint64_t id = fixture->Enqueue(destination, order_key);
  fixture->Step();
  fixture->Answer(id, Refused());
  REQUIRE(fixture->Find(id)->state() == OutboxEntry::DEAD);
  return id;
}

TEST_CASE("an entry holds what is to be sent, with a request id of its own inside the request") {
  OutboxFixture fixture;
  const uint64_t id = fixture.Enqueue("license", "cases/1", "body");
  const OutboxEntry entry = *fixture.Find(id);
  CHECK(id == 1);
  CHECK(entry.state() == OutboxEntry::PENDING);
  CHECK(entry.request_id() == RequestIdFor("test/0", 1, fixture.store_.clock().Now()));
  CHECK(entry.request() == "body " + entry.request_id());
  CHECK(entry.context() == "context");
  CHECK(entry.attempts() == 0);
  CHECK(entry.create_time().seconds() == absl::ToUnixSeconds(fixture.store_.clock().Now()));
  CHECK_FALSE(entry.has_expire_time());
  CHECK(fixture.Check().ok());
}

TEST_CASE("request ids fit their format and differ by owner, entry and time of creation") {
  const absl::Time time = absl::FromUnixMicros(0x123456789ABCD);
  CHECK(RequestIdFor("workflow/36", 17, time) == "workflow.36.123456789abcd.17");
  CHECK(RequestIdFor("a_b-c", 1, absl::UnixEpoch()) == "a_b-c.0.1");
  CHECK(RequestIdFor("a", 1, absl::UnixEpoch()).size() < 8);
  CHECK(RequestIdFor(std::string(24, 'x'), UINT64_MAX, time + absl::Hours(24 * 365 * 100)).size() <=
        64);
}

TEST_CASE("a message gets its request id, an answer its type") {
  testing::v1::AddToCounterRequest request;
  request.set_amount(7);
  testing::v1::AddToCounterRequest sent;
  REQUIRE(sent.ParseFromString(WithRequestId(request)("the-id")));
  CHECK(sent.request_id() == "the-id");
  CHECK(sent.amount() == 7);
  testing::v1::Counter counter;
  counter.set_value(9);
  CHECK(ParseAnswer<testing::v1::Counter>(counter.SerializeAsString())->value() == 9);
  CHECK(ParseAnswer<testing::v1::Counter>(kDown).status() == kDown);
  CHECK(ParseAnswer<testing::v1::Counter>(std::string("\xFF")).status().code() ==
        absl::StatusCode::kDataLoss);
}

TEST_CASE("an undone command enqueues nothing") {
  OutboxFixture fixture;
  const absl::Status status = fixture.store_.Run([&](Txn& txn) {
    CHECK(fixture.outbox_
              .Enqueue(txn, {.destination = "license",
                             .request = [](const std::string&) { return ""; },
                             .kind = "test"})
              .ok());
    return absl::AbortedError("no");
  });
  CHECK_FALSE(status.ok());
  fixture.Step();
  CHECK(fixture.sender_.calls.empty());
  CHECK(fixture.Check().ok());
  CHECK(fixture.Enqueue("license") == 1);
}

TEST_CASE("a destination that is full refuses one more, and others go on") {
  OutboxFixture fixture({.owner = "test/0", .entries_max = 2});
  CHECK(fixture.Enqueue("peer/33") > 0);
  CHECK(fixture.Enqueue("peer/33") > 0);
  CHECK(fixture.Enqueue("peer/33") == 0);
  CHECK(fixture.enqueue_status.code() == absl::StatusCode::kResourceExhausted);
  CHECK(ReasonOf(fixture.enqueue_status) == common::v1::ERROR_REASON_LIMIT_REACHED);
  CHECK(fixture.Enqueue("peer/34") > 0);
  fixture.Step();
  fixture.Answer(1, Refused());
  CHECK(fixture.Enqueue("peer/33") == 0);
  CHECK(fixture.Drop(1).ok());
  CHECK(fixture.Enqueue("peer/33") > 0);
}

TEST_CASE("a request that is too large is refused") {
  OutboxFixture fixture({.owner = "test/0", .request_bytes_max = 100});
  CHECK(fixture.Enqueue("license", "", std::string(101, 'x')) == 0);
  CHECK(ReasonOf(fixture.enqueue_status) == common::v1::ERROR_REASON_LIMIT_REACHED);
  CHECK(fixture.Check().ok());
}

TEST_CASE("an answer is handled and its entry deleted in one command") {
  OutboxFixture fixture;
  const std::string key = storage::EncodeKey(storage::TableId::kTestRows, uint64_t{1});
  fixture.on_answer = [&](Txn& txn, const OutboxEntry& entry,
                          const absl::StatusOr<std::string>& answer) {
    CHECK(entry.context() == "context");
    txn.Put(key, *answer);
    return absl::OkStatus();
  };
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  fixture.Answer(id, "the answer");
  CHECK_FALSE(fixture.Find(id).has_value());
  CHECK(fixture.store_.Query([&](const storage::View& view) { return view.Get(key); }) ==
        "the answer");
  CHECK(Pending(&fixture, "license") == 0);
  CHECK(fixture.Check().ok());
}

TEST_CASE(
    "what the receiver refused for good goes to the handler, who settles it or leaves a dead "
    "letter") {
  for (const bool settles : {true, false}) {
    OutboxFixture fixture;
    fixture.on_answer = [&](Txn&, const OutboxEntry&, const absl::StatusOr<std::string>& answer) {
      CHECK(ReasonOf(answer.status()) == common::v1::ERROR_REASON_ITEM_NOT_FOUND);
      return settles ? absl::OkStatus() : answer.status();
    };
    const uint64_t id = fixture.Enqueue("catalogue");
    fixture.Step();
    fixture.Answer(id, Refused());
    const std::optional<OutboxEntry> entry = fixture.Find(id);
    CHECK(entry.has_value() == !settles);
    if (entry.has_value()) {
      CHECK(entry->state() == OutboxEntry::DEAD);
      CHECK(entry->attempts() == 1);
      CHECK(entry->last_code() == static_cast<int>(absl::StatusCode::kNotFound));
      CHECK(entry->last_reason() == "ITEM_NOT_FOUND");
      CHECK(entry->last_error() == "没有事项 11**********");
      CHECK_FALSE(entry->has_next_attempt_time());
    }
    CHECK(fixture.Check().ok());
  }
}

TEST_CASE("a handler that fails leaves nothing but the dead letter that says why") {
  OutboxFixture fixture;
  const std::string key = storage::EncodeKey(storage::TableId::kTestRows, uint64_t{1});
  fixture.on_answer = [&](Txn& txn, const OutboxEntry&, const absl::StatusOr<std::string>&) {
    txn.Put(key, "half done");
    CHECK(fixture.outbox_
              .Enqueue(txn, {.destination = "rating",
                             .request = [](const std::string&) { return ""; },
                             .kind = "test"})
              .ok());
    return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_CASE_STATE,
                     "closed");
  };
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  fixture.Answer(id, "answer");
  CHECK(fixture.Find(id)->state() == OutboxEntry::DEAD);
  CHECK(fixture.Find(id)->last_reason() == "CASE_STATE");
  CHECK_FALSE(
      fixture.store_.Query([&](const storage::View& view) { return view.Get(key); }).has_value());
  CHECK(fixture.sender_.calls.empty());
  CHECK(Pending(&fixture, "rating") == 0);
  CHECK(fixture.Check().ok());
}

TEST_CASE("a handler whose reads fail counts as a failed call, so that it is tried again") {
  OutboxFixture fixture;
  fixture.on_answer = [](Txn& txn, const OutboxEntry&, const absl::StatusOr<std::string>&) {
    txn.Poison(absl::DataLossError("damage"));
    return absl::OkStatus();
  };
  const uint64_t id = fixture.Enqueue("license");
  fixture.Step();
  fixture.Answer(id, "answer");
  CHECK(fixture.Find(id)->state() == OutboxEntry::PENDING);
  CHECK(fixture.Find(id)->attempts() == 1);
  CHECK(fixture.pump_->in_flight() == 0);
  fixture.on_answer = [](Txn&, const OutboxEntry&, const absl::StatusOr<std::string>&) {
    return absl::OkStatus();
  };
  fixture.StepToNextDue();
  fixture.Answer(id, "answer");
  CHECK_FALSE(fixture.Find(id).has_value());
}

TEST_CASE(
    "an entry of a kind that this build does not know becomes a dead letter when it is answered") {
  OutboxFixture fixture;
  const uint64_t id = fixture.Enqueue("license");
  const absl::Status renamed = fixture.store_.Run([&](Txn& txn) {
    OutboxEntry entry = *fixture.outbox_.Find(txn, id);
    entry.set_kind("of yesterday");
    txn.Put(storage::EncodeKey(storage::TableId::kOutbox, id), storage::EncodeRecord(entry));
    return absl::OkStatus();
  });
  REQUIRE(renamed.ok());
  fixture.Step();
  fixture.Answer(id, "answer");
  CHECK(fixture.Find(id)->state() == OutboxEntry::DEAD);
  CHECK(fixture.Find(id)->last_error() ==
        "no handler of this build takes answers of kind of yesterday");
}

TEST_CASE("after attempts_max failures an entry is given up") {
  OutboxFixture fixture({.owner = "test/0", .retry = {.attempts_max = 3}});
  const uint64_t id = fixture.Enqueue("peer/33");
  for (uint32_t attempt = 1; attempt <= 3; ++attempt) {
    CHECK(fixture.Find(id)->state() == OutboxEntry::PENDING);
    fixture.StepToNextDue();
    fixture.Answer(id, kDown);
    CHECK(fixture.Find(id)->attempts() == attempt);
  }
  CHECK(fixture.Find(id)->state() == OutboxEntry::DEAD);
  CHECK(fixture.Stats()[0].dead == 1);
  CHECK(fixture.pump_->NextDue() == absl::InfiniteFuture());
  CHECK(fixture.Check().ok());
}

TEST_CASE("an entry whose time is over becomes a dead letter, sent or not") {
  OutboxFixture fixture;
  const absl::Time now = fixture.store_.clock().Now();
  const uint64_t failing = fixture.Enqueue("peer/33", "", "x", now + absl::Seconds(1));
  fixture.Step();
  for (int i = 0; i < 10 && !fixture.sender_.calls.empty(); ++i) {
    fixture.Answer(failing, kDown);
    fixture.StepToNextDue();
  }
  CHECK(fixture.Find(failing)->state() == OutboxEntry::DEAD);
  CHECK(fixture.store_.clock().Now() <= now + absl::Seconds(1));
  const uint64_t late = fixture.Enqueue("peer/33", "", "x", now + absl::Seconds(2));
  fixture.store_.clock().Advance(absl::Seconds(5));
  fixture.Step();
  CHECK(fixture.sender_.calls.empty());
  fixture.store_.loop().RunPending();
  CHECK(fixture.Find(late)->state() == OutboxEntry::DEAD);
  CHECK(fixture.Replay(late).ok());
  fixture.Step();
  CHECK(fixture.sender_.Ids() == std::vector<uint64_t>{late});
}

TEST_CASE("a dead letter blocks its order key only, until it is replayed or dropped") {
  for (const bool replay : {true, false}) {
    OutboxFixture fixture;
    const uint64_t dead = MakeDead(&fixture, "peer/33", "cases/1");
    const uint64_t behind = fixture.Enqueue("peer/33", "cases/1");
    const uint64_t other = fixture.Enqueue("peer/33", "cases/2");
    fixture.Step();
    CHECK(fixture.sender_.Ids() == std::vector<uint64_t>{other});
    CHECK(fixture.Check().ok());
    fixture.on_answer = [](Txn&, const OutboxEntry&, const absl::StatusOr<std::string>&) {
      return absl::OkStatus();
    };
    if (replay) {
      CHECK(fixture.Replay(dead).ok());
      CHECK(fixture.Find(dead)->attempts() == 0);
      fixture.Step();
      CHECK(fixture.sender_.Ids() == std::vector<uint64_t>{other, dead});
      fixture.Answer(dead, "");
    } else {
      CHECK(fixture.Drop(dead).ok());
      CHECK_FALSE(fixture.Find(dead).has_value());
      fixture.Step();
    }
    CHECK(fixture.sender_.Ids() == std::vector<uint64_t>{other, behind});
    CHECK(fixture.Check().ok());
  }
}

TEST_CASE("only a dead letter is replayed or dropped") {
  OutboxFixture fixture;
  const uint64_t id = fixture.Enqueue("license");
  for (const absl::Status& status : {fixture.Replay(id), fixture.Drop(id)}) {
    CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_OUTBOX_ENTRY_STATE);
  }
  for (const absl::Status& status : {fixture.Replay(id + 1), fixture.Drop(id + 1)}) {
    CHECK(status.code() == absl::StatusCode::kNotFound);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_OUTBOX_ENTRY_NOT_FOUND);
  }
}

TEST_CASE("entries are listed by state and destination, a page at a time, without their content") {
  OutboxFixture fixture;
  const uint64_t dead = MakeDead(&fixture, "peer/33");
  const uint64_t a = fixture.Enqueue("license");
  const uint64_t b = fixture.Enqueue("peer/33");
  const uint64_t c = fixture.Enqueue("license");
  struct Row {
    OutboxEntry::State state;
    std::string destination;
    std::vector<uint64_t> ids;
  };
  const std::vector<Row> rows = {
      {OutboxEntry::STATE_UNSPECIFIED, "", {dead, a, b, c}},
      {OutboxEntry::STATE_UNSPECIFIED, "license", {a, c}},
      {OutboxEntry::PENDING, "", {a, c, b}},
      {OutboxEntry::PENDING, "peer/33", {b}},
      {OutboxEntry::DEAD, "", {dead}},
      {OutboxEntry::DEAD, "license", {}},
  };
  for (const Row& row : rows) {
    std::vector<uint64_t> ids;
    ListOptions options{row.state, row.destination, {.size = 1}};
    do {
      const storage::Page<OutboxEntry> page = fixture.List(options);
      for (const OutboxEntry& entry : page.records) {
        CHECK(entry.request().empty());
        CHECK(entry.context().empty());
        CHECK_FALSE(entry.request_id().empty());
        ids.push_back(entry.id());
      }
      options.page.cursor = page.next_cursor;
    } while (!options.page.cursor.empty());
    CHECK(ids == row.ids);
  }
}

TEST_CASE("counts and the age of the oldest are there without counting") {
  OutboxFixture fixture;
  CHECK(fixture.Stats().empty());
  const absl::Time start = fixture.store_.clock().Now();
  fixture.Enqueue("peer/33");
  fixture.store_.clock().Advance(absl::Minutes(1));
  fixture.Enqueue("peer/33");
  MakeDead(&fixture, "license");
  const std::vector<DestinationStats> stats = fixture.Stats();
  REQUIRE(stats.size() == 2);
  CHECK(stats[0].destination == "license");
  CHECK(stats[0].pending == 0);
  CHECK(stats[0].dead == 1);
  CHECK_FALSE(stats[0].oldest_pending_time.has_value());
  CHECK(stats[1].pending == 2);
  CHECK(stats[1].oldest_pending_time == start);
}

TEST_CASE("the check finds what was planted") {
  using storage::EncodeKey;
  using storage::TableId;
  struct Damage {
    std::string name;
    std::function<void(Txn&, OutboxEntry)> plant;
  };
  const auto put = [](Txn& txn, const OutboxEntry& entry) {
    txn.Put(EncodeKey(TableId::kOutbox, uint64_t{entry.id()}), storage::EncodeRecord(entry));
  };
  const std::vector<Damage> damages = {
      {"a lost row",
       [](Txn& txn, const OutboxEntry&) { txn.Delete(EncodeKey(TableId::kOutbox, uint64_t{1})); }},
      {"never due",
       [&](Txn& txn, OutboxEntry entry) {
         entry.clear_next_attempt_time();
         put(txn, entry);
       }},
      {"lost counts",
       [](Txn& txn, const OutboxEntry&) {
         txn.Delete(EncodeKey(TableId::kOutboxCounts, std::string("license")));
       }},
      {"wrong counts",
       [](Txn& txn, const OutboxEntry&) {
         ops::v1::OutboxCounts counts;
         counts.set_destination("license");
         counts.set_pending(3);
         txn.Put(EncodeKey(TableId::kOutboxCounts, std::string("license")),
                 storage::EncodeRecord(counts));
       }},
  };
  for (const Damage& damage : damages) {
    INFO(damage.name);
    OutboxFixture fixture;
    const uint64_t id = fixture.Enqueue("license", "cases/1");
    fixture.Enqueue("license", "cases/1");
    REQUIRE(fixture.Check().ok());
    const absl::Status planted = fixture.store_.Run([&](Txn& txn) {
      damage.plant(txn, *fixture.outbox_.Find(txn, id));
      return absl::OkStatus();
    });
    REQUIRE(planted.ok());
    CHECK(fixture.Check().code() == absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace onething::outbox
