#include "services/catalogue/items.h"

#include <google/protobuf/util/time_util.h>

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/region_code.h"
#include "libs/codes/task_code.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/update_mask.h"
#include "services/catalogue/item_rules.h"

namespace onething::catalogue {
namespace {

using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;
using v1::Item;

constexpr absl::string_view kCollection = "items/";
constexpr absl::string_view kDraft = "draft";

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

absl::Status NotFound(const std::string& name) {
  return MakeError(absl::StatusCode::kNotFound, common::v1::ERROR_REASON_ITEM_NOT_FOUND,
                   absl::StrCat("没有事项 ", name, "，请核对实施编码与版本"), {{"item", name}});
}

absl::Status WrongState(const Item& item, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_ITEM_STATE,
                   sentence, {{"item", item.name()}, {"state", Item::State_Name(item.state())}});
}

absl::Status CheckEtag(const Item& item, const std::string& etag) {
  if (etag.empty() || etag == item.etag()) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kAborted, common::v1::ERROR_REASON_ETAG_MISMATCH,
                   "事项已被他人修改，请重新读取后再改",
                   {{"item", item.name()}, {"etag", item.etag()}});
}

absl::Status CheckPublishable(const std::vector<v1::RuleFinding>& findings) {
  common::v1::BadRequest faults;
  std::vector<std::string> rules;
  for (const v1::RuleFinding& finding : findings) {
    if (finding.error()) {
      rules.push_back(finding.rule());
      auto* fault = faults.add_field_violations();
      fault->set_field(absl::StrCat("item.", finding.field()));
      fault->set_description(absl::StrCat("[", finding.rule(), "] ", finding.sentence()));
    }
  }
  if (rules.empty()) {
    return absl::OkStatus();
  }
  return MakeViolationsError(absl::StatusCode::kFailedPrecondition,
                             common::v1::ERROR_REASON_ITEM_INCONSISTENT, "事项要素不一致，不能发布",
                             faults, {{"rules", absl::StrJoin(rules, ",")}});
}

// The published version as readers see it: its frozen content under the item's present state.
Item AsServed(Item version, const Item& head) {
  version.set_state(head.state());
  version.set_state_reason(head.state_reason());
  version.set_draft_pending(head.draft_pending());
  return version;
}

}  // namespace

absl::StatusOr<Item> Items::CreateItem(Txn& txn, const rpc::Call&,
                                       const v1::CreateItemRequest& request) const {
  RETURN_IF_ERROR(CheckItemCodes(request.item()));
  if (tables_.items.Contains(txn, request.item().task_code())) {
    return MakeError(absl::StatusCode::kAlreadyExists, common::v1::ERROR_REASON_ITEM_EXISTS,
                     "该实施编码的事项已存在，请修改原事项",
                     {{"task_code", request.item().task_code()}});
  }
  Item item = ContentOf(request.item());
  item.set_name(absl::StrCat(kCollection, item.task_code()));
  item.set_authority_code(codes::TaskCode::Parse(item.task_code())->authority().value());
  item.set_region_code(codes::RegionCode::Parse(item.region_code())->value());
  item.set_state(Item::STATE_DRAFT);
  item.set_draft_pending(true);
  *item.mutable_create_time() = ToProto(txn.now());
  Store(txn, &item);
  return item;
}

absl::StatusOr<Item> Items::UpdateItem(Txn& txn, const rpc::Call&,
                                       const v1::UpdateItemRequest& request) const {
  ASSIGN_OR_RETURN(Item item, Load(txn, request.name()));
  if (item.state() == Item::STATE_RETIRED) {
    return WrongState(item, "事项已取消，不能再修改");
  }
  RETURN_IF_ERROR(CheckEtag(item, request.item().etag()));
  RETURN_IF_ERROR(rpc::ApplyMask(request.update_mask(), request.item(), &item));
  item.set_region_code(codes::RegionCode::Parse(item.region_code())->value());
  const auto published =
      tables_.versions.Find(txn, item.task_code(), static_cast<uint64_t>(item.version()));
  item.set_draft_pending(!published.has_value() || !SameContent(*published, item));
  Store(txn, &item);
  return item;
}

absl::StatusOr<v1::PublishItemResponse> Items::PublishItem(
    Txn& txn, const rpc::Call&, const v1::PublishItemRequest& request) const {
  ASSIGN_OR_RETURN(Item item, Load(txn, request.name()));
  if (item.state() == Item::STATE_RETIRED) {
    return WrongState(item, "事项已取消，不能再发布");
  }
  RETURN_IF_ERROR(CheckEtag(item, request.etag()));
  if (!item.draft_pending()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, common::v1::ERROR_REASON_ITEM_UNCHANGED,
                     "自上次发布以来没有修改，无需发布", {{"item", item.name()}});
  }
  const std::vector<v1::RuleFinding> findings = CheckItem(item);
  RETURN_IF_ERROR(CheckPublishable(findings));
  item.set_version(item.version() + 1);
  item.set_draft_pending(false);
  if (item.state() == Item::STATE_DRAFT) {
    item.set_state(Item::STATE_PUBLISHED);
  }
  Store(txn, &item);
  Item version = item;
  version.set_name(absl::StrCat(item.name(), "@", item.version()));
  tables_.versions.Put(txn, version);
  v1::PublishItemResponse response;
  *response.mutable_item() = std::move(item);
  *response.mutable_warnings() = {findings.begin(), findings.end()};
  return response;
}

absl::StatusOr<Item> Items::SuspendItem(Txn& txn, const rpc::Call&,
                                        const v1::SuspendItemRequest& request) const {
  ASSIGN_OR_RETURN(Item item, Load(txn, request.name()));
  if (item.state() != Item::STATE_PUBLISHED) {
    return WrongState(item, "只有在用的事项才能挂起");
  }
  item.set_state(Item::STATE_SUSPENDED);
  item.set_state_reason(request.reason());
  Store(txn, &item);
  return item;
}

absl::StatusOr<Item> Items::ResumeItem(Txn& txn, const rpc::Call&,
                                       const v1::ResumeItemRequest& request) const {
  ASSIGN_OR_RETURN(Item item, Load(txn, request.name()));
  if (item.state() != Item::STATE_SUSPENDED) {
    return WrongState(item, "只有挂起的事项才能恢复");
  }
  item.set_state(Item::STATE_PUBLISHED);
  item.clear_state_reason();
  Store(txn, &item);
  return item;
}

absl::StatusOr<Item> Items::RetireItem(Txn& txn, const rpc::Call&,
                                       const v1::RetireItemRequest& request) const {
  ASSIGN_OR_RETURN(Item item, Load(txn, request.name()));
  if (item.state() == Item::STATE_RETIRED) {
    return WrongState(item, "事项已经取消");
  }
  item.set_state(Item::STATE_RETIRED);
  item.set_state_reason(request.reason());
  Store(txn, &item);
  return item;
}

absl::StatusOr<Item> Items::GetItem(const View& view, const rpc::Call&,
                                    const v1::GetItemRequest& request) const {
  return Read(view, request.name());
}

absl::StatusOr<v1::BatchGetItemsResponse> Items::BatchGetItems(
    const View& view, const rpc::Call&, const v1::BatchGetItemsRequest& request) const {
  v1::BatchGetItemsResponse response;
  for (const std::string& name : request.names()) {
    ASSIGN_OR_RETURN(*response.add_items(), Read(view, name));
  }
  return response;
}

absl::StatusOr<v1::ListItemsResponse> Items::ListItems(const View& view, const rpc::Call& call,
                                                       const v1::ListItemsRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  std::string region;
  if (!request.region_code().empty()) {
    region = codes::RegionCode::Parse(request.region_code())->value();
  }
  const auto matches = [&](const Item& item) {
    const auto is = [](const auto& wanted, const auto& actual) {
      return wanted == std::decay_t<decltype(wanted)>() || wanted == actual;
    };
    return is(request.state(), item.state()) && is(request.catalog_code(), item.catalog_code()) &&
           is(request.authority_code(), item.authority_code()) &&
           (region.empty() || codes::RegionCode::Parse(region)->Contains(
                                  *codes::RegionCode::Parse(item.region_code()))) &&
           absl::StrContains(item.display_name(), request.text());
  };
  storage::Page<Item> found;
  if (!request.authority_code().empty()) {
    found =
        tables_.items.ListBy(view, tables_.by_authority, page, matches, request.authority_code());
  } else if (!region.empty()) {
    found = tables_.items.ListBy(view, tables_.by_region, page, matches, region);
  } else if (request.state() != Item::STATE_UNSPECIFIED) {
    found = tables_.items.ListBy(view, tables_.by_state, page, matches,
                                 static_cast<uint32_t>(request.state()));
  } else {
    found = tables_.items.List(view, page, matches);
  }
  v1::ListItemsResponse response;
  *response.mutable_items() = {found.records.begin(), found.records.end()};
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::ListItemVersionsResponse> Items::ListItemVersions(
    const View& view, const rpc::Call& call, const v1::ListItemVersionsRequest& request) const {
  ASSIGN_OR_RETURN(const Item head, Load(view, request.name()));
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const storage::Page<Item> found = tables_.versions.List(view, page, nullptr, head.task_code());
  v1::ListItemVersionsResponse response;
  for (const Item& version : found.records) {
    *response.add_items() = AsServed(version, head);
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<Item> Items::Read(const View& view, const std::string& name) const {
  const std::vector<std::string> parts = absl::StrSplit(name, '@');
  ASSIGN_OR_RETURN(Item head, Load(view, parts[0]));
  const bool wants_version = parts.size() > 1 && parts[1] != kDraft;
  if (parts.size() > 1 && !wants_version) {
    return head;
  }
  if (!wants_version && head.version() == 0) {
    return head;
  }
  auto version = static_cast<uint64_t>(head.version());
  if (wants_version && !absl::SimpleAtoi(parts[1], &version)) {
    return NotFound(name);
  }
  std::optional<Item> found = tables_.versions.Find(view, head.task_code(), version);
  if (!found.has_value()) {
    return NotFound(name);
  }
  Item served = AsServed(*std::move(found), head);
  if (!wants_version) {
    served.set_name(head.name());
    served.set_etag(head.etag());
  }
  return served;
}

absl::StatusOr<Item> Items::Load(const View& view, const std::string& name) const {
  const std::string task_code(absl::StripPrefix(name, kCollection));
  std::optional<Item> item = tables_.items.Find(view, task_code);
  if (!item.has_value()) {
    return NotFound(name);
  }
  return *std::move(item);
}

void Items::Store(Txn& txn, Item* item) const {
  uint64_t revision = 0;
  // The etag counts changes: two in the same instant differ.
  if (!item->etag().empty() && !absl::SimpleAtoi(item->etag(), &revision)) {
    txn.Poison(MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                         "a stored item has no readable etag"));
  }
  item->set_etag(absl::StrCat(revision + 1));
  *item->mutable_update_time() = ToProto(txn.now());
  tables_.items.Put(txn, *item);
}

}  // namespace onething::catalogue
