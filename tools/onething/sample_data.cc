#include "tools/onething/sample_data.h"

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/config/load_yaml.h"
#include "tools/onething/local_suite.h"

namespace onething::tool {
namespace {

// Behind the credit code and the level in an implementation code.
constexpr size_t kCatalogCodeOffset = 19;

}  // namespace

std::string HandOverYaml(const bundle::v1::Bundle& bundle) {
  std::string yaml = "hand_over_authorities:\n";
  for (const bundle::v1::BundleItem& item : bundle.items()) {
    if (item.has_cross_province()) {
      const absl::string_view catalog_code =
          absl::string_view(item.task_code()).substr(kCatalogCodeOffset);
      absl::StrAppend(&yaml, "  - catalog_code: \"", catalog_code,
                      "\"\n    authority_code: ", kZhejiangAuthority,
                      "\n    authority_name: ", kZhejiangAuthorityName,
                      "\n    region_code: \"330000\"\n    license_type: ", kSocialCardType, "\n");
    }
  }
  return yaml;
}

absl::StatusOr<bundle::v1::Bundle> LoadBundle(const std::string& id) {
  bundle::v1::Bundle bundle;
  RETURN_IF_ERROR(config::LoadYamlFile(
      absl::StrCat(FindDeployDirectory(), "/bundles/", id, ".yaml"), {}, &bundle, nullptr));
  return bundle;
}

absl::StatusOr<std::vector<catalogue::v1::Item>> LoadItems(const std::string& bundle_id) {
  std::set<std::string> files;
  std::error_code error;
  const std::string folder = absl::StrCat(FindDeployDirectory(), "/catalogue/", bundle_id);
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    files.insert(entry.path());
  }
  if (files.empty()) {
    return absl::NotFoundError(absl::StrCat("没有事项文件: ", folder));
  }
  std::vector<catalogue::v1::Item> items;
  for (const std::string& file : files) {
    RETURN_IF_ERROR(config::LoadYamlFile(file, {}, &items.emplace_back(), nullptr));
  }
  return items;
}

absl::Status PublishItems(rpc::Channel* channel, const std::vector<catalogue::v1::Item>& items) {
  for (const catalogue::v1::Item& item : items) {
    catalogue::v1::CreateItemRequest create;
    *create.mutable_item() = item;
    create.set_request_id(RandomId());
    const auto created =
        channel->Call<catalogue::v1::Item>("onething.catalogue.v1.Catalogue/CreateItem", create);
    if (!created.ok() && ReasonOf(created.status()) == common::v1::ERROR_REASON_ITEM_EXISTS) {
      continue;
    }
    RETURN_IF_ERROR(created.status());
    catalogue::v1::PublishItemRequest publish;
    publish.set_name(created->name());
    publish.set_request_id(RandomId());
    RETURN_IF_ERROR(channel
                        ->Call<catalogue::v1::PublishItemResponse>(
                            "onething.catalogue.v1.Catalogue/PublishItem", publish)
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace onething::tool
