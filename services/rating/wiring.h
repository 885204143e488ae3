// What the rating service is made of, put into a host: the same for the program, the tests and the
// simulation.

#ifndef ONETHING_SERVICES_RATING_WIRING_H_
#define ONETHING_SERVICES_RATING_WIRING_H_

#include "absl/status/status.h"
#include "libs/runtime/host.h"
#include "onething/config/v1/rating.pb.h"

namespace onething::rating {

// Loads the calendar and the label table and registers the RPCs. Errors as those files' readers
// say.
absl::Status Wire(const config::v1::RatingConfig& config, runtime::Host& host);

}  // namespace onething::rating

#endif  // ONETHING_SERVICES_RATING_WIRING_H_
