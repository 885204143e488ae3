// Binds the Ratings contract to Ratings: one line an RPC.

#ifndef ONETHING_SERVICES_RATING_SERVICE_H_
#define ONETHING_SERVICES_RATING_SERVICE_H_

#include "libs/rpc/router.h"
#include "services/rating/ratings.h"

namespace onething::rating {

// Registers every RPC of onething.rating.v1.Ratings. `ratings` outlives the router.
void RegisterRatings(rpc::Router& router, const Ratings& ratings);

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_SERVICE_H_
