#include "libs/runtime/backup.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/runtime/test_counter.h"
#include "libs/storage/rocksdb_engine.h"

namespace onething::runtime {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;

// A store with one key, and the place for its backups.
struct Fixture {
  TempFolder folder;
  std::unique_ptr<storage::Engine> engine =
      storage::OpenRocksdb({.path = folder.path("store")}).value();
  BackupDirectory backups{folder.path("backups")};

  Fixture() { REQUIRE(engine->Write({{"key", "value"}}).ok()); }

  absl::StatusOr<ops::v1::Backup> Create(const std::string& id, const std::string& request_id,
                                         const std::string& owner = "test/36") {
    ops::v1::Backup what;
    what.set_backup_id(id);
    what.set_owner(owner);
    what.set_schema_version(3);
    what.mutable_create_time()->set_seconds(1772413200);
    what.mutable_create_time()->set_nanos(123456000);
    what.mutable_audit_head()->set_sequence(7);
    what.mutable_audit_head()->set_hash(std::string("\0\x01\xff", 3));
    return backups.Create(engine.get(), what, request_id);
  }
};

TEST_CASE("a backup holds a store that opens, and a manifest that agrees with it") {
  Fixture fixture;
  const absl::StatusOr<ops::v1::Backup> made = fixture.Create("first", "request-1");
  INFO(made.status());
  REQUIRE(made.ok());
  CHECK(made->name() == "backups/first");
  CHECK(made->file_count() > 0);
  CHECK(made->size_bytes() > 0);
  CHECK(made->create_time().nanos() == 123456000);
  CHECK(made->audit_head().hash() == std::string("\0\x01\xff", 3));
  const std::string folder = fixture.folder.path("backups/first");
  CHECK(CheckBackup(folder).ok());

  const auto copy = storage::OpenRocksdb({.path = folder + "/store"});
  REQUIRE(copy.ok());
  std::string value;
  CHECK((*copy)->TakeSnapshot()->Get("key", storage::ReadTier::kAll, &value).value() ==
        storage::Lookup::kFound);
  CHECK(value == "value");
}

TEST_CASE("the same request finds its backup again, another one is refused") {
  Fixture fixture;
  REQUIRE(fixture.Create("first", "request-1").ok());
  CHECK(fixture.Create("first", "request-1").ok());
  const absl::Status other = fixture.Create("first", "request-2").status();
  CHECK(ReasonOf(other) == common::v1::ERROR_REASON_BACKUP_TARGET);
  CHECK(other.message() == "备份“first”已经存在；请换一个名称");
  CHECK(ReasonOf(fixture.Create("first", "request-1", "other/36").status()) ==
        common::v1::ERROR_REASON_BACKUP_TARGET);
}

TEST_CASE("no id leads out of the backup directory") {
  Fixture fixture;
  for (const char* id :
       {"", ".", "..", "../x", "a/b", "/abs", ".hidden", "a\\b", "名", "a b", "-x"}) {
    INFO(id);
    CHECK_FALSE(IsBackupId(id));
    CHECK(ReasonOf(fixture.Create(id, "request-1").status()) ==
          common::v1::ERROR_REASON_FIELD_INVALID);
  }
  CHECK_FALSE(IsBackupId(std::string("a\0b", 3)));
  CHECK_FALSE(IsBackupId(std::string(65, 'a')));
  CHECK(IsBackupId(std::string(64, 'a')));
  CHECK(IsBackupId("2026-03-02T09.00_a"));
  CHECK_FALSE(fs::exists(fixture.folder.path("backups")));

  // A name that is a link to elsewhere exists already.
  fs::create_directories(fixture.folder.path("backups"));
  fs::create_symlink(fixture.folder.path("outside"), fixture.folder.path("backups/link"));
  CHECK(ReasonOf(fixture.Create("link", "request-1").status()) ==
        common::v1::ERROR_REASON_BACKUP_TARGET);
  CHECK_FALSE(fs::exists(fixture.folder.path("outside")));
}

TEST_CASE("without a directory, or with one that cannot be written, a backup is refused") {
  Fixture fixture;
  BackupDirectory none("");
  ops::v1::Backup what;
  what.set_backup_id("a");
  CHECK(ReasonOf(none.Create(fixture.engine.get(), what, "r").status()) ==
        common::v1::ERROR_REASON_BACKUP_TARGET);
  CHECK(none.List("test/36").empty());
  BackupDirectory blocked(fixture.folder.Write("file", "x"));
  const absl::Status refused = blocked.Create(fixture.engine.get(), what, "r").status();
  CHECK(ReasonOf(refused) == common::v1::ERROR_REASON_BACKUP_TARGET);
  CHECK(refused.message() ==
        absl::StrCat("无法写入 ", fixture.folder.path("file/.a."), "：路径中有一段不是目录"));
}

TEST_CASE("what a crash left of a backup is not listed and does not stand in the way") {
  Fixture fixture;
  fs::create_directories(fixture.folder.path("backups/.first.test-36/store"));
  fs::create_directories(fixture.folder.path("backups/no-manifest"));
  fs::create_directories(fixture.folder.path("backups/wrong"));
  fixture.folder.Write("backups/wrong/manifest.json", "{\"owner\": 7}");
  CHECK(fixture.backups.List("test/36").empty());
  CHECK(fixture.Create("first", "request-1").ok());
  CHECK_FALSE(fs::exists(fixture.folder.path("backups/.first.test-36")));
}

TEST_CASE("backups are listed by id, each owner's own") {
  Fixture fixture;
  REQUIRE(fixture.Create("b", "request-1").ok());
  REQUIRE(fixture.Create("a", "request-2").ok());
  REQUIRE(fixture.Create("c", "request-3", "other/36").ok());
  const std::vector<ops::v1::Backup> listed = fixture.backups.List("test/36");
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].backup_id() == "a");
  CHECK(listed[1].backup_id() == "b");
  CHECK(listed[0].schema_version() == 3);
}

TEST_CASE("a file of a backup that was changed, lost or added is found") {
  Fixture fixture;
  REQUIRE(fixture.Create("first", "request-1").ok());
  const std::string folder = fixture.folder.path("backups/first");
  const fs::path current = folder + "/store/CURRENT";
  std::ofstream(folder + "/store/added") << "x";
  CHECK(CheckBackup(folder).message() == "备份中的 store/added 是多出来的");
  fs::remove(folder + "/store/added");
  CHECK(CheckBackup(folder).ok());
  std::ofstream(current, std::ios::app) << "x";
  CHECK(CheckBackup(folder).message() == "备份中的 store/CURRENT 已被改动");
  fs::remove(current);
  CHECK(CheckBackup(folder).message() == "备份中的 store/CURRENT 缺失");
  fs::remove(folder + "/manifest.json");
  CHECK(CheckBackup(folder).code() == absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace onething::runtime
