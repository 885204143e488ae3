// What a person should do about a refusal that is made here and not by a service: it goes with the
// status, beside the sentence that says what is wrong, and is shown as 怎么办. What to do about the
// refusals of services follows from their reasons (AdviceFor of session.h).

#ifndef ONETHING_TOOLS_ONETHING_ADVICE_H_
#define ONETHING_TOOLS_ONETHING_ADVICE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace onething::tool {

// What to do when something in a suite's data directory cannot be written.
inline constexpr absl::string_view kMakeWritable =
    "请检查目录的权限和磁盘空间，或用 --data 换一个目录";

// `status`, which is an error, with `advice` in Chinese in place of what it had.
absl::Status WithAdvice(absl::Status status, absl::string_view advice);

// FAILED_PRECONDITION with a sentence and what to do.
absl::Status AdvisedError(absl::string_view sentence, absl::string_view advice);

// FAILED_PRECONDITION with kMakeWritable: `path` cannot be written, `error` being the errno of it,
// 0 when that is not known.
absl::Status UnwritableError(absl::string_view path, int error = 0);

// The advice that `status` has; empty when it has none.
std::string AdviceOf(const absl::Status& status);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_ADVICE_H_
