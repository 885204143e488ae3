// BackupDirectory: the one folder under which a service writes copies of its store. A backup is a
// folder named by its id:
//
//   <backup_dir>/<backup_id>/manifest.json  owner, schema version, time, audit head, files with SM3
//   <backup_dir>/<backup_id>/store/…        what a service opens as `<data_dir>/store`
//
// A backup appears complete, by renaming; what a crash leaves begins with a dot. It does not
// restore, prune or send anywhere: these are copying, deleting and sending a folder.

#ifndef ONETHING_LIBS_RUNTIME_BACKUP_H_
#define ONETHING_LIBS_RUNTIME_BACKUP_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"
#include "libs/storage/engine.h"
#include "onething/ops/v1/operations.pb.h"

namespace onething::runtime {

// Whether a text is a backup id: 1 to 64 letters, digits, `.`, `_` and `-`, beginning with a letter
// or digit. So an id is one name in one folder, never a way out of it.
bool IsBackupId(absl::string_view text);

// Safe from any thread; two backups of one service are made one after the other.
class BackupDirectory {
 public:
  // `path` empty: no directory is configured, everything is refused or empty.
  explicit BackupDirectory(std::string path) : path_(std::move(path)) {}
  BackupDirectory(const BackupDirectory&) = delete;
  BackupDirectory& operator=(const BackupDirectory&) = delete;

  // Copies the store of `engine` and returns `what` completed with the files' count and size. The
  // same request_id again finds the backup it has made. INVALID_ARGUMENT (FIELD_INVALID): no backup
  // id. FAILED_PRECONDITION (BACKUP_TARGET): no directory, the backup exists, or the directory
  // cannot be written.
  absl::StatusOr<ops::v1::Backup> Create(storage::Engine* engine, const ops::v1::Backup& what,
                                         absl::string_view request_id);

  // The complete backups of `owner`, by id. A folder without a readable manifest is none.
  std::vector<ops::v1::Backup> List(absl::string_view owner) const;

 private:
  // Constant after construction.
  const std::string path_;

  // Held while a backup is made.
  Mutex mutex_;
};

// Compares every file of a backup with its manifest. DATA_LOSS (RECORD_CORRUPT) naming the first
// that is missing, added or changed; NOT_FOUND when there is no manifest.
absl::Status CheckBackup(const std::string& folder);

}  // namespace onething::runtime

#endif  // ONETHING_LIBS_RUNTIME_BACKUP_H_
