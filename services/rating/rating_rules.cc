#include "services/rating/rating_rules.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/error.h"
#include "libs/base/status.h"
#include "libs/codes/region_code.h"

namespace onething::rating {
namespace {

constexpr int64_t kTenThousand = 10000;
constexpr size_t kYearLength = 4;
constexpr size_t kMonthLength = 7;

absl::Status LabelError(absl::string_view sentence, const std::string& code, int level) {
  return MakeError(absl::StatusCode::kInvalidArgument, common::v1::ERROR_REASON_RATING_LABEL,
                   sentence, {{"label", code}, {"level", absl::StrCat(level)}});
}

int32_t Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<int32_t>(part * kTenThousand / whole);
}

}  // namespace

absl::StatusOr<LabelTable> LabelTable::Create(const config::v1::RatingLabels& labels) {
  LabelTable table;
  for (const v1::Label& label : labels.labels()) {
    const std::string& code = label.code();
    const bool digits =
        code.size() == 3 && std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
    if (!digits || code[0] - '0' != label.level() || label.level() > kLevelCount) {
      return absl::InvalidArgumentError(
          absl::StrCat("label ", code, " is not three digits that begin with its level"));
    }
    if (!table.by_code_.emplace(code, table.labels_.size()).second) {
      return absl::InvalidArgumentError(absl::StrCat("label ", code, " stands twice"));
    }
    table.labels_.push_back(label);
  }
  return table;
}

absl::Status LabelTable::CheckChoice(int level, absl::Span<const std::string* const> codes) const {
  std::set<std::string> seen;
  for (const std::string* code : codes) {
    const auto found = by_code_.find(*code);
    if (found == by_code_.end() || !labels_[found->second].in_force()) {
      return LabelError("评价标签不存在或已停用，请重新选择", *code, level);
    }
    if (labels_[found->second].level() != level) {
      return LabelError("评价标签与所选满意度等级不符，请重新选择", *code, level);
    }
    if (!seen.insert(*code).second) {
      return LabelError("同一评价标签只能选择一次", *code, level);
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> DimensionsOf(const v1::RatedService& service) {
  std::vector<std::string> dimensions = {absl::StrCat("item/", service.item_code()),
                                         absl::StrCat("authority/", service.authority_code())};
  absl::StatusOr<codes::RegionCode> region = codes::RegionCode::Parse(service.region_code());
  while (region.ok()) {
    dimensions.push_back(absl::StrCat("region/", region->value()));
    const auto parent = region->Parent();
    if (!parent.has_value()) {
      break;
    }
    region = *parent;
  }
  return dimensions;
}

std::vector<std::string> PeriodsOf(calendar::Date date) {
  const std::string day = calendar::FormatDate(date);
  return {"", day.substr(0, kYearLength), day.substr(0, kMonthLength), day};
}

bool IsPeriod(absl::string_view period) {
  constexpr absl::string_view kFirstDay = "0000-01-01";
  if (period.empty()) {
    return true;
  }
  if (period.size() != kYearLength && period.size() != kMonthLength &&
      period.size() != kFirstDay.size()) {
    return false;
  }
  return calendar::ParseDate(absl::StrCat(period, kFirstDay.substr(period.size()))).ok();
}

v1::Statistics ToStatistics(const v1::CountRecord& counts, int64_t open_rectifications) {
  v1::Statistics statistics;
  statistics.set_invited_count(counts.invited());
  int64_t rated = 0;
  int64_t good = 0;
  for (int level = 1; level <= kLevelCount; ++level) {
    const int64_t count = level <= counts.levels_size() ? counts.levels(level - 1) : 0;
    statistics.add_level_counts(count);
    rated += count;
    good += level > kBadLevelMax ? count : 0;
  }
  statistics.set_rated_count(rated);
  statistics.set_satisfaction_per_10000(Share(good, rated));
  statistics.set_response_per_10000(Share(rated, counts.invited()));
  statistics.set_open_rectification_count(open_rectifications);
  return statistics;
}

std::string ServiceId(absl::string_view case_name, int service_number) {
  return absl::StrCat(absl::StripPrefix(case_name, "cases/"), "-", service_number);
}

}  // namespace onething::rating
