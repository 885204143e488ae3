#include "libs/storage/view.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "libs/base/error.h"
#include "libs/storage/key.h"
#include "libs/storage/test_store.h"

namespace onething::storage {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;
using Model = std::map<std::string, std::string>;

constexpr int kSeeds = 300;

std::string KeyOf(uint64_t number) { return EncodeKey(TableId::kTestRows, number); }

// A kilobyte that does not compress away.
std::string RandomText(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < 1000) {
    text += std::to_string(random());
  }
  return text;
}

Rows ScanAll(const View& view, const KeyRange& range) {
  Rows rows;
  view.Scan(range, [&rows](absl::string_view key, absl::string_view value) {
    rows.emplace_back(std::string(key), std::string(value));
    return true;
  });
  return rows;
}

Rows Between(const Model& model, const KeyRange& range) {
  Rows rows;
  for (const auto& [key, value] : model) {
    if (key >= range.first && (range.end.empty() || key < range.end)) {
      rows.emplace_back(key, value);
    }
  }
  return rows;
}

// A store with rows 0, 2, 4 … 18, each with its number as value.
class TenRows {
 public:
  TenRows() {
    const absl::Status status = store_.Run([this](Txn& txn) {
      for (uint64_t i = 0; i < 20; i += 2) {
        txn.Put(KeyOf(i), std::to_string(i));
        model_[KeyOf(i)] = std::to_string(i);
      }
      return absl::OkStatus();
    });
    REQUIRE(status.ok());
    snapshot_ = store_.engine().TakeSnapshot();
  }

  TestStore store_;
  Model model_;
  std::shared_ptr<const Snapshot> snapshot_;
  WriteSet overlay_;
};

TEST_CASE(
    "a transaction sees its own writes merged with the store, in any range, as a plain map would") {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    static TenRows rows;
    rows.overlay_.clear();
    Model model = rows.model_;
    Txn txn(*rows.snapshot_, &rows.overlay_, absl::UnixEpoch());
    for (int step = 0; step < 30; ++step) {
      const std::string key = KeyOf(random() % 22);
      if (random() % 2 == 0) {
        const std::string value = std::to_string(random() % 1000);
        txn.Put(key, value);
        model[key] = value;
      } else {
        txn.Delete(key);
        model.erase(key);
      }
      const std::string probe = KeyOf(random() % 22);
      const auto expected = model.find(probe);
      REQUIRE(txn.Get(probe) ==
              (expected == model.end() ? std::nullopt : std::optional(expected->second)));
      const uint64_t first = random() % 22;
      const KeyRange range = {KeyOf(first), random() % 4 == 0
                                                ? PrefixEnd(TablePrefix(TableId::kTestRows))
                                                : KeyOf(first + random() % 10)};
      REQUIRE(ScanAll(txn, range) == Between(model, range));
    }
  }
}

TEST_CASE("rolling back restores writes, hooks and bytes to any save point") {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    static TenRows rows;
    rows.overlay_.clear();
    Txn earlier(*rows.snapshot_, &rows.overlay_, absl::UnixEpoch());
    earlier.Put(KeyOf(1), "of the command before");
    earlier.Delete(KeyOf(2));
    Txn txn(*rows.snapshot_, &rows.overlay_, absl::UnixEpoch());
    std::vector<std::pair<Txn::SavePoint, WriteSet>> saved = {{txn.Save(), rows.overlay_}};
    for (int step = 0; step < 40; ++step) {
      const std::string key = KeyOf(random() % 6);
      switch (random() % 6) {
        case 0:
          saved.emplace_back(txn.Save(), rows.overlay_);
          break;
        case 1:
          txn.RollBack(saved.back().first);
          REQUIRE(rows.overlay_ == saved.back().second);
          if (saved.size() > 1) {
            saved.pop_back();
          }
          break;
        case 2:
          txn.Delete(key);
          break;
        case 3:
          txn.OnCommit([] {});
          break;
        default:
          txn.Put(key, std::to_string(random()));
      }
    }
    txn.RollBack();
    REQUIRE(rows.overlay_ == saved.front().second);
    REQUIRE(txn.bytes_written() == 0);
    REQUIRE(txn.TakeHooks().empty());
  }
}

TEST_CASE("hooks registered before a save point survive, later ones do not") {
  TenRows rows;
  Txn txn(*rows.snapshot_, &rows.overlay_, absl::UnixEpoch());
  txn.OnCommit([] {});
  const Txn::SavePoint save_point = txn.Save();
  txn.OnCommit([] {});
  txn.RollBack(save_point);
  CHECK(txn.TakeHooks().size() == 1);
}

TEST_CASE("a scan may write: what it has passed stays passed, what it puts ahead is met") {
  TenRows rows;
  Txn txn(*rows.snapshot_, &rows.overlay_, absl::UnixEpoch());
  std::vector<std::string> seen;
  txn.Scan({KeyOf(0), KeyOf(10)}, [&](absl::string_view key, absl::string_view value) {
    seen.emplace_back(value);
    if (value == "2") {
      txn.Put(KeyOf(1), "behind");
      txn.Put(KeyOf(3), "ahead");
      txn.Delete(KeyOf(4));
      txn.Put(KeyOf(8), "changed");
      txn.Delete(std::string(key));
      txn.Put(KeyOf(11), "outside");
    }
    return true;
  });
  CHECK(seen == std::vector<std::string>{"0", "2", "ahead", "6", "changed"});
}

TEST_CASE("a scan stops when its visitor says so or the view is poisoned") {
  TenRows rows;
  const View view(*rows.snapshot_, absl::UnixEpoch());
  int visits = 0;
  view.Scan({KeyOf(0), ""}, [&](absl::string_view, absl::string_view) { return ++visits < 3; });
  CHECK(visits == 3);
  view.Scan({KeyOf(0), ""}, [&](absl::string_view, absl::string_view) {
    view.Poison(absl::DataLossError("first"));
    return ++visits < 100;
  });
  CHECK(visits == 4);
  view.Poison(absl::InternalError("second"));
  CHECK(view.status().message() == "first");
  CHECK_FALSE(view.Get(KeyOf(0)).has_value());
  CHECK(ScanAll(view, {KeyOf(0), ""}).empty());
  CHECK_FALSE(view.would_block());
}

TEST_CASE("sequences count from one, each for itself, without gaps over what is committed") {
  TestStore store;
  std::vector<uint64_t> numbers;
  for (const bool keep : {true, false, true}) {
    const absl::Status status = store.Run([&](Txn& txn) {
      numbers.push_back(txn.NextInSequence("a"));
      numbers.push_back(txn.NextInSequence("a"));
      numbers.push_back(txn.NextInSequence("b"));
      return keep ? absl::OkStatus() : absl::AbortedError("no");
    });
    CHECK(status.ok() == keep);
  }
  CHECK(numbers == std::vector<uint64_t>{1, 2, 1, 3, 4, 2, 3, 4, 2});
}

TEST_CASE("a damaged sequence row poisons the command that needs it") {
  TestStore store;
  const absl::Status planted = store.Run([](Txn& txn) {
    txn.Put(EncodeKey(TableId::kSequences, std::string("a")), "not a number");
    return absl::OkStatus();
  });
  REQUIRE(planted.ok());
  const absl::Status status = store.Run([](Txn& txn) {
    txn.NextInSequence("a");
    return absl::OkStatus();
  });
  CHECK(status.code() == absl::StatusCode::kDataLoss);
  CHECK(ReasonOf(status) == common::v1::ERROR_REASON_RECORD_CORRUPT);
}

TEST_CASE("a memory-only view says when a read would wait on the disk, and a full view reads on") {
  TestStore store;
  const absl::Status written = store.Run([](Txn& txn) {
    // Enough to keep the row out of the block that is read when a store is opened.
    for (uint64_t i = 0; i < 100; ++i) {
      txn.Put(KeyOf(i), RandomText(i));
    }
    txn.Put(KeyOf(50), "x");
    return absl::OkStatus();
  });
  REQUIRE(written.ok());
  const auto read = [](const View& view) {
    return view.Get(KeyOf(50)).value_or(view.would_block() ? "?" : "");
  };
  CHECK(store.Query(read, ReadTier::kMemory) == "x");
  // Opening moves what was in the log into a file, whose blocks are not in memory yet.
  store.Reopen();
  CHECK(store.Query(read, ReadTier::kMemory) == "?");
  const absl::Status scanned = store.Query(
      [](const View& view) {
        ScanAll(view, {KeyOf(30), ""});
        CHECK(view.would_block());
        return view.status();
      },
      ReadTier::kMemory);
  CHECK(scanned.code() == absl::StatusCode::kUnavailable);
  CHECK(store.Query(read) == "x");
  CHECK(store.Query(read, ReadTier::kMemory) == "x");
}

}  // namespace
}  // namespace onething::storage
