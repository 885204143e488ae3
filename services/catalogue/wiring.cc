#include "services/catalogue/wiring.h"

#include "services/catalogue/items.h"
#include "services/catalogue/service.h"
#include "services/catalogue/tables.h"

namespace onething::catalogue {

absl::Status Wire(const config::v1::CatalogueConfig&, runtime::Host& host) {
  const Tables& tables = host.Make<Tables>();
  const Items& items = host.Make<Items>(tables);
  RegisterCatalogue(host.router(), items);
  host.AddCheck("items", [&tables](const storage::View& view) { return tables.Check(view); });
  return absl::OkStatus();
}

}  // namespace onething::catalogue
