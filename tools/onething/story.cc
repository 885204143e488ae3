#include "tools/onething/story.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/error.h"
#include "tools/onething/advice.h"

namespace onething::tool {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);

}  // namespace

void Story::Chapter(absl::string_view title) {
  if (!failed_) {
    std::cout << "\n" << title << std::endl;
  }
}

void Story::Run(absl::string_view title, const Step& step) {
  if (failed_) {
    return;
  }
  const absl::StatusOr<std::string> outcome = step();
  ++step_count_;
  if (outcome.ok()) {
    std::cout << "  ✓ " << title << (outcome->empty() ? "" : "：") << *outcome << std::endl;
    return;
  }
  failed_ = true;
  failed_step_ = std::string(title);
  const auto reason = ReasonOf(outcome.status());
  std::cout << "  ✗ " << title << "\n    失败于此步：" << outcome.status().message();
  if (reason.has_value()) {
    std::cout << "（" << ReasonName(*reason) << "）";
  }
  const std::string advice = AdviceOf(outcome.status());
  std::cout << (advice.empty() ? "" : "\n    怎么办：" + advice) << std::endl;
}

void Story::Show(absl::string_view text) const {
  if (!failed_) {
    std::cout << text << std::flush;
  }
}

absl::Status Story::Expect(bool holds, absl::string_view expectation) {
  if (!holds) {
    return absl::FailedPreconditionError(absl::StrCat("不符合预期：", expectation));
  }
  ++check_count_;
  return absl::OkStatus();
}

absl::Status Story::Eventually(absl::string_view expectation,
                               const std::function<absl::StatusOr<bool>()>& attempt) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (true) {
    const absl::StatusOr<bool> holds = attempt();
    if (holds.ok() && *holds) {
      return Expect(true, expectation);
    }
    if (absl::Now() >= deadline) {
      return holds.ok() ? Expect(false, expectation) : holds.status();
    }
    absl::SleepFor(kPollInterval);
  }
}

}  // namespace onething::tool
