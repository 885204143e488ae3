#include "services/rating/service.h"

namespace onething::rating {

void RegisterRatings(rpc::Router& router, const Ratings& ratings) {
  rpc::ServiceMethods methods(&router, "onething.rating.v1.Ratings");
  methods.Command(&ratings, &Ratings::InviteRatings);
  methods.Query(&ratings, &Ratings::ListInvitations);
  methods.Command(&ratings, &Ratings::SubmitRating);
  methods.Query(&ratings, &Ratings::GetRating);
  methods.Query(&ratings, &Ratings::ListRatings);
  methods.Query(&ratings, &Ratings::ListLabels);
  methods.Query(&ratings, &Ratings::GetStatistics);
  methods.Query(&ratings, &Ratings::ListRectifications);
  methods.Command(&ratings, &Ratings::ResolveRectification);
}

}  // namespace onething::rating
