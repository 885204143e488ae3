// What makes an item of the catalogue consistent: the rules R1–R8 and R10–R12 of the item guide, as
// pure functions. They run when an item is published, not while it is drafted. Sources: 国令716,
// the Hubei and Wenzhou quality rules for item lists.

#ifndef ONETHING_SERVICES_CATALOGUE_ITEM_RULES_H_
#define ONETHING_SERVICES_CATALOGUE_ITEM_RULES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "onething/catalogue/v1/catalogue.pb.h"

namespace onething::catalogue {

// Every rule that the item breaks (error) or should be looked at for (no error), in rule order.
// Rules that only some provinces state (R4, R10) and R12, which needs a person's judgement, are
// findings without error.
std::vector<v1::RuleFinding> CheckItem(const v1::Item& item);

// OK when task_code, catalog_code, item_type and use_level agree; else INVALID_ARGUMENT
// (ITEM_CODE_MISMATCH).
absl::Status CheckItemCodes(const v1::Item& item);

// Whether a material's name is a catch-all such as 其他材料 (rule R11).
bool IsCatchAllName(absl::string_view material_name);

// Whether the item can be applied for on `date` (YYYY-MM-DD): in use, and inside its validity.
bool IsAvailable(const v1::Item& item, absl::string_view date);

// Whether two items say the same, apart from what the service sets itself.
bool SameContent(const v1::Item& a, const v1::Item& b);

// `item` without what the service sets itself.
v1::Item ContentOf(v1::Item item);

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_ITEM_RULES_H_
