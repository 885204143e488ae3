#include "tools/onething/request_file.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/config/load_yaml.h"

namespace onething::tool {
namespace {

absl::Status Unusable(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("文件 ", path, " 不能用：\n", why));
}

absl::Status ReadJson(const std::string& path, google::protobuf::Message* message) {
  std::ifstream input(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, message, options);
  return parsed.ok()
             ? absl::OkStatus()
             : Unusable(path, std::string(parsed.message().data(), parsed.message().size()));
}

}  // namespace

absl::Status ReadMessageFile(const std::string& path, google::protobuf::Message* message,
                             config::SourceMap* places) {
  if (absl::EndsWith(path, ".json")) {
    return ReadJson(path, message);
  }
  const absl::Status loaded = config::LoadYamlFile(path, {}, message, nullptr, places);
  return loaded.ok() ? loaded : Unusable(path, loaded.message());
}

}  // namespace onething::tool
