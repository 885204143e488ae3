#include "tools/onething/bundle_check.h"

#include <algorithm>
#include <tuple>

#include "libs/base/error.h"
#include "libs/config/load_yaml.h"
#include "libs/rpc/validator.h"
#include "services/workflow/bundle_check_rules.h"

namespace onething::tool {
namespace {

std::vector<config::Diagnostic> CheckFieldRules(const bundle::v1::Bundle& bundle,
                                                const config::SourceMap& places) {
  std::vector<config::Diagnostic> found;
  const absl::Status status = rpc::Validator(*bundle.GetDescriptor()).Check(bundle);
  const auto violations = ViolationsOf(status).value_or(common::v1::BadRequest());
  for (const auto& fault : violations.field_violations()) {
    found.push_back(places.At(fault.field(), fault.description()));
  }
  return found;
}

std::vector<config::Diagnostic> CheckMeaning(const bundle::v1::Bundle& bundle,
                                             const config::SourceMap& places) {
  std::vector<config::Diagnostic> found;
  for (const workflow::BundleFinding& finding : workflow::CheckBundle(bundle)) {
    found.push_back(places.At(finding.path, finding.sentence, "", finding.severity));
  }
  return found;
}

}  // namespace

std::vector<config::Diagnostic> CheckBundleFile(const std::string& path) {
  bundle::v1::Bundle bundle;
  std::vector<config::Diagnostic> found;
  config::SourceMap places;
  const absl::Status loaded = config::LoadYamlFile(path, {}, &bundle, &found, &places);
  if (!loaded.ok() && found.empty()) {
    found.push_back({.file = path, .message = std::string(loaded.message())});
  }
  if (loaded.ok()) {
    std::vector<config::Diagnostic> faults = CheckFieldRules(bundle, places);
    if (faults.empty()) {
      faults = CheckMeaning(bundle, places);
    }
    found.insert(found.end(), faults.begin(), faults.end());
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return found;
}

}  // namespace onething::tool
