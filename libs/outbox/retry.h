// The rules of sending again: which answers are worth another try, and when it is made. Pure
// functions; the entry's id takes the place of a random number, so a run can be repeated.

#ifndef ONETHING_LIBS_OUTBOX_RETRY_H_
#define ONETHING_LIBS_OUTBOX_RETRY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace onething::outbox {

// How often and for how long an entry is sent again before it becomes a dead letter.
struct RetryOptions {
  // Wait after the first failure; doubled after each further one.
  absl::Duration delay_min = absl::Milliseconds(250);
  // Longest wait.
  absl::Duration delay_max = absl::Minutes(5);
  // Failed calls after which the entry is given up. With the delays above these are five days and
  // more: longer than a peer is down, and shorter than a receiver knows a request id (seven days).
  uint32_t attempts_max = 2000;
};

// Whether a failed call may go well later: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED,
// ABORTED, UNAUTHENTICATED, INTERNAL, UNKNOWN and CANCELLED, and whatever says OUT_OF_ORDER (an
// earlier message of the same case is still on its way). The others are the receiver's last word.
// `status` is not OK.
bool IsRetryable(const absl::Status& status);

// The wait before the next call after `attempts` failed ones (at least 1): doubled each time, at
// most delay_max, of which a part between half and all is taken, by `id` and `attempts`, so that
// entries that failed together do not come back together.
absl::Duration RetryDelay(const RetryOptions& options, uint64_t id, uint32_t attempts);

// A sentence from elsewhere fit for a record: runs of six or more letters and digits with a digit
// among them (numbers of persons, phones, codes) keep two characters, the whole at most 256 bytes
// of well-formed UTF-8.
std::string MaskSentence(absl::string_view sentence);

}  // namespace onething::outbox

#endif  // ONETHING_LIBS_OUTBOX_RETRY_H_
