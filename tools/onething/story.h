// Story: the demo as a list of steps, each of which does something real, checks what came of it and
// prints one line. The first step that fails ends the story.

#ifndef ONETHING_TOOLS_ONETHING_STORY_H_
#define ONETHING_TOOLS_ONETHING_STORY_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace onething::tool {

// Single-threaded; writes to the standard output.
class Story {
 public:
  // What a step came to, in a few words for its line; or why it failed.
  using Step = std::function<absl::StatusOr<std::string>()>;

  // A heading.
  void Chapter(absl::string_view title);

  // Runs a step and prints its line. After a step that failed nothing runs any more.
  void Run(absl::string_view title, const Step& step);

  // Prints lines below the last step, unless a step failed.
  void Show(absl::string_view text) const;

  // A check: counted when it holds; FAILED_PRECONDITION with `expectation` when not.
  absl::Status Expect(bool holds, absl::string_view expectation);

  // Tries `attempt` again and again until it holds, for at most 20 s; a check named `expectation`.
  absl::Status Eventually(absl::string_view expectation,
                          const std::function<absl::StatusOr<bool>()>& attempt);

  bool failed() const { return failed_; }
  // Title of the step that failed; empty while none has.
  const std::string& failed_step() const { return failed_step_; }
  int check_count() const { return check_count_; }
  int step_count() const { return step_count_; }

 private:
  bool failed_ = false;
  std::string failed_step_;
  int check_count_ = 0;
  int step_count_ = 0;
};

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_STORY_H_
