#include "services/workflow/catalogue_item_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/base/log.h"
#include "libs/base/status.h"

namespace onething::workflow {
namespace {

using catalogue::v1::BatchGetItemsRequest;
using catalogue::v1::BatchGetItemsResponse;

constexpr absl::string_view kBatchGetItems = "onething.catalogue.v1.Catalogue/BatchGetItems";
constexpr size_t kBatchSizeMax = 200;  // as BatchGetItemsRequest states

std::string NameOf(const std::string& task_code) { return absl::StrCat("items/", task_code); }

// The name of the item that the catalogue says it does not have; empty for another refusal.
std::string MissingItem(const absl::Status& status) {
  if (ReasonOf(status) != common::v1::ERROR_REASON_ITEM_NOT_FOUND) return "";
  const auto info = ErrorInfoOf(status);
  const auto item = info->metadata().find("item");
  return item == info->metadata().end() ? "" : item->second;
}

absl::Status Unreachable(const absl::Status& status) {
  Log(LogLevel::kWarning, "the catalogue gave no answer",
      {{"code", absl::StatusCodeToString(status.code())}, {"message", status.message()}});
  return MakeError(absl::StatusCode::kUnavailable, common::v1::ERROR_REASON_PEER_UNREACHABLE,
                   "暂时无法查询事项目录，请稍后再试", {{"peer", "catalogue"}});
}

}  // namespace

absl::StatusOr<ItemSource::Items> CatalogueItemSource::Get(absl::Span<const std::string> task_codes,
                                                           absl::Duration timeout) {
  Items items;
  for (size_t first = 0; first < task_codes.size(); first += kBatchSizeMax) {
    RETURN_IF_ERROR(GetBatch(task_codes.subspan(first, kBatchSizeMax), timeout, &items));
  }
  return items;
}

absl::Status CatalogueItemSource::GetBatch(absl::Span<const std::string> task_codes,
                                           absl::Duration timeout, Items* items) {
  // Places in `items` still to be filled; each round either fills them all or drops one.
  std::vector<size_t> open;
  for (size_t i = 0; i < task_codes.size(); ++i) {
    open.push_back(items->size());
    items->emplace_back();
  }
  const size_t first = open.empty() ? 0 : open.front();
  while (!open.empty()) {
    BatchGetItemsRequest request;
    for (const size_t place : open) {
      request.add_names(NameOf(task_codes[place - first]));
    }
    absl::StatusOr<BatchGetItemsResponse> response =
        catalogue_.Call<BatchGetItemsResponse>(kBatchGetItems, request, {.timeout = timeout});
    if (response.ok() && response->items_size() == request.names_size()) {
      for (size_t i = 0; i < open.size(); ++i) {
        (*items)[open[i]] = std::move(*response->mutable_items(static_cast<int>(i)));
      }
      return absl::OkStatus();
    }
    if (response.ok()) return Unreachable(absl::InternalError("an answer of another length"));
    const std::string missing = MissingItem(response.status());
    const size_t dropped = std::erase_if(
        open, [&](size_t place) { return NameOf(task_codes[place - first]) == missing; });
    if (dropped == 0) return Unreachable(response.status());
  }
  return absl::OkStatus();
}

}  // namespace onething::workflow
