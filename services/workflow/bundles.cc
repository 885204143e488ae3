#include "services/workflow/bundles.h"

#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/status.h"
#include "libs/calendar/limit.h"
#include "libs/codes/region_code.h"
#include "libs/rpc/page_token.h"
#include "services/workflow/bundle_check_rules.h"
#include "services/workflow/bundle_errors.h"
#include "services/workflow/bundle_rules.h"
#include "services/workflow/case_errors.h"
#include "services/workflow/item_availability.h"
#include "services/workflow/notice_rules.h"

namespace onething::workflow {
namespace {

using google::protobuf::util::MessageDifferencer;
using google::protobuf::util::TimeUtil;
using storage::Txn;
using storage::View;

// Longest wait for the catalogue when the caller sets no end.
constexpr absl::Duration kCatalogueTimeout = absl::Seconds(10);

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

std::string Today(const View& view) {
  return calendar::FormatDate(calendar::DateInChina(view.now()));
}

// An editor works in its regions.
absl::Status CheckScope(const rpc::Call& call, const bundle::v1::Bundle& bundle) {
  const auto region = codes::RegionCode::Parse(bundle.region_code());
  if (region.ok() && call.caller.Covers(*region)) return absl::OkStatus();
  return OutOfScope("这件事不在您负责的行政区划内");
}

v1::PinnedItem Pin(const bundle::v1::BundleItem& item, const catalogue::v1::Item& catalogued) {
  const auto in_working_days = [](const catalogue::v1::TimeLimit& limit) {
    return limit.unit() == catalogue::v1::LIMIT_UNIT_WORKING_DAY;
  };
  v1::PinnedItem pin;
  pin.set_item(item.id());
  pin.set_catalogue_name(absl::StrCat("items/", item.task_code(), "@", catalogued.version()));
  pin.set_display_name(catalogued.display_name());
  pin.set_catalog_code(catalogued.catalog_code());
  pin.set_promised_days(catalogued.promised_limit().days());
  pin.set_promised_working_days(in_working_days(catalogued.promised_limit()));
  pin.set_statutory_days(catalogued.statutory_limit().days());
  pin.set_statutory_working_days(in_working_days(catalogued.statutory_limit()));
  pin.set_charges(catalogued.charges());
  pin.set_single_material_count(catalogued.materials_size());
  return pin;
}

bool SameContent(const v1::PublishedBundle& a, const v1::PublishedBundle& b) {
  if (!MessageDifferencer::Equals(a.bundle(), b.bundle()) ||
      a.pinned_items_size() != b.pinned_items_size()) {
    return false;
  }
  for (int i = 0; i < a.pinned_items_size(); ++i) {
    if (!MessageDifferencer::Equals(a.pinned_items(i), b.pinned_items(i))) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Bundles::Pins> Bundles::PreparePublish(
    const View& view, const rpc::Call& call, const v1::PublishBundleRequest& request) const {
  const bundle::v1::Bundle& bundle = request.bundle();
  RETURN_IF_ERROR(CheckScope(call, bundle));
  RETURN_IF_ERROR(CheckFindings(CheckBundle(bundle)));

  std::vector<std::string> task_codes;
  for (const bundle::v1::BundleItem& item : bundle.items()) {
    task_codes.push_back(item.task_code());
  }
  ASSIGN_OR_RETURN(const ItemSource::Items items,
                   items_.Get(task_codes, std::min(call.deadline - view.now(), kCatalogueTimeout)));
  Pins pins;
  std::vector<UnavailableItem> unavailable;
  for (size_t i = 0; i < items.size(); ++i) {
    if (IsAvailable(items[i], Today(view))) {
      pins.push_back(Pin(bundle.items(static_cast<int>(i)), *items[i]));
    } else {
      unavailable.push_back({task_codes[i], items[i].has_value() ? items[i]->display_name() : ""});
    }
  }
  if (!unavailable.empty()) return ItemsNotAvailable(unavailable);
  return pins;
}

absl::StatusOr<v1::PublishedBundle> Bundles::PublishBundle(Txn& txn, const rpc::Call&,
                                                           const v1::PublishBundleRequest& request,
                                                           const Pins& pins) const {
  const std::string& id = request.bundle().id();
  v1::PublishedBundle version;
  *version.mutable_bundle() = request.bundle();
  *version.mutable_pinned_items() = {pins.begin(), pins.end()};

  v1::BundleRecord record = tables_.bundles.Find(txn, id).value_or(v1::BundleRecord());
  if (record.newest_version() > 0 && !record.retired()) {
    const v1::PublishedBundle newest = Newest(txn, record);
    if (SameContent(newest, version)) return AsShown(txn, record, newest, /*by_version=*/false);
  }
  record.set_id(id);
  record.set_newest_version(record.newest_version() + 1);
  record.clear_retired();
  record.clear_retire_reason();
  *record.mutable_update_time() = ToProto(txn.now());
  version.set_version(record.newest_version());
  version.set_name(BundleName{id, static_cast<uint64_t>(version.version())}.value());
  *version.mutable_publish_time() = ToProto(txn.now());
  tables_.bundles.Put(txn, record);
  tables_.versions.Put(txn, version);
  return AsShown(txn, record, std::move(version), /*by_version=*/false);
}

absl::StatusOr<v1::PublishedBundle> Bundles::RetireBundle(
    Txn& txn, const rpc::Call& call, const v1::RetireBundleRequest& request) const {
  std::optional<v1::BundleRecord> record =
      tables_.bundles.Find(txn, BundleName::Of(request.name()).id);
  if (!record.has_value()) return BundleNotFound(request.name());
  v1::PublishedBundle newest = Newest(txn, *record);
  RETURN_IF_ERROR(CheckScope(call, newest.bundle()));
  if (record->retired()) return BundleNotAvailable(request.name(), "这件事已经停止联办");
  record->set_retired(true);
  record->set_retire_reason(request.reason());
  *record->mutable_update_time() = ToProto(txn.now());
  tables_.bundles.Put(txn, *record);
  return AsShown(txn, *record, std::move(newest), /*by_version=*/false);
}

absl::StatusOr<v1::PublishedBundle> Bundles::GetBundle(const View& view, const rpc::Call&,
                                                       const v1::GetBundleRequest& request) const {
  const BundleName name = BundleName::Of(request.name());
  const std::optional<v1::BundleRecord> record = tables_.bundles.Find(view, name.id);
  if (!record.has_value()) return BundleNotFound(request.name());
  std::optional<v1::PublishedBundle> version = tables_.versions.Find(
      view, name.id, name.version.value_or(static_cast<uint64_t>(record->newest_version())));
  if (!version.has_value()) return BundleNotFound(request.name());
  return AsShown(view, *record, *std::move(version), name.version.has_value());
}

absl::StatusOr<v1::ListBundlesResponse> Bundles::ListBundles(
    const View& view, const rpc::Call& call, const v1::ListBundlesRequest& request) const {
  const rpc::PageTokens tokens(call, request);
  ASSIGN_OR_RETURN(const storage::PageRequest page, tokens.Decode());
  const storage::Page<v1::BundleRecord> found = tables_.bundles.List(view, page, nullptr);
  v1::ListBundlesResponse response;
  for (const v1::BundleRecord& record : found.records) {
    *response.add_bundles() = AsShown(view, record, Newest(view, record), /*by_version=*/false);
  }
  response.set_next_page_token(tokens.Encode(found.next_cursor));
  return response;
}

absl::StatusOr<v1::Notice> Bundles::PreviewCase(const View& view, const rpc::Call&,
                                                const v1::PreviewCaseRequest& request) const {
  const bool by_version = BundleName::Of(request.bundle()).version.has_value();
  ASSIGN_OR_RETURN(const std::shared_ptr<const CaseBundle> bundle,
                   by_version ? versions_.Find(view, request.bundle())
                              : versions_.FindNewest(view, request.bundle()));
  const CompiledBundle& compiled = *bundle->compiled;
  ASSIGN_OR_RETURN(const Route route,
                   ComputeRoute(compiled, request.answers(), request.left_out_items()));
  v1::Notice notice = MakeNotice(compiled, route);
  if (!route.exclusion.has_value()) {
    const auto due = calendar::DueDate(
        calendar_, calendar::DateInChina(view.now()),
        {compiled.bundle().joint_limit_working_days(), calendar::DayUnit::kWorkingDay});
    if (due.ok()) notice.set_joint_due_date(calendar::FormatDate(*due));
  }
  return notice;
}

v1::PublishedBundle Bundles::AsShown(const View& view, const v1::BundleRecord& record,
                                     v1::PublishedBundle version, bool by_version) const {
  version.set_in_use(CheckInUse(record, version, Today(view)).ok());
  if (!by_version) version.set_name(BundleName{record.id(), std::nullopt}.value());
  return version;
}

v1::PublishedBundle Bundles::Newest(const View& view, const v1::BundleRecord& record) const {
  std::optional<v1::PublishedBundle> newest =
      tables_.versions.Find(view, record.id(), static_cast<uint64_t>(record.newest_version()));
  if (!newest.has_value()) {
    view.Poison(RecordCorrupt("a bundle lacks its newest version"));
    return v1::PublishedBundle();
  }
  return *std::move(newest);
}

}  // namespace onething::workflow
