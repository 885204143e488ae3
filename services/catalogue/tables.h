// The tables of the catalogue: the only place that knows its keys. The record of both is the public
// Item: the working copy with its state in `items`, every published version, frozen, in `versions`.

#ifndef ONETHING_SERVICES_CATALOGUE_TABLES_H_
#define ONETHING_SERVICES_CATALOGUE_TABLES_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "libs/base/status.h"
#include "libs/codes/region_code.h"
#include "libs/storage/table.h"
#include "onething/catalogue/v1/catalogue.pb.h"

namespace onething::catalogue {

using v1::Item;

// The division itself and every division it lies in, as 12-digit codes, the narrowest first.
inline std::vector<std::tuple<std::string>> DivisionsOf(const std::string& region_code) {
  std::vector<std::tuple<std::string>> divisions;
  absl::StatusOr<codes::RegionCode> region = codes::RegionCode::Parse(region_code);
  while (region.ok()) {
    divisions.emplace_back(region->value());
    const auto parent = region->Parent();
    if (!parent.has_value()) {
      break;
    }
    region = *parent;
  }
  return divisions;
}

struct Tables {
  // By state.
  const storage::Index<Item, uint32_t> by_state{
      storage::TableId::kItemsByState, [](const Item& item) {
        return std::vector<std::tuple<uint32_t>>{{static_cast<uint32_t>(item.state())}};
      }};
  // By credit code of the authority.
  const storage::Index<Item, std::string> by_authority{
      storage::TableId::kItemsByAuthority, [](const Item& item) {
        return std::vector<std::tuple<std::string>>{{item.authority_code()}};
      }};
  // By region, and by every region above it, so that listing a province finds its counties.
  const storage::Index<Item, std::string> by_region{
      storage::TableId::kItemsByRegion,
      [](const Item& item) { return DivisionsOf(item.region_code()); }};

  // Working copies by task code.
  const storage::Table<Item, std::string> items{
      storage::TableId::kItems,
      [](const Item& item) { return std::tuple<std::string>(item.task_code()); },
      {&by_state, &by_authority, &by_region}};
  // Published versions by task code and version.
  const storage::Table<Item, std::string, uint64_t> versions{
      storage::TableId::kItemVersions, [](const Item& item) {
        return std::tuple<std::string, uint64_t>(item.task_code(),
                                                 static_cast<uint64_t>(item.version()));
      }};

  // Compares every index with its rows. DATA_LOSS at the first difference.
  absl::Status Check(const storage::View& view) const {
    RETURN_IF_ERROR(items.CheckIndexes(view));
    return versions.CheckIndexes(view);
  }
};

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_TABLES_H_
