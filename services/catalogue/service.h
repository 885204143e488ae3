// Binds the Catalogue contract to Items: one line an RPC.

#ifndef ONETHING_SERVICES_CATALOGUE_SERVICE_H_
#define ONETHING_SERVICES_CATALOGUE_SERVICE_H_

#include "libs/rpc/router.h"
#include "services/catalogue/items.h"

namespace onething::catalogue {

// Registers every RPC of onething.catalogue.v1.Catalogue. `items` outlives the router.
void RegisterCatalogue(rpc::Router& router, const Items& items);

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_SERVICE_H_
