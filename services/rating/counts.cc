#include "services/rating/counts.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/error.h"
#include "libs/calendar/date.h"
#include "services/rating/rating_rules.h"

namespace onething::rating {
namespace {

using v1::CountRecord;
using v1::RatedService;

using CountKey = std::pair<std::string, std::string>;
using Change = std::function<void(CountRecord&)>;

void AddLevel(CountRecord& count, int level) {
  while (count.levels_size() < kLevelCount) {
    count.add_levels(0);
  }
  count.set_levels(level - 1, count.levels(level - 1) + 1);
}

// The keys of all counts that an event of `service` on `date` moves.
std::vector<CountKey> KeysOf(const RatedService& service, calendar::Date date) {
  std::vector<CountKey> keys;
  for (const std::string& dimension : DimensionsOf(service)) {
    for (const std::string& period : PeriodsOf(date)) {
      keys.emplace_back(dimension, period);
    }
  }
  return keys;
}

void Apply(const Tables& tables, storage::Txn& txn, const std::vector<CountKey>& keys,
           const Change& change) {
  for (const auto& [dimension, period] : keys) {
    CountRecord count = tables.counts.Find(txn, dimension, period).value_or(CountRecord());
    count.set_dimension(dimension);
    count.set_period(period);
    change(count);
    tables.counts.Put(txn, count);
  }
}

// Rectifications are counted once a dimension, over all time.
std::vector<CountKey> AllTimeKeysOf(const RatedService& service) {
  std::vector<CountKey> keys;
  for (const std::string& dimension : DimensionsOf(service)) {
    keys.emplace_back(dimension, "");
  }
  return keys;
}

calendar::Date DateOf(const google::protobuf::Timestamp& time) {
  return calendar::DateInChina(absl::FromUnixSeconds(time.seconds()));
}

}  // namespace

void Counts::CountInvitation(storage::Txn& txn, const RatedService& service) const {
  Apply(tables_, txn, KeysOf(service, calendar::DateInChina(txn.now())),
        [](CountRecord& count) { count.set_invited(count.invited() + 1); });
}

void Counts::CountRating(storage::Txn& txn, const RatedService& service, int level) const {
  Apply(tables_, txn, KeysOf(service, calendar::DateInChina(txn.now())),
        [level](CountRecord& count) { AddLevel(count, level); });
  if (level <= kBadLevelMax) {
    Apply(tables_, txn, AllTimeKeysOf(service), [](CountRecord& count) {
      count.set_open_rectifications(count.open_rectifications() + 1);
    });
  }
}

void Counts::CountResolution(storage::Txn& txn, const RatedService& service) const {
  Apply(tables_, txn, AllTimeKeysOf(service),
        [](CountRecord& count) { count.set_open_rectifications(count.open_rectifications() - 1); });
}

v1::Statistics Counts::Read(const storage::View& view, const std::string& dimension,
                            const std::string& period) const {
  const CountRecord counts = tables_.counts.Find(view, dimension, period).value_or(CountRecord());
  const CountRecord all_time =
      period.empty() ? counts
                     : tables_.counts.Find(view, dimension, std::string()).value_or(CountRecord());
  return ToStatistics(counts, all_time.open_rectifications());
}

absl::Status Counts::Check(const storage::View& view) const {
  std::map<CountKey, CountRecord> expected;
  tables_.invitations.ForEach(view, [&](const v1::Invitation& invitation) {
    for (const CountKey& key : KeysOf(invitation.service(), DateOf(invitation.create_time()))) {
      expected[key].set_invited(expected[key].invited() + 1);
    }
    return true;
  });
  tables_.ratings.ForEach(view, [&](const v1::Rating& rating) {
    for (const CountKey& key : KeysOf(rating.service(), DateOf(rating.create_time()))) {
      AddLevel(expected[key], rating.level());
    }
    return true;
  });
  tables_.rectifications.ForEach(view, [&](const v1::Rectification& rectification) {
    if (rectification.state() == v1::Rectification::STATE_OPEN) {
      for (const CountKey& key : AllTimeKeysOf(rectification.service())) {
        expected[key].set_open_rectifications(expected[key].open_rectifications() + 1);
      }
    }
    return true;
  });
  absl::Status difference;
  size_t found = 0;
  tables_.counts.ForEach(view, [&](const CountRecord& count) {
    ++found;
    CountRecord& wanted = expected[{count.dimension(), count.period()}];
    wanted.set_dimension(count.dimension());
    wanted.set_period(count.period());
    if (wanted.SerializeAsString() != count.SerializeAsString()) {
      difference = MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                             absl::StrCat("the count of ", count.dimension(), " ", count.period(),
                                          " differs from the ratings"));
    }
    return difference.ok();
  });
  if (difference.ok() && view.status().ok() && found != expected.size()) {
    return MakeError(absl::StatusCode::kDataLoss, common::v1::ERROR_REASON_RECORD_CORRUPT,
                     "a count is missing");
  }
  return view.status().ok() ? difference : view.status();
}

}  // namespace onething::rating
