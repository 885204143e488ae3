// Invitations, ratings and rectifications: commands and queries of the Ratings service. What fits a
// level and what counts where is in rating_rules.h and counts.h.

#ifndef ONETHING_SERVICES_RATING_RATINGS_H_
#define ONETHING_SERVICES_RATING_RATINGS_H_

#include "absl/status/statusor.h"
#include "libs/calendar/calendar.h"
#include "libs/rpc/call.h"
#include "libs/storage/view.h"
#include "onething/rating/v1/rating.pb.h"
#include "services/rating/counts.h"
#include "services/rating/rating_rules.h"
#include "services/rating/tables.h"

namespace onething::rating {

// How soon a bad rating is to be answered, in working days after it.
struct RectificationLimits {
  int verify_working_days = 1;
  int feedback_working_days = 5;
};

// Stateless over its tables: queries may run on any thread, commands on the commit loop. Results
// and errors of each method are those of the RPC of the same name in rating.proto.
class Ratings {
 public:
  // All but the limits outlive this.
  Ratings(const Tables& tables, const LabelTable& labels, const calendar::Calendar& calendar,
          RectificationLimits limits)
      : tables_(tables), counts_(tables), labels_(labels), calendar_(calendar), limits_(limits) {}

  absl::StatusOr<v1::InviteRatingsResponse> InviteRatings(
      storage::Txn& txn, const rpc::Call& call, const v1::InviteRatingsRequest& request) const;
  absl::StatusOr<v1::Rating> SubmitRating(storage::Txn& txn, const rpc::Call& call,
                                          const v1::SubmitRatingRequest& request) const;
  absl::StatusOr<v1::Rectification> ResolveRectification(
      storage::Txn& txn, const rpc::Call& call,
      const v1::ResolveRectificationRequest& request) const;

  absl::StatusOr<v1::ListInvitationsResponse> ListInvitations(
      const storage::View& view, const rpc::Call& call,
      const v1::ListInvitationsRequest& request) const;
  absl::StatusOr<v1::Rating> GetRating(const storage::View& view, const rpc::Call& call,
                                       const v1::GetRatingRequest& request) const;
  absl::StatusOr<v1::ListRatingsResponse> ListRatings(const storage::View& view,
                                                      const rpc::Call& call,
                                                      const v1::ListRatingsRequest& request) const;
  absl::StatusOr<v1::ListLabelsResponse> ListLabels(const storage::View& view,
                                                    const rpc::Call& call,
                                                    const v1::ListLabelsRequest& request) const;
  absl::StatusOr<v1::Statistics> GetStatistics(const storage::View& view, const rpc::Call& call,
                                               const v1::GetStatisticsRequest& request) const;
  absl::StatusOr<v1::ListRectificationsResponse> ListRectifications(
      const storage::View& view, const rpc::Call& call,
      const v1::ListRectificationsRequest& request) const;

 private:
  // The invitation to this service, opened unless it is there.
  v1::Invitation Invite(storage::Txn& txn, const v1::RatedService& service,
                        const std::string& rater_code) const;
  // The rectification that a bad rating opens. FAILED_PRECONDITION (CALENDAR_UNKNOWN_YEAR).
  absl::StatusOr<v1::Rectification> OpenRectification(absl::Time now,
                                                      const v1::Rating& rating) const;

  const Tables& tables_;
  const Counts counts_;
  const LabelTable& labels_;
  const calendar::Calendar& calendar_;
  const RectificationLimits limits_;
};

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_RATINGS_H_
