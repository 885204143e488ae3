#include "libs/runtime/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/base/system_error.h"
#include "libs/crypto/sm3.h"
#include "libs/runtime/build_info.h"

namespace onething::runtime {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kManifest[] = "manifest.json";
constexpr char kStore[] = "store";
constexpr size_t kBackupIdMax = 64;
constexpr size_t kReadBytes = size_t{64} << 10;
constexpr int kIndent = 2;

absl::Status TargetError(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_BACKUP_TARGET,
                   sentence);
}

absl::Status TargetError(const fs::path& path, const std::error_code& error) {
  return TargetError(absl::StrCat("无法写入 ", path.string(), "：", SystemErrorText(error)));
}

// One file of a backup: bytes and hexadecimal SM3, by its path in the folder.
struct FileDigest {
  uint64_t bytes = 0;
  std::string sm3;

  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};
using FileDigests = std::map<std::string, FileDigest>;

absl::StatusOr<FileDigest> DigestOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  crypto::Sm3Hasher hasher;
  FileDigest digest;
  std::array<char, kReadBytes> buffer;
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    const auto count = static_cast<size_t>(file.gcount());
    hasher.Update(absl::string_view(buffer.data(), count));
    digest.bytes += count;
  }
  if (file.bad() || !file.eof()) {
    return TargetError(absl::StrCat("无法读取 ", path.string()));
  }
  digest.sm3 = absl::BytesToHexString(crypto::AsBytes(hasher.Finish()));
  return digest;
}

absl::StatusOr<FileDigests> DigestsOf(const fs::path& folder) {
  FileDigests digests;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder / kStore, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (entries->is_regular_file()) {
      ASSIGN_OR_RETURN(digests[fs::relative(entries->path(), folder).string()],
                       DigestOf(entries->path()));
    }
  }
  if (error) {
    return TargetError(folder, error);
  }
  return digests;
}

// Makes a file or folder durable.
absl::Status Sync(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) {
    close(descriptor);
  }
  return synced ? absl::OkStatus() : TargetError(path, error);
}

absl::Status WriteManifest(const fs::path& folder, const ops::v1::Backup& backup,
                           absl::string_view request_id, const FileDigests& digests) {
  json files = json::array();
  for (const auto& [path, digest] : digests) {
    files.push_back({{"path", path}, {"bytes", digest.bytes}, {"sm3", digest.sm3}});
  }
  const json manifest = {
      {"backup_id", backup.backup_id()},
      {"owner", backup.owner()},
      {"schema_version", backup.schema_version()},
      {"create_time", absl::FormatTime(absl::RFC3339_full,
                                       absl::FromUnixSeconds(backup.create_time().seconds()) +
                                           absl::Nanoseconds(backup.create_time().nanos()),
                                       absl::UTCTimeZone())},
      {"request_id", std::string(request_id)},
      {"version", BuildVersion()},
      {"audit_head",
       {{"sequence", backup.audit_head().sequence()},
        {"hash", absl::BytesToHexString(backup.audit_head().hash())}}},
      {"files", files},
  };
  std::ofstream file(folder / kManifest);
  file << manifest.dump(kIndent) << "\n";
  file.close();
  if (!file.good()) {
    return TargetError(absl::StrCat("无法写入 ", (folder / kManifest).string()));
  }
  return Sync(folder / kManifest);
}

// What a manifest says.
struct Manifest {
  ops::v1::Backup backup;
  std::string request_id;
  FileDigests files;
};

// Nullopt when there is no manifest or it is not one of ours.
std::optional<Manifest> ReadManifest(const fs::path& folder) {
  std::ifstream file(folder / kManifest);
  if (!file.is_open()) {
    return std::nullopt;
  }
  try {
    const json document = json::parse(file);
    Manifest manifest;
    ops::v1::Backup& backup = manifest.backup;
    backup.set_backup_id(folder.filename().string());
    backup.set_name(absl::StrCat("backups/", backup.backup_id()));
    backup.set_owner(document.at("owner").get<std::string>());
    backup.set_schema_version(document.at("schema_version").get<uint64_t>());
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, document.at("create_time").get<std::string>(), &time,
                         nullptr)) {
      return std::nullopt;
    }
    backup.mutable_create_time()->set_seconds(absl::ToUnixSeconds(time));
    backup.mutable_create_time()->set_nanos(static_cast<int32_t>(
        (time - absl::FromUnixSeconds(absl::ToUnixSeconds(time))) / absl::Nanoseconds(1)));
    const json& head = document.at("audit_head");
    backup.mutable_audit_head()->set_sequence(head.at("sequence").get<uint64_t>());
    backup.mutable_audit_head()->set_hash(
        absl::HexStringToBytes(head.at("hash").get<std::string>()));
    manifest.request_id = document.at("request_id").get<std::string>();
    uint64_t bytes = 0;
    for (const json& entry : document.at("files")) {
      FileDigest& digest = manifest.files[entry.at("path").get<std::string>()];
      digest = {.bytes = entry.at("bytes").get<uint64_t>(),
                .sm3 = entry.at("sm3").get<std::string>()};
      bytes += digest.bytes;
    }
    backup.set_file_count(manifest.files.size());
    backup.set_size_bytes(bytes);
    return manifest;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

bool IsBackupId(absl::string_view text) {
  return !text.empty() && text.size() <= kBackupIdMax && absl::ascii_isalnum(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

absl::StatusOr<ops::v1::Backup> BackupDirectory::Create(storage::Engine* engine,
                                                        const ops::v1::Backup& what,
                                                        absl::string_view request_id) {
  if (!IsBackupId(what.backup_id())) {
    return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_FIELD_INVALID,
                     "backup_id 须为1至64个字母、数字、“.”、“_”或“-”，以字母或数字开头");
  }
  if (path_.empty()) {
    return TargetError("服务没有配置备份目录；请在其配置中写明 server.backup_dir，再重新启动");
  }
  MutexLock lock(&mutex_);
  const fs::path folder = fs::path(path_) / what.backup_id();
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error))) {
    const std::optional<Manifest> found = ReadManifest(folder);
    if (found.has_value() && found->request_id == request_id &&
        found->backup.owner() == what.owner()) {
      return found->backup;
    }
    return TargetError(absl::StrCat("备份“", what.backup_id(), "”已经存在；请换一个名称"));
  }
  const fs::path unfinished =
      fs::path(path_) /
      absl::StrCat(".", what.backup_id(), ".", absl::StrReplaceAll(what.owner(), {{"/", "-"}}));
  fs::remove_all(unfinished, error);
  if (!fs::create_directories(unfinished, error)) {
    return TargetError(unfinished, error);
  }
  RETURN_IF_ERROR(engine->Checkpoint((unfinished / kStore).string()));
  ASSIGN_OR_RETURN(const FileDigests digests, DigestsOf(unfinished));
  RETURN_IF_ERROR(WriteManifest(unfinished, what, request_id, digests));
  RETURN_IF_ERROR(Sync(unfinished));
  fs::rename(unfinished, folder, error);
  if (error) {
    return TargetError(folder, error);
  }
  RETURN_IF_ERROR(Sync(path_));
  const std::optional<Manifest> written = ReadManifest(folder);
  if (!written.has_value()) {
    return TargetError(absl::StrCat("写入后无法读回 ", (folder / kManifest).string()));
  }
  return written->backup;
}

std::vector<ops::v1::Backup> BackupDirectory::List(absl::string_view owner) const {
  std::vector<ops::v1::Backup> backups;
  std::error_code error;
  if (path_.empty()) {
    return backups;
  }
  fs::directory_iterator entries(path_, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    if (!IsBackupId(entries->path().filename().string())) {
      continue;
    }
    std::optional<Manifest> manifest = ReadManifest(entries->path());
    if (manifest.has_value() && manifest->backup.owner() == owner) {
      backups.push_back(std::move(manifest->backup));
    }
  }
  std::sort(backups.begin(), backups.end(), [](const ops::v1::Backup& a, const ops::v1::Backup& b) {
    return a.backup_id() < b.backup_id();
  });
  return backups;
}

absl::Status CheckBackup(const std::string& folder) {
  const std::optional<Manifest> manifest = ReadManifest(folder);
  if (!manifest.has_value()) {
    return absl::NotFoundError(absl::StrCat(folder, " 中没有可以读取的 manifest.json"));
  }
  ASSIGN_OR_RETURN(const FileDigests found, DigestsOf(folder));
  const auto corrupt = [](const std::string& path, absl::string_view how) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                     absl::StrCat("备份中的 ", path, how));
  };
  for (const auto& [path, digest] : manifest->files) {
    const auto file = found.find(path);
    if (file == found.end()) {
      return corrupt(path, " 缺失");
    }
    if (file->second != digest) {
      return corrupt(path, " 已被改动");
    }
  }
  for (const auto& [path, digest] : found) {
    if (manifest->files.count(path) == 0) {
      return corrupt(path, " 是多出来的");
    }
  }
  return absl::OkStatus();
}

}  // namespace onething::runtime
