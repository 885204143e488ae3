// The item's life: drafted, published as versions, suspended, resumed, retired; read and listed.
// Commands and queries of the Catalogue service; what an item must look like is in item_rules.h.

#ifndef ONETHING_SERVICES_CATALOGUE_ITEMS_H_
#define ONETHING_SERVICES_CATALOGUE_ITEMS_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/catalogue/v1/catalogue.pb.h"
#include "services/catalogue/tables.h"

namespace onething::catalogue {

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in catalogue.proto.
class Items {
 public:
  explicit Items(const Tables& tables) : tables_(tables) {}

  absl::StatusOr<v1::Item> CreateItem(storage::Txn& txn, const rpc::Call& call,
                                      const v1::CreateItemRequest& request) const;
  absl::StatusOr<v1::Item> UpdateItem(storage::Txn& txn, const rpc::Call& call,
                                      const v1::UpdateItemRequest& request) const;
  absl::StatusOr<v1::PublishItemResponse> PublishItem(storage::Txn& txn, const rpc::Call& call,
                                                      const v1::PublishItemRequest& request) const;
  absl::StatusOr<v1::Item> SuspendItem(storage::Txn& txn, const rpc::Call& call,
                                       const v1::SuspendItemRequest& request) const;
  absl::StatusOr<v1::Item> ResumeItem(storage::Txn& txn, const rpc::Call& call,
                                      const v1::ResumeItemRequest& request) const;
  absl::StatusOr<v1::Item> RetireItem(storage::Txn& txn, const rpc::Call& call,
                                      const v1::RetireItemRequest& request) const;

  absl::StatusOr<v1::Item> GetItem(const storage::View& view, const rpc::Call& call,
                                   const v1::GetItemRequest& request) const;
  absl::StatusOr<v1::BatchGetItemsResponse> BatchGetItems(
      const storage::View& view, const rpc::Call& call,
      const v1::BatchGetItemsRequest& request) const;
  absl::StatusOr<v1::ListItemsResponse> ListItems(const storage::View& view, const rpc::Call& call,
                                                  const v1::ListItemsRequest& request) const;
  absl::StatusOr<v1::ListItemVersionsResponse> ListItemVersions(
      const storage::View& view, const rpc::Call& call,
      const v1::ListItemVersionsRequest& request) const;

 private:
  // The item that `name` (with or without @version) names, as GetItem describes.
  absl::StatusOr<v1::Item> Read(const storage::View& view, const std::string& name) const;
  // The working copy.
  absl::StatusOr<v1::Item> Load(const storage::View& view, const std::string& name) const;
  // Marks a changed working copy and writes it.
  void Store(storage::Txn& txn, v1::Item* item) const;

  const Tables& tables_;
};

}  // namespace onething::catalogue

#endif  // ONETHING_SERVICES_CATALOGUE_ITEMS_H_
