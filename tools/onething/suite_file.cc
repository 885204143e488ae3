#include "tools/onething/suite_file.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

std::string PathIn(const std::string& directory) { return absl::StrCat(directory, "/suite.json"); }

std::map<std::string, std::string> TextsIn(const nlohmann::json& document, const char* key) {
  std::map<std::string, std::string> texts;
  const auto found = document.find(key);
  if (found != document.end() && found->is_object()) {
    for (const auto& [name, value] : found->items()) {
      if (value.is_string()) {
        texts[name] = value;
      }
    }
  }
  return texts;
}

}  // namespace

absl::StatusOr<SuiteFile> ReadSuiteFile(const std::string& directory) {
  std::ifstream input(PathIn(directory));
  if (!input) {
    return absl::NotFoundError(absl::StrCat("找不到 ", PathIn(directory)));
  }
  const nlohmann::json document = nlohmann::json::parse(input, nullptr, false);
  if (!document.is_object() || !document.contains("services")) {
    return absl::InvalidArgumentError(absl::StrCat(PathIn(directory), " 不是有效的 suite.json"));
  }
  SuiteFile file;
  const auto province = document.find("province");
  if (province != document.end() && province->is_string()) {
    file.province = *province;
  }
  file.services = TextsIn(document, "services");
  file.metrics = TextsIn(document, "metrics");
  return file;
}

absl::Status WriteSuiteFile(const std::string& directory, const SuiteFile& file) {
  const nlohmann::json document = {
      {"province", file.province}, {"services", file.services}, {"metrics", file.metrics}};
  std::ofstream output(PathIn(directory));
  output << document.dump(2) << "\n";
  output.close();
  if (!output) {
    return UnwritableError(PathIn(directory));
  }
  return absl::OkStatus();
}

}  // namespace onething::tool
