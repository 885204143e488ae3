// The rules of 好差评 as pure functions: which labels fit a level, what a rating counts for, and
// when a bad one is to be answered.

#ifndef ONETHING_SERVICES_RATING_RATING_RULES_H_
#define ONETHING_SERVICES_RATING_RATING_RULES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/calendar/date.h"
#include "onething/config/v1/rating.pb.h"
#include "onething/rating/v1/rating.pb.h"
#include "onething/rating/v1/records.pb.h"

namespace onething::rating {

// Levels run from 1 非常不满意 to 5 非常满意.
inline constexpr int kLevelCount = 5;

// Ratings of this level and below are bad (差评) and open a rectification.
inline constexpr int kBadLevelMax = 2;

// The label table. Immutable; safe from any thread.
class LabelTable {
 public:
  // INVALID_ARGUMENT naming the label: a code that is not three digits, twice, or does not begin
  // with its level.
  static absl::StatusOr<LabelTable> Create(const config::v1::RatingLabels& labels);

  // OK when every code is in force, belongs to `level` and is named once; else INVALID_ARGUMENT
  // (RATING_LABEL).
  absl::Status CheckChoice(int level, absl::Span<const std::string* const> codes) const;

  // In table order.
  const std::vector<v1::Label>& labels() const { return labels_; }

 private:
  std::vector<v1::Label> labels_;
  absl::flat_hash_map<std::string, size_t> by_code_;
};

// The dimensions that a service of a case counts for: its item, its authority, its region and every
// region above it. `region_code` of the service is 12 digits.
std::vector<std::string> DimensionsOf(const v1::RatedService& service);

// The periods a date falls in: all time (empty), year, month, day.
std::vector<std::string> PeriodsOf(calendar::Date date);

// Whether `period` is empty or a year, month or day that exists.
bool IsPeriod(absl::string_view period);

// Counts as they are told: totals, and rates in ten-thousandths rounded down, 0 where nothing is to
// be divided.
v1::Statistics ToStatistics(const v1::CountRecord& counts, int64_t open_rectifications);

// `cases/36-2026-0000001`, 3 → `36-2026-0000001-3`: the id that invitation, rating and
// rectification of a service share.
std::string ServiceId(absl::string_view case_name, int service_number);

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_RATING_RULES_H_
