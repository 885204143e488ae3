#include "services/catalogue/service.h"

namespace onething::catalogue {

void RegisterCatalogue(rpc::Router& router, const Items& items) {
  rpc::ServiceMethods methods(&router, "onething.catalogue.v1.Catalogue");
  methods.Command(&items, &Items::CreateItem);
  methods.Command(&items, &Items::UpdateItem);
  methods.Command(&items, &Items::PublishItem);
  methods.Command(&items, &Items::SuspendItem);
  methods.Command(&items, &Items::ResumeItem);
  methods.Command(&items, &Items::RetireItem);
  methods.Query(&items, &Items::GetItem);
  methods.Query(&items, &Items::BatchGetItems);
  methods.Query(&items, &Items::ListItems);
  methods.Query(&items, &Items::ListItemVersions);
}

}  // namespace onething::catalogue
