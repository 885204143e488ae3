#include "tools/onething/advice.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "libs/base/system_error.h"

namespace onething::tool {
namespace {

constexpr char kPayload[] = "onething.tool.advice";

}  // namespace

absl::Status WithAdvice(absl::Status status, absl::string_view advice) {
  status.SetPayload(kPayload, absl::Cord(advice));
  return status;
}

absl::Status AdvisedError(absl::string_view sentence, absl::string_view advice) {
  return WithAdvice(absl::FailedPreconditionError(sentence), advice);
}

absl::Status UnwritableError(absl::string_view path, int error) {
  return AdvisedError(
      absl::StrCat("无法写入 ", path, error == 0 ? "" : absl::StrCat("：", SystemErrorText(error))),
      kMakeWritable);
}

std::string AdviceOf(const absl::Status& status) {
  return std::string(status.GetPayload(kPayload).value_or(absl::Cord()));
}

}  // namespace onething::tool
