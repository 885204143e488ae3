#include "libs/config/load_yaml.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/check.h"
#include "libs/config/diagnostic_log.h"
#include "libs/config/line_index.h"
#include "libs/config/message_mapper.h"
#include "libs/config/text_screen.h"
#include "libs/config/yaml_tree.h"

namespace onething::config {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

// The nesting that yaml-cpp's own recursion and ours bear on any thread's stack.
constexpr int kDepthBound = 100;

void Load(absl::string_view text, const LoadOptions& options, google::protobuf::Message* out,
          DiagnosticLog* log, SourceMap* source_map) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  if (text.size() > options.size_bytes_max) {
    log->Error({.position = {}, .message = absl::StrCat("超过", options.size_bytes_max, "字节")});
    return;
  }
  const LineIndex lines(text);
  if (!ScreenText(text, lines, options, log)) {
    return;
  }
  if (const std::optional<YamlNode> root = ParseTree(text, lines, options, log)) {
    *source_map = SourceMap(source_map->file(), root->position);
    MessageMapper(options, log, source_map).Map(*root, out);
  }
}

}  // namespace

absl::Status LoadYaml(absl::string_view text, absl::string_view file_name,
                      const LoadOptions& options, google::protobuf::Message* out,
                      std::vector<Diagnostic>* diagnostics, SourceMap* source_map) {
  CHECK(out != nullptr);
  CHECK(options.depth_max <= kDepthBound);
  out->Clear();
  DiagnosticLog log(file_name, options.diagnostic_count_max);
  SourceMap places(file_name);
  Load(text, options, out, &log, &places);
  if (log.has_error()) {
    out->Clear();
  }
  std::vector<Diagnostic> found = std::move(log).Take();
  absl::Status status = ToStatus(found);
  if (diagnostics != nullptr) {
    *diagnostics = std::move(found);
  }
  if (source_map != nullptr) {
    *source_map = std::move(places);
  }
  return status;
}

absl::Status LoadYamlFile(absl::string_view path, const LoadOptions& options,
                          google::protobuf::Message* out, std::vector<Diagnostic>* diagnostics,
                          SourceMap* source_map) {
  const std::string name(path);
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(name, error);
  if (!std::filesystem::exists(status)) {
    return absl::NotFoundError(absl::StrCat("没有文件 ", name));
  }
  std::ifstream stream;
  if (std::filesystem::is_regular_file(status)) {
    stream.open(name, std::ios::binary);
  }
  if (!stream.is_open()) {
    return absl::FailedPreconditionError(absl::StrCat(name, " 不是可以读取的文件"));
  }
  // One byte more than allowed, and a byte order mark, tell that the file is too large.
  std::string text(options.size_bytes_max + sizeof(kByteOrderMark), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) {
    return absl::FailedPreconditionError(absl::StrCat("读取文件 ", name, " 失败"));
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  return LoadYaml(text, path, options, out, diagnostics, source_map);
}

}  // namespace onething::config
