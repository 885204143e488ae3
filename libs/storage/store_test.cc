#include "libs/storage/store.h"

#include <spawn.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libs/base/error.h"
#include "libs/storage/key.h"
#include "libs/storage/test_store.h"

namespace onething::storage {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kRows = 50;

std::string KeyOf(uint64_t number) { return EncodeKey(TableId::kTestRows, number); }

// An empty directory on the machine's disk, removed at the end.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (fs::temp_directory_path() / "onething-store-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempDir() { fs::remove_all(path_); }

  std::string Sub(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

StoreOptions OnDisk(const std::string& path) {
  return {.engine = {.path = path}, .owner = "test/0", .loop = {.threaded = false}};
}

absl::Status PutRow(Store* store, uint64_t number) {
  return store->loop().Run([number](Txn& txn) {
    txn.Put(KeyOf(number), "row " + std::to_string(number));
    return absl::OkStatus();
  });
}

void PutRows(Store* store) {
  for (uint64_t i = 0; i < kRows; ++i) {
    REQUIRE(PutRow(store, i).ok());
  }
}

uint64_t CountRows(Store* store) {
  const auto snapshot = store->engine().TakeSnapshot();
  const View view(*snapshot, absl::UnixEpoch());
  uint64_t count = 0;
  view.Scan({KeyOf(0), PrefixEnd(TablePrefix(TableId::kTestRows))},
            [&count](absl::string_view, absl::string_view) { return ++count > 0; });
  return view.status().ok() ? count : 0;
}

fs::path FileIn(const std::string& directory, const std::string& extension) {
  fs::path largest;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == extension &&
        (largest.empty() || entry.file_size() > fs::file_size(largest))) {
      largest = entry.path();
    }
  }
  REQUIRE_FALSE(largest.empty());
  return largest;
}

void FlipByte(const fs::path& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const auto byte = static_cast<char>(file.get() ^ 0x55);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
  REQUIRE(file.good());
}

TEST_CASE("a store belongs to the owner that made it") {
  TestStore store;
  StoreOptions options = store.MakeOptions();
  store.Close();
  options.owner = "test/1";
  const absl::Status refused = Store::Open(options, &store.clock()).status();
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(std::string(refused.message()) == "the store /store belongs to test/0, not to test/1");
  store.Open();
  CHECK(store.store().owner() == "test/0");
}

TEST_CASE(
    "migrations run once each, in order, and a failed one is tried again from where it stood") {
  TestStore store;
  StoreOptions options = store.MakeOptions();
  store.Close();
  std::vector<uint64_t> ran;
  bool fail = true;
  const auto migration = [&ran](uint64_t from) {
    return Migration{from, [&ran, from](Txn& txn) {
                       ran.push_back(from);
                       txn.Put(KeyOf(from), "migrated");
                       return absl::OkStatus();
                     }};
  };
  const Migration failing = {2, [&](Txn& txn) {
                               txn.Put(KeyOf(99), "half done");
                               return fail ? absl::InternalError("not yet") : absl::OkStatus();
                             }};
  options.schema_version = 4;
  options.migrations = {migration(3), failing, migration(1)};
  CHECK(Store::Open(options, &store.clock()).status().message() == "not yet");
  CHECK(ran == std::vector<uint64_t>{1});
  fail = false;
  for (int opened = 0; opened < 2; ++opened) {
    const auto migrated = Store::Open(options, &store.clock());
    REQUIRE(migrated.ok());
    CHECK(CountRows(migrated->get()) == 3);
    CHECK(ran == std::vector<uint64_t>{1, 3});
  }
  options.schema_version = 5;
  CHECK(Store::Open(options, &store.clock()).status().message() == "no migration from schema 4");
  options.schema_version = 3;
  const absl::Status newer = Store::Open(options, &store.clock()).status();
  CHECK(newer.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(newer.message() == "the store has schema 4; this build reads up to 3");
}

TEST_CASE("a damaged schema version is data loss, not a fresh store") {
  TestStore store;
  const absl::Status damaged = store.Run([](Txn& txn) {
    txn.Put(EncodeKey(TableId::kMeta, std::string("schema_version")), "?");
    return absl::OkStatus();
  });
  REQUIRE(damaged.ok());
  const StoreOptions options = store.MakeOptions();
  store.Close();
  CHECK(Store::Open(options, &store.clock()).status().code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("a directory is opened once at a time") {
  const TempDir dir;
  const FakeClock clock;
  const StoreOptions options = OnDisk(dir.Sub("store"));
  auto first = Store::Open(options, &clock);
  REQUIRE(first.ok());
  const absl::Status second = Store::Open(options, &clock).status();
  CHECK(second.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(std::string(second.message()).find("in use by another process") != std::string::npos);
  CHECK(PutRow(first->get(), 1).ok());
  first->reset();
  CHECK(Store::Open(options, &clock).ok());
}

// Run in a process of its own by the next test.
TEST_CASE("the second process", "[.]") {
  const char* path = std::getenv("ONETHING_TEST_STORE");
  REQUIRE(path != nullptr);
  const FakeClock clock;
  const absl::Status refused = Store::Open(OnDisk(path), &clock).status();
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a directory that another process has open is refused") {
  const TempDir dir;
  const FakeClock clock;
  const StoreOptions options = OnDisk(dir.Sub("store"));
  const auto store = Store::Open(options, &clock);
  REQUIRE(store.ok());
  std::string program = "storage_test";
  std::string test = "the second process";
  std::string variable = "ONETHING_TEST_STORE=" + options.engine.path;
  char* const arguments[] = {program.data(), test.data(), nullptr};
  char* const environment[] = {variable.data(), nullptr};
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments, environment) == 0);
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(PutRow(store->get(), 1).ok());
}

TEST_CASE("a directory that cannot be made is an error of the disk") {
  const FakeClock clock;
  CHECK(Store::Open(OnDisk("/proc/onething/store"), &clock).status().code() ==
        absl::StatusCode::kInternal);
}

TEST_CASE("a checkpoint is a store of its own with what was committed before it") {
  const TempDir dir;
  const FakeClock clock;
  const StoreOptions options = OnDisk(dir.Sub("store"));
  const std::string target = dir.Sub("backup");
  {
    const auto store = Store::Open(options, &clock);
    REQUIRE(store.ok());
    PutRows(store->get());
    REQUIRE((*store)->engine().Checkpoint(target).ok());
    REQUIRE(PutRow(store->get(), kRows).ok());
    const absl::Status again = (*store)->engine().Checkpoint(target);
    CHECK(again.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(ReasonOf(again) == common::v1::ERROR_REASON_BACKUP_TARGET);
    CHECK((*store)->engine().Checkpoint("/proc/onething/backup").code() ==
          absl::StatusCode::kInternal);
    CHECK(CountRows(store->get()) == kRows + 1);
  }
  const auto backup = Store::Open(OnDisk(target), &clock);
  REQUIRE(backup.ok());
  CHECK(CountRows(backup->get()) == kRows);
  CHECK(PutRow(backup->get(), 1000).ok());
}

TEST_CASE("a torn end of the log costs what was not acknowledged, damage before it is data loss") {
  const TempDir dir;
  const FakeClock clock;
  const StoreOptions options = OnDisk(dir.Sub("store"));
  {
    const auto store = Store::Open(options, &clock);
    REQUIRE(store.ok());
    PutRows(store->get());
  }
  const std::string copy = dir.Sub("copy");
  fs::copy(options.engine.path, copy);
  const fs::path log = FileIn(copy, ".log");
  fs::resize_file(log, fs::file_size(log) - 3);
  {
    const auto torn = Store::Open(OnDisk(copy), &clock);
    REQUIRE(torn.ok());
    CHECK(CountRows(torn->get()) == kRows - 1);
  }
  const fs::path whole_log = FileIn(options.engine.path, ".log");
  FlipByte(whole_log, fs::file_size(whole_log) / 2);
  const absl::Status damaged = Store::Open(options, &clock).status();
  CHECK(damaged.code() == absl::StatusCode::kDataLoss);
  CHECK(ReasonOf(damaged) == common::v1::ERROR_REASON_RECORD_CORRUPT);
}

TEST_CASE("a damaged table file is found when its rows are read") {
  const TempDir dir;
  const FakeClock clock;
  const StoreOptions options = OnDisk(dir.Sub("store"));
  {
    const auto store = Store::Open(options, &clock);
    REQUIRE(store.ok());
    REQUIRE((*store)
                ->loop()
                .Run([](Txn& txn) {
                  for (uint64_t i = 0; i < 1000; ++i) {
                    txn.Put(KeyOf(i), std::to_string(i * 7919) + std::string(50, 'x') +
                                          std::to_string(i * 104729));
                  }
                  return absl::OkStatus();
                })
                .ok());
  }
  // Opening moves the log into a table file.
  REQUIRE(Store::Open(options, &clock).ok());
  const fs::path table = FileIn(options.engine.path, ".sst");
  FlipByte(table, fs::file_size(table) / 2);
  const auto store = Store::Open(options, &clock);
  REQUIRE(store.ok());
  const auto snapshot = (*store)->engine().TakeSnapshot();
  const View view(*snapshot, absl::UnixEpoch());
  for (uint64_t i = 0; i < 1000 && view.status().ok(); ++i) {
    view.Get(KeyOf(i));
  }
  CHECK(view.status().code() == absl::StatusCode::kDataLoss);
  const View scanning(*snapshot, absl::UnixEpoch());
  uint64_t visited = 0;
  scanning.Scan({KeyOf(0), ""},
                [&visited](absl::string_view, absl::string_view) { return ++visited > 0; });
  CHECK(scanning.status().code() == absl::StatusCode::kDataLoss);
  CHECK(visited < 1000);
}

TEST_CASE("an engine tells what it keeps") {
  TestStore store;
  PutRows(&store.store());
  CHECK(store.engine().Stats().memory_bytes > 0);
  store.Reopen();
  CHECK(store.engine().Stats().disk_bytes > 0);
  CHECK(store.engine().Stats().write_stalls == 0);
}

}  // namespace
}  // namespace onething::storage
