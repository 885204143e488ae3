// Counts of ratings by item, authority and region over all time, years, months and days: moved with
// every event, read without a scan.

#ifndef ONETHING_SERVICES_RATING_COUNTS_H_
#define ONETHING_SERVICES_RATING_COUNTS_H_

#include <string>

#include "absl/status/status.h"
#include "libs/storage/view.h"
#include "onething/rating/v1/rating.pb.h"
#include "services/rating/tables.h"

namespace onething::rating {

// Stateless over its tables.
class Counts {
 public:
  explicit Counts(const Tables& tables) : tables_(tables) {}

  // A service was opened for rating, today by txn.now() in China.
  void CountInvitation(storage::Txn& txn, const v1::RatedService& service) const;

  // A service was rated `level`, 1 to 5; a bad level opens a rectification.
  void CountRating(storage::Txn& txn, const v1::RatedService& service, int level) const;

  // A rectification was resolved.
  void CountResolution(storage::Txn& txn, const v1::RatedService& service) const;

  // What is counted for a dimension (see CountRecord) over a period; zeros when nothing was.
  v1::Statistics Read(const storage::View& view, const std::string& dimension,
                      const std::string& period) const;

  // Recomputes every count from invitations, ratings and rectifications and compares. DATA_LOSS
  // naming the first difference. For the checkers: it scans everything.
  absl::Status Check(const storage::View& view) const;

 private:
  const Tables& tables_;
};

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_COUNTS_H_
