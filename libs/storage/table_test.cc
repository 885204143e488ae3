#include "libs/storage/table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "libs/storage/test_store.h"
#include "onething/testing/v1/storage.pb.h"

namespace onething::storage {
namespace {

using testing::v1::TestRow;
using ByColour = Index<TestRow, std::string>;
using ByTag = Index<TestRow, std::string>;
using RowTable = Table<TestRow, std::string, uint64_t>;

const ByColour kByColour(TableId::kTestRowsByColour, [](const TestRow& row) {
  return row.colour().empty() ? std::vector<ByColour::Entry>{}
                              : std::vector<ByColour::Entry>{{row.colour()}};
});

const ByTag kByTag(TableId::kTestRowsByTag, [](const TestRow& row) {
  std::vector<ByTag::Entry> entries;
  for (const std::string& tag : row.tags()) {
    entries.emplace_back(tag);
  }
  return entries;
});

const RowTable kRows(TableId::kTestRows,
                     [](const TestRow& row) {
                       return std::tuple(row.shelf(), uint64_t{row.number()});
                     },
                     {&kByColour, &kByTag});

TestRow MakeRow(const std::string& shelf, uint64_t number, const std::string& colour = "",
                const std::vector<std::string>& tags = {}) {
  TestRow row;
  row.set_shelf(shelf);
  row.set_number(number);
  row.set_colour(colour);
  for (const std::string& tag : tags) {
    row.add_tags(tag);
  }
  return row;
}

void Must(TestStore* store, const std::function<void(Txn&)>& write) {
  const absl::Status status = store->Run([&write](Txn& txn) {
    write(txn);
    return absl::OkStatus();
  });
  REQUIRE(status.ok());
}

std::vector<uint64_t> NumbersOf(const std::vector<TestRow>& rows) {
  std::vector<uint64_t> numbers;
  for (const TestRow& row : rows) {
    numbers.push_back(row.number());
  }
  return numbers;
}

// Reads a listing to its end, `size` a page.
template <class ListPage>
std::vector<uint64_t> ReadPages(size_t size, ListPage list_page) {
  std::vector<uint64_t> numbers;
  PageRequest request{.size = size};
  do {
    const Page<TestRow> page = list_page(request);
    REQUIRE(page.records.size() <= size);
    for (const uint64_t number : NumbersOf(page.records)) {
      numbers.push_back(number);
    }
    request.cursor = page.next_cursor;
  } while (!request.cursor.empty());
  return numbers;
}

TEST_CASE("a record is found, replaced and deleted by its key") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    kRows.Put(txn, MakeRow("a", 1, "red"));
    kRows.Put(txn, MakeRow("a", 1, "blue"));
    kRows.Put(txn, MakeRow("b", 1, "red"));
    kRows.Delete(txn, "b", 2);
    CHECK(kRows.Find(txn, "a", 1)->colour() == "blue");
  });
  store.Query([](const View& view) {
    CHECK(kRows.Find(view, "a", 1)->colour() == "blue");
    CHECK(kRows.Contains(view, "b", 1));
    CHECK_FALSE(kRows.Contains(view, "b", 2));
    CHECK_FALSE(kRows.Find(view, "", 0).has_value());
    return 0;
  });
  Must(&store, [](Txn& txn) { kRows.Delete(txn, "a", 1); });
  store.Query([](const View& view) {
    CHECK_FALSE(kRows.Contains(view, "a", 1));
    CHECK(kRows.CheckIndexes(view).ok());
    return 0;
  });
}

TEST_CASE("indexes follow every change of a record") {
  TestStore store;
  Must(&store, [](Txn& txn) { kRows.Put(txn, MakeRow("a", 1, "red", {"x", "y"})); });
  Must(&store, [](Txn& txn) { kRows.Put(txn, MakeRow("a", 2, "red", {"y", "y"})); });
  Must(&store, [](Txn& txn) { kRows.Put(txn, MakeRow("a", 1, "blue", {"y", "z"})); });
  store.Query([](const View& view) {
    CHECK(NumbersOf(kRows.ListBy(view, kByColour, {}, nullptr, "red").records) ==
          std::vector<uint64_t>{2});
    CHECK(NumbersOf(kRows.ListBy(view, kByTag, {}, nullptr, "y").records) ==
          std::vector<uint64_t>{1, 2});
    CHECK(kRows.ListBy(view, kByTag, {}, nullptr, "x").records.empty());
    CHECK(RowTable::ContainsBy(view, kByTag, "z"));
    CHECK_FALSE(RowTable::ContainsBy(view, kByTag, "x"));
    CHECK(kRows.CheckIndexes(view).ok());
    return 0;
  });
}

TEST_CASE("random changes of a table agree with a plain map, its indexes with its rows") {
  const uint64_t seed = 11;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  TestStore store;
  std::map<std::pair<std::string, uint64_t>, std::string> model;
  const std::vector<std::string> colours = {"", "red", "blue"};
  for (int group = 0; group < 100; ++group) {
    Must(&store, [&](Txn& txn) {
      for (int i = 0; i < 10; ++i) {
        const std::string shelf = random() % 2 == 0 ? "a" : "b";
        const uint64_t number = random() % 20;
        if (random() % 3 == 0) {
          kRows.Delete(txn, shelf, number);
          model.erase({shelf, number});
        } else {
          const std::string colour = colours[random() % colours.size()];
          kRows.Put(txn, MakeRow(shelf, number, colour, {std::to_string(random() % 3)}));
          model[{shelf, number}] = colour;
        }
      }
    });
    store.Query([&](const View& view) {
      REQUIRE(kRows.CheckIndexes(view).ok());
      std::map<std::pair<std::string, uint64_t>, std::string> rows;
      kRows.ForEach(view, [&rows](const TestRow& row) {
        rows[{row.shelf(), row.number()}] = row.colour();
        return true;
      });
      REQUIRE(rows == model);
      return 0;
    });
  }
}

TEST_CASE("the index check finds what was planted") {
  struct Damage {
    std::string name;
    std::function<void(Txn&)> plant;
    std::string found;
  };
  const std::string entry =
      EncodeKey(TableId::kTestRowsByColour, std::string("red"), std::string("a"), uint64_t{1});
  const std::vector<Damage> damages = {
      {"a missing entry", [&](Txn& txn) { txn.Delete(entry); }, "a row lacks an index entry"},
      {"an entry too many",
       [](Txn& txn) {
         txn.Put(
             EncodeKey(TableId::kTestRowsByTag, std::string("q"), std::string("a"), uint64_t{1}),
             "");
       },
       "an index entry belongs to no row"},
      {"a row removed behind the table",
       [](Txn& txn) { txn.Delete(EncodeKey(TableId::kTestRows, std::string("a"), uint64_t{1})); },
       "an index entry belongs to no row"},
      {"an index key that is none",
       [](Txn& txn) { txn.Put(TablePrefix(TableId::kTestRowsByTag) + "?", ""); },
       "an index entry belongs to no row"},
      {"a row that cannot be read",
       [](Txn& txn) {
         txn.Put(EncodeKey(TableId::kTestRows, std::string("a"), uint64_t{2}), "\x01\xFF");
       },
       "a stored onething.testing.v1.TestRow cannot be read"},
  };
  for (const Damage& damage : damages) {
    INFO(damage.name);
    TestStore store;
    Must(&store, [](Txn& txn) { kRows.Put(txn, MakeRow("a", 1, "red", {"x"})); });
    Must(&store, damage.plant);
    const absl::Status status =
        store.Query([](const View& view) { return kRows.CheckIndexes(view); });
    CHECK(status.code() == absl::StatusCode::kDataLoss);
    CHECK(ReasonOf(status) == common::v1::ERROR_REASON_RECORD_CORRUPT);
    CHECK(status.message() == damage.found);
  }
}

TEST_CASE("a record that cannot be read, or of a later version, poisons whoever reads it") {
  const std::vector<std::string> values = {"", "\x02", "\x01\xFF\xFF",
                                           "\x01\x0A\x05"
                                           "ab"};
  for (const std::string& value : values) {
    TestStore store;
    Must(&store, [&](Txn& txn) {
      txn.Put(EncodeKey(TableId::kTestRows, std::string("a"), uint64_t{1}), value);
      kRows.Put(txn, MakeRow("a", 2));
    });
    const absl::Status found = store.Query([](const View& view) {
      CHECK_FALSE(kRows.Find(view, "a", 1).has_value());
      CHECK_FALSE(kRows.Find(view, "a", 2).has_value());
      return view.status();
    });
    CHECK(found.code() == absl::StatusCode::kDataLoss);
    const absl::Status listed = store.Query([](const View& view) {
      kRows.List(view, {}, nullptr);
      return view.status();
    });
    CHECK(listed.code() == absl::StatusCode::kDataLoss);
    const absl::Status written = store.Run([](Txn& txn) {
      kRows.Put(txn, MakeRow("a", 1));
      kRows.Put(txn, MakeRow("a", 3));
      return absl::OkStatus();
    });
    CHECK(written.code() == absl::StatusCode::kDataLoss);
    CHECK(store.Query([](const View& view) { return !kRows.Contains(view, "a", 3); }));
  }
}

TEST_CASE("an index entry without its row poisons a listing by it") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    txn.Put(EncodeKey(TableId::kTestRowsByTag, std::string("x"), std::string("a"), uint64_t{1}),
            "");
  });
  const absl::Status status = store.Query([](const View& view) {
    CHECK(kRows.ListBy(view, kByTag, {}, nullptr, "x").records.empty());
    return view.status();
  });
  CHECK(status.code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("pages of any size give every row once, in order, by key and by index") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    for (uint64_t i = 0; i < 10; ++i) {
      kRows.Put(txn, MakeRow("a", i, i % 2 == 0 ? "red" : "blue"));
    }
    kRows.Put(txn, MakeRow("aa", 100, "red"));
  });
  store.Query([](const View& view) {
    for (size_t size = 1; size <= 12; ++size) {
      CHECK(ReadPages(size, [&](const PageRequest& page) {
              return kRows.List(view, page, nullptr, "a");
            }) == std::vector<uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
      CHECK(ReadPages(size, [&](const PageRequest& page) {
              return kRows.ListBy(view, kByColour, page, nullptr, "red");
            }) == std::vector<uint64_t>{0, 2, 4, 6, 8, 100});
    }
    return 0;
  });
}

TEST_CASE("a full last page has no cursor") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    kRows.Put(txn, MakeRow("a", 1));
    kRows.Put(txn, MakeRow("a", 2));
    kRows.Put(txn, MakeRow("b", 3));
  });
  store.Query([](const View& view) {
    CHECK(kRows.List(view, {.size = 2}, nullptr, "a").next_cursor.empty());
    CHECK_FALSE(kRows.List(view, {.size = 1}, nullptr, "a").next_cursor.empty());
    return 0;
  });
}

TEST_CASE("a cursor holds its place whatever is inserted or deleted meanwhile, its own row too") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    for (const uint64_t i : {10, 20, 30, 40}) {
      kRows.Put(txn, MakeRow("a", i));
    }
  });
  const auto list = [&store](const std::string& cursor) {
    return store.Query([&](const View& view) {
      return kRows.List(view, {.cursor = cursor, .size = 2}, nullptr, "a");
    });
  };
  const Page<TestRow> first = list("");
  CHECK(NumbersOf(first.records) == std::vector<uint64_t>{10, 20});
  Must(&store, [](Txn& txn) {
    kRows.Delete(txn, "a", 20);
    kRows.Put(txn, MakeRow("a", 5));
    kRows.Put(txn, MakeRow("a", 25));
  });
  CHECK(NumbersOf(list(first.next_cursor).records) == std::vector<uint64_t>{25, 30});
}

TEST_CASE("a cursor of whatever bytes never leaves the listing it is used in") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    kRows.Put(txn, MakeRow("a", 1));
    kRows.Put(txn, MakeRow("b", 2));
    kRows.Put(txn, MakeRow("c", 3));
  });
  store.Query([](const View& view) {
    for (const std::string& cursor :
         {std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), std::string(1, '\0'),
          EncodeFields(uint64_t{2}), std::string(1000, '\xFF')}) {
      for (const uint64_t number :
           NumbersOf(kRows.List(view, {.cursor = cursor}, nullptr, "b").records)) {
        CHECK(number == 2);
      }
    }
    return 0;
  });
}

TEST_CASE("a rarely met filter gives short pages with a cursor after scan_max rows") {
  TestStore store;
  Must(&store, [](Txn& txn) {
    for (uint64_t i = 0; i < 95; ++i) {
      kRows.Put(txn, MakeRow("a", i));
    }
  });
  store.Query([](const View& view) {
    const Filter<TestRow> rare = [](const TestRow& row) {
      return row.number() == 3 || row.number() == 90;
    };
    std::vector<size_t> sizes;
    std::vector<uint64_t> numbers;
    PageRequest request{.size = 10, .scan_max = 20};
    do {
      const Page<TestRow> page = kRows.List(view, request, rare, "a");
      sizes.push_back(page.records.size());
      for (const uint64_t number : NumbersOf(page.records)) {
        numbers.push_back(number);
      }
      request.cursor = page.next_cursor;
    } while (!request.cursor.empty());
    CHECK(sizes == std::vector<size_t>{1, 0, 0, 0, 1});
    CHECK(numbers == std::vector<uint64_t>{3, 90});
    return 0;
  });
}

}  // namespace
}  // namespace onething::storage
